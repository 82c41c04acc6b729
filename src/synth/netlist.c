#include "synth/netlist.h"
#include "base/io.h"
#include <jansson.h>
#include <string.h>

static const CellKind kinds[] = {
#define CELL(family_, type_, lut_, ff_, ram_, dsp_, role_)                      \
    { .family = FAMILY_##family_, .type = type_, .lut = lut_, .ff = ff_,        \
      .ram = ram_, .dsp = dsp_, .role = CELL_##role_ },
#include "synth/cells.def"
#undef CELL
};

const CellKind *cell_kind(Family f, const char *type)
{
    if (f == FAMILY_XCUP)
        f = FAMILY_XC7;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].family == f && !strcmp(kinds[i].type, type))
            return &kinds[i];
    return NULL;
}

static Err bad(const char *path, const char *what, Ctx *c)
{
    return fail(c, ERR_FORMAT, (Loc){ .file = path }, "not a netlist of Yosys: %s", what);
}

static Err load_json(json_t **j, const char *path, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    json_error_t at;
    *j = json_loadb((const char *)m.p, m.n, 0, &at);
    io_unmap(&m);
    if (!*j)
        return fail(c, ERR_FORMAT, (Loc){ .file = path, .byte = (size_t)at.position }, "%s",
                    at.text);
    return ERR_NONE;
}

static json_t *module_of(json_t *j, const char *top)
{
    return json_object_get(json_object_get(j, "modules"), top);
}

/* Net number of a bit; constants are strings: -1. */
static int bit_of(const json_t *bit, int n_bit)
{
    json_int_t v = json_is_integer(bit) ? json_integer_value(bit) : -1;
    return v >= 0 && v < n_bit ? (int)v : -1;
}

typedef struct Size { int cells, pins, names, bits; } Size;

static void widen(Size *s, int *count, const json_t *bits)
{
    size_t i;
    json_t *b;
    *count += (int)json_array_size(bits);
    json_array_foreach(bits, i, b) {
        json_int_t v = json_integer_value(b);
        if (v >= s->bits && v < INT32_MAX / 2)
            s->bits = (int)v + 1;
    }
}

/* How much there is of everything, so that each array is taken once. */
static Size measure(json_t *cells, json_t *names, json_t *ports)
{
    Size s = { 0 };
    const char *key, *port;
    json_t *v, *bits;
    int n_port = 0;
    json_object_foreach(cells, key, v) {
        s.cells++;
        json_object_foreach(json_object_get(v, "connections"), port, bits) widen(&s, &s.pins, bits);
    }
    json_object_foreach(names, key, v) widen(&s, &s.names, json_object_get(v, "bits"));
    json_object_foreach(ports, key, v) widen(&s, &n_port, json_object_get(v, "bits"));
    return s;
}

static Err load_cell(Netlist *n, const char *name, json_t *v, Family f, Ctx *c)
{
    const char *type = json_string_value(json_object_get(v, "type")), *port;
    json_t *dirs = json_object_get(v, "port_directions"), *bits, *bit;
    size_t i;
    if (!type)
        return bad(n->path, "a cell without a type", c);
    const CellKind *kind = cell_kind(f, type);
    if (!kind)
        return fail(c, ERR_UNSUPPORTED, (Loc){ .file = n->path, .node = name },
                    "nothing says what a cell of type '%s' counts on %s: add it to cells.def",
                    type, family_info[f].title);
    NetCell *cell = &n->cell[n->n_cell];
    *cell = (NetCell){ name, kind, n->n_pin, 0 };
    json_object_foreach(json_object_get(v, "connections"), port, bits) {
        const char *dir = json_string_value(json_object_get(dirs, port));
        if (!dir)
            return bad(n->path, "a pin without a direction", c);
        json_array_foreach(bits, i, bit)
            n->pin[n->n_pin++] = (NetPin){ n->n_cell, port, (int)i, bit_of(bit, n->n_bit),
                                           dir[0] == 'o' };
    }
    cell->n_pin = n->n_pin - cell->pin;
    n->n_cell++;
    return ERR_NONE;
}

static void load_names(Netlist *n, json_t *names)
{
    const char *key;
    json_t *v, *bit;
    size_t i;
    json_object_foreach(names, key, v)
        json_array_foreach(json_object_get(v, "bits"), i, bit)
            n->name[n->n_name++] = (NetName){ key, bit_of(bit, n->n_bit) };
}

