#include "synth/area.h"
#include <stdlib.h>
#include <string.h>

static void add(Area *a, const CellKind *k)
{
    a->lut     += k->lut;
    a->lut_ram += k->role == CELL_LUTRAM ? k->lut : 0;
    a->ff      += k->ff;
    a->dsp     += k->dsp;
    a->ram2    += k->ram;
}

Area area_total(const Netlist *n)
{
    Area a = { 0 };
    for (int i = 0; i < n->n_cell; i++) add(&a, n->cell[i].kind);
    return a;
}

typedef struct Units { const Instance *inst; int n; } Units;

/* Unit whose instance name begins a hierarchical name, and what follows the dot; -1: none.
 * A name that Yosys made ("$techmap12\u_a.x") carries the one that it came from. */
static int unit_of(const Units *u, const char *name, const char **rest)
{
    if (name[0] == '$') {
        name = strchr(name, '\\');
        if (!name)
            return -1;
        name++;
    }
    size_t len = strcspn(name, ".");
    if (name[len] != '.')
        return -1;
    *rest = name + len + 1;
    for (int i = 0; i < u->n; i++)
        if (!strncmp(u->inst[i].name, name, len) && !u->inst[i].name[len])
            return i;
    return -1;
}

static bool is_input(const Instance *in, const char *port)
{
    for (int i = 0; i < in->n_input; i++)
        if (!strcmp(in->input[i], port))
            return true;
    return false;
}

/* A unit has a name for a bit; one of its inputs sorts first. */
typedef struct Claim { int bit, unit; bool in; } Claim;

static int by_bit(const void *pa, const void *pb)
{
    const Claim *a = pa, *b = pb;
    if (a->bit != b->bit)
        return a->bit < b->bit ? -1 : 1;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    return (int)b->in - (int)a->in;
}

/* owner[bit]: the unit that names the bit and does not take it as an input, or -1. */
static int *owners(const Netlist *n, const Units *u, Arena *a)
{
    Claim *claim = NEW(a, Claim, (size_t)n->n_name + 1);
    int   *owner = NEW(a, int, (size_t)n->n_bit + 1), n_claim = 0;
    for (int b = 0; b <= n->n_bit; b++) owner[b] = -1;
    for (int i = 0; i < n->n_name; i++) {
        const char *rest = "";
        int unit = n->name[i].bit < 0 ? -1 : unit_of(u, n->name[i].name, &rest);
        if (unit >= 0)
            claim[n_claim++] = (Claim){ n->name[i].bit, unit, is_input(&u->inst[unit], rest) };
    }
    qsort(claim, (size_t)n_claim, sizeof *claim, by_bit);
    for (int i = 0; i < n_claim; i++) {
        bool first = i == 0 || claim[i].bit != claim[i - 1].bit ||
                     claim[i].unit != claim[i - 1].unit;
        if (first && !claim[i].in && owner[claim[i].bit] < 0)
            owner[claim[i].bit] = claim[i].unit;
    }
    return owner;
}

static int unit_of_cell(const Netlist *n, const Units *u, const NetCell *cell, const int *owner)
{
    for (int p = cell->pin; p < cell->pin + cell->n_pin; p++)
        if (n->pin[p].out && n->pin[p].bit >= 0 && owner[n->pin[p].bit] >= 0)
            return owner[n->pin[p].bit];
    const char *rest;
    return unit_of(u, cell->name, &rest);
}

/* Cells without a unit take that of a cell that reads them, the nearest first. */
static void spread(const Netlist *n, int *unit, Arena *a)
{
    int *queue = NEW(a, int, (size_t)n->n_cell + 1), head = 0, end = 0;
    for (int i = 0; i < n->n_cell; i++)
        if (unit[i] >= 0)
            queue[end++] = i;
    for (; head < end; head++) {
        const NetCell *cell = &n->cell[queue[head]];
        for (int p = cell->pin; p < cell->pin + cell->n_pin; p++) {
            int d = n->pin[p].out || n->pin[p].bit < 0 ? -1 : n->driver[n->pin[p].bit];
            if (d < 0 || unit[n->pin[d].cell] >= 0)
                continue;
            unit[n->pin[d].cell] = unit[queue[head]];
            queue[end++] = n->pin[d].cell;
        }
    }
}

