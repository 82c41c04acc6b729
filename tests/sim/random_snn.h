/* Random spiking networks with widths that hold, from a seed: every operator, odd shapes, strides,
 * padding, overlapping pools, signed and unsigned codes, W and T of 1 to 8; of weights and of codes
 * every third set has extremes only. */
#ifndef TESTS_RANDOM_SNN_H
#define TESTS_RANDOM_SNN_H
#include "base/num.h"
#include "base/rng.h"
#include "ir/graph.h"
#include <stdio.h>
#include <stdlib.h>

static inline int pick(Rng *r, int lo, int hi) { return (int)rng_range(r, lo, hi); }

static inline int64_t code_abs_max(const Node *n)
{
    return (int64_t)1 << (n->signed_out[0] ? n->steps[0] - 1 : n->steps[0]);
}

static inline void random_weights(Rng *r, Tensor *w, int bits)
{
    int top = bits == 1 ? 1 : (1 << (bits - 1)) - 1, odds = pick(r, 0, 2), negative = pick(r, 0, 2);
    bool extreme = bits == 1 || odds == 0; /* all of one sign, of the other, or mixed */
    for (int64_t i = 0; i < tensor_count(w); i++) {
        bool below = negative < 2 ? negative : pick(r, 0, 1);
        w->i8[i] = (int8_t)(extreme ? (below ? -top : top)
                            : pick(r, 0, 2) ? pick(r, -top, top) : 0);
    }
}

/* Greatest sum of |w| * |code| over the channels. */
static inline int64_t random_reach(const Tensor *w, const Node *in)
{
    int64_t taps = tensor_count(w) / w->dim[0], reach = 0;
    for (int o = 0; o < w->dim[0]; o++) {
        int64_t sum = 0;
        for (int64_t i = 0; i < taps; i++) sum += abs(w->i8[o * taps + i]) * code_abs_max(in);
        reach = sum > reach ? sum : reach;
    }
    return reach;
}

/* Thresholds about as large as makes codes of all sizes; widths by the crudest safe bound. */
static inline void random_neurons(Rng *r, Graph *g, int node, bool last)
{
    Node *n = &g->node[node];
    const Node *in = &g->node[n->in[0]];
    int64_t reach = random_reach(graph_role(g, n, ROLE_w), in), top = 0;
    n->steps_in[0]   = in->steps[0];
    n->steps[0]      = last && pick(r, 0, 2) ? 0 : pick(r, 1, 8);
    n->signed_out[0] = n->steps[0] > 1 && pick(r, 0, 3) == 0;
    n->frac_bits[0]  = n->steps[0] ? pick(r, 0, 1) ? pick(r, 0, 6) : pick(r, 0, 24) : 0;
    int64_t full = (reach + 1) << n->frac_bits[0], each = (full >> n->steps[0]) + 1;
    if (n->steps[0]) {
        n->role[ROLE_theta] = graph_tensor(g, "theta", DT_I64, 1, &n->shape.c);
        for (int o = 0; o < n->shape.c; o++)
            graph_role(g, n, ROLE_theta)->i64[o] = 1 + (int64_t)rng_below(r, (uint64_t)each);
    }
    n->role[ROLE_bias] = graph_tensor(g, "bias", DT_I64, 1, &n->shape.c);
    for (int o = 0; o < n->shape.c; o++) {
        int64_t b = rng_range(r, -full / 4, full / 4);
        graph_role(g, n, ROLE_bias)->i64[o] = b;
        top = llabs(b) > top ? llabs(b) : top;
    }
    n->acc_min[0]  = -reach;
    n->acc_max[0]  = reach;
    n->acc_bits[0] = num_sbits(-reach, reach);
    top += full + (each << n->steps[0]);
    n->pot_bits[0] = num_sbits(-top, top);
    n->scale[0]    = 1;
}

static inline void random_window(Rng *r, Node *n, Shape in)
{
    n->kernel[0] = pick(r, 1, in.h < 4 ? in.h : 4);
    n->kernel[1] = pick(r, 1, in.w < 4 ? in.w : 4);
    for (int d = 0; d < 2; d++) n->stride[d] = pick(r, 1, 5);
    for (int d = 0; d < 4; d++) n->pad[d] = pick(r, 0, n->kernel[d % 2] - 1);
}

static inline int random_node(Rng *r, Graph *g, bool last)
{
    int from = g->n_node - 1, kind = last ? pick(r, 0, 1) : pick(r, 0, 2);
    Shape in = g->node[from].shape;
    static const Op ops[] = { OP_S_CONV2D, OP_S_DENSE, OP_S_MAXPOOL };
    char name[16];
    snprintf(name, sizeof name, "n%d", g->n_node);
    int id = graph_node(g, ops[kind], name);
    Node *n = &g->node[id];
    n->in[0] = from;
    if (kind != 1)
        random_window(r, n, in);
    if (kind == 2) {
        n->steps[0] = g->node[from].steps[0];
        n->signed_out[0] = g->node[from].signed_out[0];
        n->scale[0] = 1;
        return id;
    }
    int outs = pick(r, 0, 3) ? pick(r, 1, 9) : pick(r, 10, 70);
    int dim[4] = { outs, kind ? (int)shape_count(in) : in.c, n->kernel[0], n->kernel[1] };
    n->weight_bits[0] = pick(r, 1, 8);
    n->role[ROLE_w] = graph_tensor(g, "w", DT_I8, kind ? 2 : 4, dim);
    random_weights(r, graph_role(g, n, ROLE_w), n->weight_bits[0]);
    return id;
}

static inline Graph random_snn(uint64_t seed, Arena *a)
{
    Rng r = { seed };
    Ctx c = { 0 };
    Graph g = graph_new(a);
    Node *in = &g.node[graph_node(&g, OP_S_INPUT, "input")];
    in->shape = (Shape){ pick(&r, 1, 4), pick(&r, 1, 11), pick(&r, 1, 11) };
    in->steps[0] = pick(&r, 1, 8);
    in->signed_out[0] = in->steps[0] > 1 && pick(&r, 0, 2) == 0;
    in->scale[0] = 1;
    for (int k = pick(&r, 0, 3); k >= 0; k--) {
        int id = random_node(&r, &g, k == 0);
        if (ir_shape(&g, &c))
            abort();
        if (op_is_synapse(g.node[id].op))
            random_neurons(&r, &g, id, k == 0);
    }
    g.props |= PROP_SPIKES;
    if (ir_verify(&g, &c))
        abort();
    return g;
}

/* n images of codes, many of them 0; of every third seed extremes only. */
static inline int16_t *random_codes(uint64_t seed, const Node *in, int n, Arena *a)
{
    Rng r = { seed };
    int64_t all = n * shape_count(in->shape);
    int hi = (1 << (in->steps[0] - in->signed_out[0])) - 1;
    int lo = in->signed_out[0] ? -hi - 1 : 0;
    int16_t *k = NEW(a, int16_t, (size_t)all);
    for (int64_t i = 0; i < all; i++)
        k[i] = (int16_t)(seed % 3 == 0 ? (pick(&r, 0, 7) ? hi : lo)
                         : pick(&r, 0, 1) ? pick(&r, lo, hi) : 0);
    return k;
}
#endif
