/* From the graph to the order of use; checks what the fast simulator's integers can hold. */
#include "sim/fast.h"
#include "base/num.h"
#include <stdlib.h>
#include <string.h>

/* Images lie an odd number of cache lines apart: the same pixel of 12 images in different sets. */
static Map lay_map(const Graph *g, int node)
{
    enum { LINE = 64 };
    const Node *n = &g->node[node], *user = node + 1 < g->n_node ? n + 1 : NULL;
    Map m = { .s = n->shape, .steps = n->steps[0] };
    bool pads = user && (user->op == OP_S_CONV2D || user->op == OP_S_MAXPOOL);
    if (pads)
        memcpy(m.pad, user->pad, sizeof m.pad);
    m.offset = (uint8_t)(n->signed_out[0] && n->steps[0] ? 1 << (n->steps[0] - 1) : 0);
    m.border = user && user->op == OP_S_MAXPOOL ? 0 : m.offset;
    m.row    = (int64_t)(m.pad[1] + m.s.w + m.pad[3]) * m.s.c;
    m.first  = m.pad[0] * m.row + (int64_t)m.pad[1] * m.s.c;
    m.step   = (((m.pad[0] + m.s.h + m.pad[2]) * m.row + QUAD + LINE - 1) / LINE | 1) * LINE;
    return m;
}

/* Output rows (columns) that input i meets: windows of `kernel` at `stride`, `outs` of them. */
static int reach_of(int i, int pad, int kernel, int stride, int outs)
{
    int at = i + pad, last = at / stride;
    int first = at < kernel ? 0 : (int)num_ceil_div(at - (kernel - 1), stride);
    last = last < outs - 1 ? last : outs - 1;
    return last < first ? 0 : last - first + 1;
}

/* Cost of a position, about: steps of the inner loop, and what comes around it. */
static double cost_of(int rows, int run, int outs, int cols)
{
    int quads = (run + QUAD - 1) / QUAD, panels = (outs + PANEL - 1) / PANEL;
    return (double)(rows * quads * panels + 8) / cols;
}

/* How many neighbouring columns of a convolution are best taken together. */
static int columns(const Node *n, int channels)
{
    int best = 1;
    double least = cost_of(n->kernel[0], n->kernel[1] * channels, n->shape.c, 1);
    for (int m = 2; m * n->shape.c <= TILE_O && n->steps[0] > 0; m++) {
        int run = (n->kernel[1] + (m - 1) * n->stride[1]) * channels;
        double cost = cost_of(n->kernel[0], run, m * n->shape.c, m);
        if (n->shape.w % m == 0 && cost < least) {
            least = cost;
            best = m;
        }
    }
    return best;
}

/* w [O][C][U][V] in the order of the map's bytes, [cols*O][U][run]: column k looks k strides on. */
static int8_t *reorder(const int8_t *w, const Layer *l, int outs, int channels, int kh, int kw,
                       Arena *a)
{
    int run = (kw + (l->cols - 1) * l->sw) * channels;
    int8_t *all = NEW(a, int8_t, (size_t)(l->cols * outs) * (size_t)kh * (size_t)run), *to = all;
    for (int x = 0; x < l->cols * outs; x++)
        for (int u = 0; u < kh; u++, to += run)
            for (int v = 0; v < kw; v++)
                for (int c = 0; c < channels; c++)
                    to[(x / outs * l->sw + v) * channels + c] =
                        w[(((int64_t)(x % outs) * channels + c) * kh + u) * kw + v];
    return all;
}

/* start[o] = -offset * sum of w */
static void lay_start(Dot *d, const int8_t *w, int offset, Arena *perm)
{
    size_t taps = (size_t)d->rows * (size_t)d->run;
    d->start = NEW(perm, int32_t, (size_t)(d->outs + TILE_O - 1) / TILE_O * TILE_O);
    for (int o = 0; o < d->outs; o++, w += taps) {
        int64_t sum = 0;
        for (size_t x = 0; x < taps; x++) sum += w[x];
        d->start[o] = (int32_t)-(offset * sum);
    }
}

static void lay_dot(const Sim *s, int node, Layer *l, Arena *perm)
{
    const Node *n = &s->g->node[node];
    const Map *in = &s->map[node - 1];
    bool conv = n->op == OP_S_CONV2D;
    int kh = conv ? n->kernel[0] : in->s.h, kw = conv ? n->kernel[1] : in->s.w;
    Dot *d = &l->dot;
    *d = (Dot){ .step = in->step, .row = in->row, .rows = kh, .outs = l->cols * n->shape.c,
                .run = (kw + (l->cols - 1) * l->sw) * in->s.c, .max_code = (1 << in->steps) - 1 };
    Arena tmp = arena_new((size_t)d->outs * (size_t)d->rows * (size_t)d->run + 64), whole = tmp;
    int8_t *w = reorder(graph_role(s->g, n, ROLE_w)->i8, l, n->shape.c, in->s.c, kh, kw, &tmp);
    if (d->run == d->row) { /* rows without a gap are one run */
        d->run *= kh;
        d->rows = 1;
    }
    lay_start(d, w, in->offset, perm);
    s->cpu->pack(d, w, perm);
    arena_delete(whole);
}

