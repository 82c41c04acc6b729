/* From the graph to weights, currents and thresholds of integrate-and-fire neurons. */
#include "base/num.h"
#include "sim/rate_in.h"
#include <math.h>

/* Outputs o with 0 <= at + pad - o stride < kernel, of `outs`. */
static Reach reach_of(int at, int pad, int kernel, int stride, int outs)
{
    int first = at + pad < kernel ? 0 : (int)num_ceil_div(at + pad - kernel + 1, stride);
    int last = (at + pad) / stride;
    if (last > outs - 1)
        last = outs - 1;
    return last < first ? (Reach){ 0, 0 } : (Reach){ first, last - first + 1 };
}

static void lay_window(RateLayer *l, Arena *perm)
{
    bool dense = l->n->op == OP_S_DENSE;
    l->kh = dense ? l->in.h : l->n->kernel[0];
    l->kw = dense ? l->in.w : l->n->kernel[1];
    l->sh = dense ? 1 : l->n->stride[0];
    l->sw = dense ? 1 : l->n->stride[1];
    l->pt = dense ? 0 : l->n->pad[0];
    l->pl = dense ? 0 : l->n->pad[1];
    l->row = NEW(perm, Reach, (size_t)l->in.h);
    l->col = NEW(perm, Reach, (size_t)l->in.w);
    l->place = NEW(perm, Place, (size_t)shape_count(l->in));
    for (int x = 0; x < (int)shape_count(l->in); x++)
        l->place[x] = (Place){ x / l->in.c / l->in.w, x / l->in.c % l->in.w, x % l->in.c };
    for (int i = 0; i < l->in.h; i++)
        l->row[i] = reach_of(i, l->pt, l->kh, l->sh, l->n->shape.h);
    for (int j = 0; j < l->in.w; j++)
        l->col[j] = reach_of(j, l->pl, l->kw, l->sw, l->n->shape.w);
}

static Ints ints_new(bool wide, int64_t n, Arena *perm)
{
    return wide ? (Ints){ .i64 = NEW(perm, int64_t, (size_t)n) }
                : (Ints){ .i32 = NEW(perm, int32_t, (size_t)n) };
}

static void put(Ints to, bool wide, int64_t at, int64_t v)
{
    if (wide)
        to.i64[at] = v;
    else
        to.i32[at] = (int32_t)v;
}

typedef struct Neuron { int64_t gain, peak; } Neuron; /* of one channel */

static int64_t top_code(const Node *n) { return ((int64_t)1 << n->steps[0]) - 1; }

/* What one spike is worth, per unit of its weight. */
static int64_t worth(const Node *n, const Node *in)
{
    return n->steps[0] ? (2 * top_code(in)) << n->frac_bits[0] : top_code(in);
}

static bool all_zero(const int8_t *w, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (w[i])
            return false;
    return true;
}

static Neuron neuron_of(const Graph *g, const Node *n, int o)
{
    const Tensor *w = graph_role(g, n, ROLE_w), *theta = graph_role(g, n, ROLE_theta);
    int64_t taps = tensor_count(w) / w->dim[0], b = graph_role(g, n, ROLE_bias)->i64[o];
    if (n->steps[0] == 0)
        return (Neuron){ b, 0 };
    int64_t th = theta->i64[o], half = all_zero(w->i8 + o * taps, taps) ? 0 : th;
    return (Neuron){ 2 * b - half, 2 * th * top_code(n) };
}

/* The greatest size that a potential of the layer, or a term of it, can have. */
static double greatest(const Graph *g, const Node *n, int steps)
{
    const Tensor *w = graph_role(g, n, ROLE_w);
    int64_t taps = tensor_count(w) / w->dim[0];
    const Node *in = &g->node[n->in[0]];
    double most = 0, each = ldexp(2.0 * (double)top_code(in), n->frac_bits[0]);
    for (int o = 0; o < n->shape.c; o++) {
        double sum = 0, b = (double)graph_role(g, n, ROLE_bias)->i64[o];
        double th = n->steps[0] ? (double)graph_role(g, n, ROLE_theta)->i64[o] : 0;
        for (int64_t i = 0; i < taps; i++) sum += fabs((double)w->i8[o * taps + i]);
        most = fmax(most, steps * (each * sum + 2 * fabs(b) + th)
                          + 2 * th * (double)top_code(n));
    }
    return most;
}

static void lay_weights(const Graph *g, RateLayer *l, Arena *perm)
{
    const Tensor *t = graph_role(g, l->n, ROLE_w);
    int64_t each = worth(l->n, &g->node[l->n->in[0]]), o_n = l->n->shape.c;
    int64_t taps = tensor_count(t) / o_n, at = 0;
    l->w = ints_new(l->wide, tensor_count(t), perm);
    for (int64_t cu = 0; cu < (int64_t)l->in.c * l->kh; cu++)
        for (int v = l->kw - 1; v >= 0; v--)
            for (int64_t o = 0; o < o_n; o++)
                put(l->w, l->wide, at++, each * t->i8[o * taps + cu * l->kw + v]);
}

static void lay_neurons(const Graph *g, RateLayer *l, Arena *perm)
{
    int o_n = l->n->shape.c, row = l->n->shape.w * o_n;
    l->gain = ints_new(l->wide, row, perm);
    l->peak = l->n->steps[0] ? ints_new(l->wide, row, perm) : (Ints){ 0 };
    for (int o = 0; o < o_n; o++) {
        Neuron k = neuron_of(g, l->n, o);
        for (int x = o; x < row; x += o_n) {
            put(l->gain, l->wide, x, k.gain);
            if (l->peak.p)
                put(l->peak, l->wide, x, k.peak);
        }
    }
}

static Err check(const Graph *g, int i, Ctx *c)
{
    const Node *n = &g->node[i];
    Loc at = { .node = n->name };
    if (n->op < OP_S_INPUT || (n->op == OP_S_INPUT) != (i == 0) || (i > 0 && n->in[0] != i - 1))
        return fail(c, ERR_UNSUPPORTED, at, "%s cannot be simulated with rates",
                    op_info[n->op].name);
    if (n->signed_out[0])
        return fail(c, ERR_UNSUPPORTED, at, "its codes are signed, and a rate is never negative: "
                    "give the layer a ReLU, the images values of 0 or more");
    if (n->steps[0] > SIM_MAX_STEPS || (n->steps[0] < 1 && i < g->n_node - 1))
        return fail(c, ERR_RANGE, at, "%d steps; 1 to %d are possible", n->steps[0], SIM_MAX_STEPS);
    return ERR_NONE;
}

Err rate_lay(const Graph *g, int node, int steps, RateLayer *l, Arena *perm, Ctx *c)
{
    const Node *n = &g->node[node];
    TRY(check(g, node, c));
    if (node == 0)
        return ERR_NONE;
    *l = (RateLayer){ .n = n, .in = g->node[n->in[0]].shape };
    lay_window(l, perm);
    if (!op_is_synapse(n->op))
        return ERR_NONE;
    double most = greatest(g, n, steps);
    if (most >= 0x1p62)
        return fail(c, ERR_RANGE, (Loc){ .node = n->name },
                    "a potential can reach %.3g in %d steps, beyond 62 bits", most, steps);
    l->wide = most >= 0x1p30;
    lay_weights(g, l, perm);
    lay_neurons(g, l, perm);
    return ERR_NONE;
}