static void load_ports(Netlist *n, json_t *ports)
{
    const char *key, *dir;
    json_t *v, *bit;
    size_t i;
    json_object_foreach(ports, key, v) {
        dir = json_string_value(json_object_get(v, "direction"));
        json_array_foreach(json_object_get(v, "bits"), i, bit)
            if (dir && dir[0] != 'i' && bit_of(bit, n->n_bit) >= 0)
                n->leaves[bit_of(bit, n->n_bit)] = true;
    }
}

/* driver, and the sinks of each bit in the order of the pins (counting sort). */
static void connect(Netlist *n, Arena *a)
{
    n->driver  = NEW(a, int, (size_t)n->n_bit + 1);
    n->sink_at = NEW(a, int, (size_t)n->n_bit + 2);
    n->sink    = NEW(a, int, (size_t)n->n_pin + 1);
    for (int b = 0; b <= n->n_bit; b++) n->driver[b] = -1;
    for (int p = 0; p < n->n_pin; p++)
        if (n->pin[p].bit >= 0 && n->pin[p].out)
            n->driver[n->pin[p].bit] = p;
        else if (n->pin[p].bit >= 0)
            n->sink_at[n->pin[p].bit + 2]++;
    for (int b = 2; b <= n->n_bit + 1; b++) n->sink_at[b] += n->sink_at[b - 1];
    for (int p = 0; p < n->n_pin; p++)
        if (n->pin[p].bit >= 0 && !n->pin[p].out)
            n->sink[n->sink_at[n->pin[p].bit + 1]++] = p;
}

Err netlist_load(Netlist *n, const char *path, const char *top, Family f, Arena *a, Ctx *c)
{
    *n = (Netlist){ .path = path };
    TRY(load_json(&n->json, path, c));
    json_t *m = module_of(n->json, top), *names = json_object_get(m, "netnames");
    json_t *ports = json_object_get(m, "ports");
    n->cells = json_object_get(m, "cells");
    if (!json_is_object(n->cells) || !json_is_object(names) || !json_is_object(ports))
        return bad(path, "no such module, or it has no cells, names or ports", c);
    Size s = measure(n->cells, names, ports);
    n->n_bit  = s.bits;
    n->cell   = NEW(a, NetCell, (size_t)s.cells + 1);
    n->pin    = NEW(a, NetPin, (size_t)s.pins + 1);
    n->name   = NEW(a, NetName, (size_t)s.names + 1);
    n->leaves = NEW(a, bool, (size_t)s.bits + 1);
    const char *key;
    json_t *v;
    json_object_foreach(n->cells, key, v) TRY(load_cell(n, key, v, f, c));
    load_names(n, names);
    load_ports(n, ports);
    connect(n, a);
    return ERR_NONE;
}

void netlist_free(Netlist *n)
{
    json_decref(n->json);
    *n = (Netlist){ 0 };
}

const char *netlist_param(const Netlist *n, const NetCell *cell, const char *param)
{
    json_t *v = json_object_get(n->cells, cell->name);
    return json_string_value(json_object_get(json_object_get(v, "parameters"), param));
}

static void load_instance(Instance *in, const char *name, json_t *dirs, Arena *a)
{
    const char *port;
    json_t *dir;
    in->name  = arena_str(a, name);
    in->input = NEW(a, const char *, json_object_size(dirs) + 1);
    json_object_foreach(dirs, port, dir)
        if (!strcmp(json_string_value(dir) ? json_string_value(dir) : "", "input"))
            in->input[in->n_input++] = arena_str(a, port);
}

Err instances_load(Instance **inst, int *n_inst, const char *path, const char *top,
                   Arena *a, Ctx *c)
{
    json_t *j = NULL;
    TRY(load_json(&j, path, c));
    json_t *cells = json_object_get(module_of(j, top), "cells"), *v;
    const char *name;
    *n_inst = 0;
    *inst   = NEW(a, Instance, json_object_size(cells) + 1);
    json_object_foreach(cells, name, v) {
        const char *type = json_string_value(json_object_get(v, "type"));
        if (type && module_of(j, type))
            load_instance(&(*inst)[(*n_inst)++], name, json_object_get(v, "port_directions"), a);
    }
    Err e = json_is_object(cells) ? ERR_NONE : bad(path, "no such module", c);
    json_decref(j);
    return e;
}