/* V of output o lies in lo .. hi. */
typedef struct Range { int64_t lo, hi; } Range;

static Range range_of(const Map *in, const Tensor *w, int o)
{
    int64_t taps = tensor_count(w) / w->dim[0];
    int64_t lo = -in->offset, hi = (1 << in->steps) - 1 - in->offset;
    const int8_t *p = w->i8 + o * taps;
    Range r = { 0, 0 };
    for (int64_t x = 0; x < taps; x++) {
        r.lo += p[x] * (p[x] < 0 ? hi : lo);
        r.hi += p[x] * (p[x] < 0 ? lo : hi);
    }
    return r;
}

static bool fits(int64_t x, int bits) { return x == num_wrap(x, bits); }

/* No V, U or trial of an output can leave its width. */
static bool is_safe(const Node *n, Range v, int64_t theta, int64_t bias)
{
    int f = n->frac_bits[0], pot = n->pot_bits[0];
    if (pot > 32 || f >= pot || !fits(v.lo, n->acc_bits[0]) || !fits(v.hi, n->acc_bits[0]) ||
        !fits(theta, pot) || !fits(bias, pot))
        return false;
    int64_t top = theta << (n->steps[0] - 1), scale = (int64_t)1 << f;
    return fits(v.lo * scale + bias - top, pot) && fits(v.hi * scale + bias, pot) && fits(top, pot);
}

/* Value of each output of a block for each image: flat, as tiles are. */
static void lay_tile(const Fire *f, const int64_t *value, int values, int block, int outs, void *to)
{
    for (int x = 0; x < TILE_N * outs; x++) {
        uint64_t v = (uint64_t)value[(block * TILE_O + x % outs) % values] << f->left;
        if (f->narrow)
            ((uint32_t *)to)[(size_t)block * TILE_N * TILE_O + (size_t)x] = (uint32_t)v;
        else
            ((uint64_t *)to)[(size_t)block * TILE_N * TILE_O + (size_t)x] = v;
    }
}

static void lay_fire(const Node *n, const int64_t *theta, const int64_t *bias, int outs, Fire *f,
                     Arena *perm)
{
    int acc = n->acc_bits[0], pot = n->pot_bits[0], blocks = (outs + TILE_O - 1) / TILE_O;
    bool narrow = pot <= 32 && n->frac_bits[0] < pot;
    size_t bytes = (size_t)blocks * TILE_N * TILE_O * (narrow ? 4 : 8);
    *f = (Fire){ .steps = n->steps[0], .sign = n->signed_out[0], .narrow = narrow, .safe = true,
                 .wrap = acc < 32 ? 32 - acc : 0, .left = (narrow ? 32 : 64) - pot,
                 .frac = n->frac_bits[0] };
    f->theta.u32 = arena_take(perm, bytes, 64, 1);
    f->bias.u32  = arena_take(perm, bytes, 64, 1);
    for (int b = 0; b < blocks; b++) {
        int part = outs - b * TILE_O < TILE_O ? outs - b * TILE_O : TILE_O;
        lay_tile(f, theta, n->shape.c, b, part, f->theta.u32);
        lay_tile(f, bias, n->shape.c, b, part, f->bias.u32);
    }
}

static Err lay_neurons(const Sim *s, int node, Layer *l, Arena *perm, Ctx *c)
{
    const Node *n = &s->g->node[node];
    const Tensor *theta = graph_role(s->g, n, ROLE_theta), *bias = graph_role(s->g, n, ROLE_bias);
    if (n->steps[0] > 0)
        lay_fire(n, theta->i64, bias->i64, l->dot.outs, &l->fire, perm);
    for (int o = 0; o < n->shape.c; o++) {
        Range v = range_of(&s->map[node - 1], graph_role(s->g, n, ROLE_w), o);
        if (n->acc_bits[0] > 32 && (v.lo < INT32_MIN || v.hi > INT32_MAX))
            return fail(c, ERR_RANGE, (Loc){ .node = n->name }, "its sums can reach %lld to %lld; "
                        "32 bits are what is simulated", (long long)v.lo, (long long)v.hi);
        l->fire.safe &= n->steps[0] > 0 && is_safe(n, v, theta->i64[o], bias->i64[o]);
    }
    return ERR_NONE;
}

