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

/* w [O][C][U][V] in the order of the map's bytes, [O][U][V][C]. */
static int8_t *reorder(const int8_t *w, int outs, int channels, int window, Arena *a)
{
    int8_t *to = NEW(a, int8_t, (size_t)outs * (size_t)channels * (size_t)window), *p = to;
    for (int o = 0; o < outs; o++, w += (int64_t)channels * window)
        for (int x = 0; x < window; x++)
            for (int c = 0; c < channels; c++) *p++ = w[(int64_t)c * window + x];
    return to;
}

/* start[o] = -offset * sum of w; the greatest |V| that these weights give. */
static int64_t lay_start(Dot *d, const int8_t *w, int offset, Arena *perm)
{
    size_t taps = (size_t)d->rows * (size_t)d->run;
    int64_t top = 0;
    d->start = NEW(perm, int32_t, (size_t)(d->outs + TILE_O - 1) / TILE_O * TILE_O);
    for (int o = 0; o < d->outs; o++) {
        int64_t sum = 0, reach = 0;
        for (size_t x = 0; x < taps; x++) {
            sum += w[x];
            reach += abs(w[x]);
        }
        d->start[o] = (int32_t)-(offset * sum);
        top = reach * d->max_code > top ? reach * d->max_code : top;
        w += taps;
    }
    return top;
}

static Err lay_dot(const Sim *s, int node, Dot *d, Arena *perm, Arena scratch, Ctx *c)
{
    const Node *n = &s->g->node[node];
    const Map *in = &s->map[node - 1];
    bool conv = n->op == OP_S_CONV2D;
    int kh = conv ? n->kernel[0] : in->s.h, kw = conv ? n->kernel[1] : in->s.w;
    *d = (Dot){ .step = in->step, .row = in->row, .rows = kh, .run = kw * in->s.c,
                .outs = n->shape.c, .max_code = (1 << in->steps) - 1 };
    if (d->run == d->row) { /* rows without a gap are one run */
        d->run *= kh;
        d->rows = 1;
    }
    const int8_t *w = reorder(graph_role(s->g, n, ROLE_w)->i8, d->outs, in->s.c, kh * kw, &scratch);
    int64_t top = lay_start(d, w, in->offset, perm);
    if (n->acc_bits[0] > 32 && top > INT32_MAX)
        return fail(c, ERR_RANGE, (Loc){ .node = n->name },
                    "its sums can reach %lld; 32 bits are what is simulated", (long long)top);
    s->cpu->pack(d, w, perm);
    return ERR_NONE;
}

/* Value of output o of a tile of `outs` outputs, for each image: flat, as tiles are. */
static void lay_tile(const Fire *f, const int64_t *value, int block, int outs, void *to)
{
    for (int x = 0; x < TILE_N * outs; x++) {
        uint64_t v = (uint64_t)value[block * TILE_O + x % outs] << f->left;
        if (f->narrow)
            ((uint32_t *)to)[(size_t)block * TILE_N * TILE_O + (size_t)x] = (uint32_t)v;
        else
            ((uint64_t *)to)[(size_t)block * TILE_N * TILE_O + (size_t)x] = v;
    }
}

static void lay_fire(const Graph *g, const Node *n, Fire *f, Arena *perm)
{
    int acc = n->acc_bits[0], pot = n->pot_bits[0], outs = n->shape.c;
    int blocks = (outs + TILE_O - 1) / TILE_O;
    bool narrow = pot <= 32 && n->frac_bits[0] < pot;
    size_t bytes = (size_t)blocks * TILE_N * TILE_O * (narrow ? 4 : 8);
    *f = (Fire){ .steps = n->steps[0], .sign = n->signed_out[0], .narrow = narrow,
                 .wrap = acc < 32 ? 32 - acc : 0, .left = (narrow ? 32 : 64) - pot,
                 .frac = n->frac_bits[0] };
    f->theta.u32 = arena_take(perm, bytes, 64, 1);
    f->bias.u32  = arena_take(perm, bytes, 64, 1);
    for (int b = 0; b < blocks; b++) {
        int part = outs - b * TILE_O < TILE_O ? outs - b * TILE_O : TILE_O;
        lay_tile(f, graph_role(g, n, ROLE_theta)->i64, b, part, f->theta.u32);
        lay_tile(f, graph_role(g, n, ROLE_bias)->i64, b, part, f->bias.u32);
    }
}

static void lay_reach(const Node *n, const Map *in, Layer *l, Arena *perm)
{
    bool conv = n->op == OP_S_CONV2D;
    int64_t x = 0;
    l->row_reach = NEW(perm, int, (size_t)in->s.h);
    l->reach = NEW(perm, int16_t, (size_t)in->s.w * (size_t)in->s.c);
    for (int i = 0; i < in->s.h; i++)
        l->row_reach[i] = conv ? reach_of(i, n->pad[0], n->kernel[0], l->sh, n->shape.h) : 1;
    for (int j = 0; j < in->s.w; j++)
        for (int c = 0; c < in->s.c; c++)
            l->reach[x++] = (int16_t)(conv ? reach_of(j, n->pad[1], n->kernel[1], l->sw, n->shape.w) : 1);
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
    Arena scratch = arena_new((size_t)tensor_count(graph_role(s->g, n, ROLE_w)) + 4096);
    Err e = lay_dot(s, node, &l->dot, perm, scratch, c);
    arena_delete(scratch);
    TRY(e);
    l->sh = n->op == OP_S_CONV2D ? n->stride[0] : 1;
    l->sw = n->op == OP_S_CONV2D ? n->stride[1] : 1;
    lay_reach(n, &s->map[node - 1], l, perm);
    if (n->steps[0] > 0)
        lay_fire(s->g, n, &l->fire, perm);
    return ERR_NONE;
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
    return cpu_choose(&s->cpu, c);
}

Err sim_new(const Graph *snn, Arena *perm, Sim **sim, Ctx *c)
{
    TRY(fast_empty(snn, perm, sim, c));
    for (int i = 0; i < snn->n_node; i++) TRY(fast_lay(*sim, i, perm, c));
    return ERR_NONE;
}
