/* Cases: a line of text -> a unit with random memory images, and the shapes of its ports. */
#include "rig.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void stop(const char *line, const char *why)
{
    fprintf(stderr, "rig: %s: %s\n", why, line);
    exit(2);
}

int shape_lanes(Shape s) { return s.lanes + (s.last_at > 0); }

int shape_bits(Shape s)
{
    return s.last_at > 0 ? s.last_at + 1 : s.lanes > 0 ? s.lanes * s.bits : 1;
}

static void set_shapes(Case *c)
{
    const int *p = c->unit.p;
    const Shape flag = { 1, 1, 0, 0 };
    switch (c->unit.kind) {
    case UNIT_AXIS_IN: {
        int bits = p[P_AXIS_IN_Raw] ? 8 : p[P_AXIS_IN_Bits];
        c->in[0] = (Shape){ p[P_AXIS_IN_C], bits, 0, (p[P_AXIS_IN_C] * bits + 7) / 8 * 8 };
        c->out[0] = (Shape){ p[P_AXIS_IN_C], p[P_AXIS_IN_Bits], 0, 0 };
        c->out[1] = flag;
        break;
    }
    case UNIT_AXIS_OUT:
        c->in[0] = (Shape){ p[P_AXIS_OUT_Lanes], p[P_AXIS_OUT_InBits], p[P_AXIS_OUT_InSigned], 0 };
        c->in[1] = flag;
        c->out[0] = (Shape){ 1, 32, 1, 32 };
        break;
    case UNIT_FIFO:
        c->in[0] = c->out[0] = (Shape){ p[P_FIFO_Width], 1, 0, 0 };
        break;
    case UNIT_WIDTH:
        c->in[0] = (Shape){ p[P_WIDTH_InLanes], p[P_WIDTH_Bits], 0, 0 };
        c->out[0] = (Shape){ p[P_WIDTH_OutLanes], p[P_WIDTH_Bits], 0, 0 };
        break;
    case UNIT_MAXPOOL:
        c->in[0] = c->out[0] =
            (Shape){ p[P_MAXPOOL_Lanes], p[P_MAXPOOL_Bits], p[P_MAXPOOL_Signed], 0 };
        break;
    case UNIT_WINDOW:
        c->in[0] = (Shape){ p[P_WINDOW_C], p[P_WINDOW_Bits], 0, 0 };
        c->out[0] = (Shape){ p[P_WINDOW_PIn], p[P_WINDOW_Bits], 0, 0 };
        break;
    case UNIT_ARRAY:
        c->in[0] = (Shape){ p[P_ARRAY_PIn], p[P_ARRAY_Bits], p[P_ARRAY_SignedIn], 0 };
        c->out[0] = (Shape){ p[P_ARRAY_POut], p[P_ARRAY_AccBits], 1, 0 };
        break;
    case UNIT_NEURON:
        c->in[0] = (Shape){ p[P_NEURON_POut], p[P_NEURON_AccBits], 1, 0 };
        c->out[0] = (Shape){ p[P_NEURON_POut], p[P_NEURON_Bits], p[P_NEURON_SignedOut], 0 };
        break;
    case UNIT_MAXTREE:
        c->in[0] = (Shape){ p[P_MAXTREE_C] * p[P_MAXTREE_Taps], p[P_MAXTREE_Bits],
                            p[P_MAXTREE_Signed], 0 };
        c->out[0] = (Shape){ p[P_MAXTREE_C], p[P_MAXTREE_Bits], p[P_MAXTREE_Signed], 0 };
        break;
    case UNIT_COUNT:
        break;
    }
}

/* A memory of random fields, extremes among them; lo .. hi. */
static void add_image(Case *c, const char *name, int depth, int fields, int bits, int64_t lo,
                      int64_t hi, Rng *r)
{
    MemImage *m = &c->unit.image[c->unit.n_image++];
    *m = (MemImage){ name, depth, fields, bits, NEW(&c->mem, int64_t, (size_t)(depth * fields)) };
    for (int i = 0; i < depth * fields; i++) {
        uint64_t kind = rng_below(r, 8);
        m->v[i] = kind == 0 ? lo : kind == 1 ? hi : rng_range(r, lo, hi);
    }
}