static Err lay_reach(const Node *n, const Map *in, Layer *l, Arena *perm, Ctx *c)
{
    bool conv = n->op == OP_S_CONV2D;
    l->reach = NEW(perm, int16_t, (size_t)in->step);
    for (int i = 0; i < in->s.h; i++)
        for (int j = 0; j < in->s.w; j++) {
            int rows = conv ? reach_of(i, n->pad[0], n->kernel[0], l->sh, n->shape.h) : 1;
            int cols = conv ? reach_of(j, n->pad[1], n->kernel[1], l->sw, n->shape.w) : 1;
            if (rows * cols > INT16_MAX)
                return fail(c, ERR_RANGE, (Loc){ .node = n->name }, "a code meets more than %d "
                            "positions", INT16_MAX);
            int16_t *to = l->reach + in->first + i * in->row + (int64_t)j * in->s.c;
            for (int x = 0; x < in->s.c; x++) to[x] = (int16_t)(rows * cols);
        }
    return ERR_NONE;
}

static Err check_node(const Graph *g, int i, Ctx *c)
{
    const Node *n = &g->node[i];
    Loc at = { .node = n->name };
    if (n->op < OP_S_INPUT || (n->op == OP_S_INPUT) != (i == 0))
        return fail(c, ERR_UNSUPPORTED, at, "%s cannot be simulated here", op_info[n->op].name);
    if (i > 0 && n->in[0] != i - 1)
        return fail(c, ERR_UNSUPPORTED, at, "only chains can be simulated");
    bool logits = op_is_synapse(n->op) && n->steps[0] == 0 && i == g->n_node - 1;
    if (!logits && (n->steps[0] < 1 + n->signed_out[0] || n->steps[0] > SIM_MAX_STEPS))
        return fail(c, ERR_RANGE, at, "%d steps; 1 to %d are possible (signed codes: 2)",
                    n->steps[0], SIM_MAX_STEPS);
    if (op_is_synapse(n->op) &&
        (n->acc_bits[0] < 1 || n->acc_bits[0] > 63 || n->pot_bits[0] < 1 || n->pot_bits[0] > 63 ||
         n->frac_bits[0] < 0 || n->frac_bits[0] > 62))
        return fail(c, ERR_RANGE, at, "widths of V (%d), U (%d) or the fraction (%d) are not "
                    "within 63 bits", n->acc_bits[0], n->pot_bits[0], n->frac_bits[0]);
    if (op_is_synapse(n->op) && n->steps_in[0] != g->node[n->in[0]].steps[0])
        return fail(c, ERR_RANGE, at, "takes codes of %d steps and is given %d", n->steps_in[0],
                    g->node[n->in[0]].steps[0]);
    if (n->shape.w > INT16_MAX || n->shape.h > INT16_MAX)
        return fail(c, ERR_RANGE, at, "a map wider or higher than %d", INT16_MAX);
    return ERR_NONE;
}

Err fast_lay(Sim *s, int node, Arena *perm, Ctx *c)
{
    const Node *n = &s->g->node[node];
    Layer *l = &s->layer[node];
    if (!op_is_synapse(n->op))
        return ERR_NONE;
    l->sh = n->op == OP_S_CONV2D ? n->stride[0] : 1;
    l->sw = n->op == OP_S_CONV2D ? n->stride[1] : 1;
    l->cols = n->op == OP_S_CONV2D ? columns(n, s->map[node - 1].s.c) : 1;
    lay_dot(s, node, l, perm);
    TRY(lay_neurons(s, node, l, perm, c));
    return lay_reach(n, &s->map[node - 1], l, perm, c);
}

/* Byte of each raw value, where the input has a table. */
static uint8_t *lay_table(const Graph *g, const Map *m, Arena *perm)
{
    const Tensor *table = graph_role(g, &g->node[0], ROLE_table);
    if (!table)
        return NULL;
    uint8_t *to = NEW(perm, uint8_t, (size_t)tensor_count(table));
    for (int64_t x = 0; x < tensor_count(table); x++) to[x] = (uint8_t)(table->i64[x] + m->offset);
    return to;
}

Err fast_empty(const Graph *snn, Arena *perm, Sim **sim, Ctx *c)
{
    Sim *s = *sim = NEW(perm, Sim, 1);
    *s = (Sim){ .g = snn, .map = NEW(perm, Map, (size_t)snn->n_node),
                .layer = NEW(perm, Layer, (size_t)snn->n_node) };
    for (int i = 0; i < snn->n_node; i++) {
        TRY(check_node(snn, i, c));
        s->map[i] = lay_map(snn, i);
    }
    s->byte_of = lay_table(snn, &s->map[0], perm);
    return cpu_choose(&s->cpu, c);
}

Err sim_new(const Graph *snn, Arena *perm, Sim **sim, Ctx *c)
{
    TRY(fast_empty(snn, perm, sim, c));
    for (int i = 0; i < snn->n_node; i++) TRY(fast_lay(*sim, i, perm, c));
    return ERR_NONE;
}