void area_by_unit(const Netlist *n, const Instance *inst, int n_inst, AreaUnit *unit, Arena scratch)
{
    Units u = { inst, n_inst };
    int *owner = owners(n, &u, &scratch);
    int *of    = NEW(&scratch, int, (size_t)n->n_cell + 1);
    for (int i = 0; i < n->n_cell; i++) of[i] = unit_of_cell(n, &u, &n->cell[i], owner);
    spread(n, of, &scratch);
    for (int i = 0; i <= n_inst; i++)
        unit[i] = (AreaUnit){ i < n_inst ? inst[i].name : "top", { 0 } };
    for (int i = 0; i < n->n_cell; i++)
        add(&unit[of[i] < 0 ? n_inst : of[i]].area, n->cell[i].kind);
}

/* The output ports that carry a memory's data begin so, and the parameter that puts a register
 * behind them inside the block; value is what it must be. */
static const struct { const char *type, *port, *param, *value; } data_out[] = {
    { "RAMB18E1", "DOADO", "DOA_REG", "1" },       { "RAMB18E1", "DOPADOP", "DOA_REG", "1" },
    { "RAMB18E1", "DOBDO", "DOB_REG", "1" },       { "RAMB18E1", "DOPBDOP", "DOB_REG", "1" },
    { "RAMB36E1", "DOADO", "DOA_REG", "1" },       { "RAMB36E1", "DOPADOP", "DOA_REG", "1" },
    { "RAMB36E1", "DOBDO", "DOB_REG", "1" },       { "RAMB36E1", "DOPBDOP", "DOB_REG", "1" },
    { "RAMB18E2", "DOUTADOUT", "DOA_REG", "1" },   { "RAMB18E2", "DOUTPADOUTP", "DOA_REG", "1" },
    { "RAMB18E2", "DOUTBDOUT", "DOB_REG", "1" },   { "RAMB18E2", "DOUTPBDOUTP", "DOB_REG", "1" },
    { "RAMB36E2", "DOUTADOUT", "DOA_REG", "1" },   { "RAMB36E2", "DOUTPADOUTP", "DOA_REG", "1" },
    { "RAMB36E2", "DOUTBDOUT", "DOB_REG", "1" },   { "RAMB36E2", "DOUTPBDOUTP", "DOB_REG", "1" },
    { "DP16KD",   "DOA", "REGMODE_A", "OUTREG" },  { "DP16KD",   "DOB", "REGMODE_B", "OUTREG" },
    { "PDPW16KD", "DO", "REGMODE", "OUTREG" },     { "SB_RAM40_4K", "RDATA", NULL, NULL },
};

/* A parameter's text against a value: numbers come as binary digits, any number of zeros first. */
static bool param_is(const char *text, const char *value)
{
    if (!text || !value)
        return false;
    return !strcmp(text, value) || (value[0] == '1' && !strcmp(text + strspn(text, "0"), value));
}

/* The pin is a memory's data output with no register behind it in the block. */
static bool is_raw_output(const Netlist *n, const NetPin *p)
{
    const NetCell *cell = &n->cell[p->cell];
    for (size_t i = 0; i < sizeof data_out / sizeof *data_out; i++)
        if (!strcmp(cell->kind->type, data_out[i].type) &&
            !strncmp(p->port, data_out[i].port, strlen(data_out[i].port)))
            return !data_out[i].param ||
                   !param_is(netlist_param(n, cell, data_out[i].param), data_out[i].value);
    return false;
}

static bool is_data_in(const Netlist *n, const NetPin *p)
{
    return n->cell[p->cell].kind->role == CELL_FF &&
           (!strcmp(p->port, "D") || !strcmp(p->port, "DI"));
}

static bool check_output(const Netlist *n, const NetPin *p, Buf *list)
{
    const char *cell = n->cell[p->cell].name;
    if (n->leaves[p->bit]) {
        if (list)
            buf_printf(list, "%s.%s[%d] leaves the top module\n", cell, p->port, p->index);
        return false;
    }
    for (int s = n->sink_at[p->bit]; s < n->sink_at[p->bit + 1]; s++) {
        const NetPin *to = &n->pin[n->sink[s]];
        if (is_data_in(n, to))
            continue;
        if (list)
            buf_printf(list, "%s.%s[%d] goes into pin %s of %s (%s)\n", cell, p->port, p->index,
                       to->port, n->cell[to->cell].name, n->cell[to->cell].kind->type);
        return false;
    }
    return true;
}

int area_unregistered(const Netlist *n, Buf *list)
{
    int bad = 0;
    for (int p = 0; p < n->n_pin; p++) {
        const NetPin *pin = &n->pin[p];
        if (pin->out && pin->bit >= 0 && n->cell[pin->cell].kind->role == CELL_RAM &&
            is_raw_output(n, pin))
            bad += !check_output(n, pin, list);
    }
    return bad;
}