static int64_t top(int bits) { return (int64_t)((UINT64_C(1) << bits) - 1); }

static void add_signed(Case *c, const char *name, int depth, int fields, int bits, Rng *r)
{
    add_image(c, name, depth, fields, bits, -top(bits - 1) - 1, top(bits - 1), r);
}

static void set_images(Case *c, Rng *r)
{
    const int *p = c->unit.p;
    if (c->unit.kind == UNIT_AXIS_IN && p[P_AXIS_IN_Raw])
        add_image(c, "table", 256, p[P_AXIS_IN_C], p[P_AXIS_IN_Bits], 0, top(p[P_AXIS_IN_Bits]), r);
    if (c->unit.kind == UNIT_AXIS_OUT)
        add_signed(c, "bias", p[P_AXIS_OUT_Classes], 1, p[P_AXIS_OUT_BiasBits], r);
    if (c->unit.kind == UNIT_ARRAY) {
        int depth = p[P_ARRAY_Chunks] * p[P_ARRAY_Groups], n = p[P_ARRAY_POut] * p[P_ARRAY_PIn];
        if (p[P_ARRAY_WBits] == 1) add_image(c, "w", depth, n, 1, 0, 1, r);
        else                       add_signed(c, "w", depth, n, p[P_ARRAY_WBits], r);
    }
    if (c->unit.kind == UNIT_NEURON) {
        add_image(c, "theta", p[P_NEURON_Groups], p[P_NEURON_POut], p[P_NEURON_ThetaBits], 1,
                  top(p[P_NEURON_ThetaBits]), r);
        add_signed(c, "bias", p[P_NEURON_Groups], p[P_NEURON_POut], p[P_NEURON_BiasBits], r);
    }
}

static void set_kind(Case *c, char *word)
{
    char *other = strchr(word, '=');
    if (other) *other++ = 0;
    for (int k = 0; k < UNIT_COUNT; k++)
        if (!strcmp(word, unit_info[k].module)) {
            c->unit.kind = (UnitKind)k;
            snprintf(c->module, sizeof c->module, "%s", other ? other : word);
            return;
        }
    stop(word, "unknown unit");
}

/* "Depth=2": gives the index of the parameter. */
static int set_parameter(Case *c, char *word)
{
    const UnitInfo *info = &unit_info[c->unit.kind];
    char *value = strchr(word, '=');
    if (!value) stop(word, "parameter without a value");
    *value++ = 0;
    for (int k = 0; info->param[k]; k++)
        if (!strcmp(word, info->param[k])) {
            c->unit.p[k] = atoi(value);
            return k;
        }
    stop(word, "unknown parameter");
}

static void read_case(Case *c, char *line)
{
    unsigned seen = 0, all = 0;
    snprintf(c->text, sizeof c->text, "%s", line);
    set_kind(c, strtok(line, " "));
    for (char *w; (w = strtok(NULL, " "));) seen |= 1u << set_parameter(c, w);
    for (int k = 0; unit_info[c->unit.kind].param[k]; k++) all |= 1u << k;
    if (seen != all) stop(c->text, "not every parameter is given");
    if (!twin_table[c->unit.kind]) stop(c->text, "the unit has no twin");
    set_shapes(c);
    if (shape_bits(c->in[0]) > RIG_MAX_BITS || shape_bits(c->out[0]) > RIG_MAX_BITS)
        stop(c->text, "word too wide for the rig");
}

int rig_cases(const char *file, uint64_t seed, Case *c)
{
    FILE *f = fopen(file, "r");
    char line[512];
    int n = 0;
    if (!f) stop(file, "cannot open");
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "#\n")] = 0;
        for (size_t k = strlen(line); k > 0 && isspace((unsigned char)line[k - 1]); k--) line[k - 1] = 0;
        if (!line[0]) continue;
        if (n == RIG_MAX_CASE) stop(line, "too many cases");
        Rng r = { seed * 1000 + (uint64_t)n };
        c[n].mem = arena_new((size_t)64 << 20);
        read_case(&c[n], line);
        set_images(&c[n], &r);
        n++;
    }
    fclose(f);
    if (n == 0) stop(file, "no cases");
    return n;
}
