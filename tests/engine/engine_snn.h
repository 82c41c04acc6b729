/* tests/engine/engine_snn.h - random spiking networks of the form that an engine takes: convolutions
 * with kernels, strides and paddings of any kind, some of them pooled, then dense layers. */
#ifndef TESTS_ENGINE_SNN_H
#define TESTS_ENGINE_SNN_H
#include "fixture.h"
#include "ir/graph.h"
#include "sim/random_snn.h"

static inline void shape_snn(Graph *g)
{
    Ctx c = { 0 };
    if (ir_shape(g, &c))
        abort();
}

static inline int add_snn(Rng *r, Graph *g, Op op, int outs, int weight_bits)
{
    char name[16];
    snprintf(name, sizeof name, "n%d", g->n_node);
    Shape in = g->node[g->n_node - 1].shape;
    int id = graph_node(g, op, name);
    Node *n = &g->node[id];
    n->in[0] = id - 1;
    n->weight_bits[0] = weight_bits;
    if (op == OP_S_CONV2D)
        random_window(r, n, in);
    int dense = op == OP_S_DENSE, dim[4] = { outs, dense ? (int)shape_count(in) : in.c, n->kernel[0], n->kernel[1] };
    n->role[ROLE_w] = graph_tensor(g, "w", DT_I8, dense ? 2 : 4, dim);
    random_weights(r, graph_role(g, n, ROLE_w), weight_bits);
    shape_snn(g);
    return id;
}

static inline void add_pool(Rng *r, Graph *g)
{
    const Node *from = &g->node[g->n_node - 1];
    Shape in = from->shape;
    int steps = from->steps[0], is_signed = from->signed_out[0], id = graph_node(g, OP_S_MAXPOOL, "pool");
    Node *n = &g->node[id];
    n->name = arena_printf(g->perm, "pool%d", id);
    n->in[0] = id - 1;
    n->kernel[0] = n->stride[0] = pick(r, 1, in.h < 3 ? in.h : 3);
    n->kernel[1] = n->stride[1] = pick(r, 1, in.w < 4 ? in.w : 4);
    n->steps[0] = steps;
    n->signed_out[0] = is_signed;
    n->scale[0] = 1;
    shape_snn(g);
}

/* No fewer than one dense layer; the last gives scores. Weights of at most `bits` bits. */
static inline Graph engine_snn(uint64_t seed, int bits, Arena *a)
{
    Rng r = { seed };
    Ctx c = { 0 };
    Graph g = graph_new(a);
    Node *in = &g.node[graph_node(&g, OP_S_INPUT, "input")];
    in->shape = (Shape){ pick(&r, 1, 3), pick(&r, 1, 12), pick(&r, 1, 12) };
    in->steps[0] = pick(&r, 1, 8);
    in->signed_out[0] = in->steps[0] > 1 && pick(&r, 0, 3) == 0;
    in->scale[0] = 1;
    for (int k = pick(&r, 0, 3); k > 0; k--) {
        random_neurons(&r, &g, add_snn(&r, &g, OP_S_CONV2D, pick(&r, 1, 20), pick(&r, 1, bits)), false);
        if (pick(&r, 0, 1))
            add_pool(&r, &g);
    }
    for (int k = pick(&r, 0, 2); k > 0; k--)
        random_neurons(&r, &g, add_snn(&r, &g, OP_S_DENSE, pick(&r, 1, 40), pick(&r, 1, bits)), false);
    random_neurons(&r, &g, add_snn(&r, &g, OP_S_DENSE, pick(&r, 2, 12), pick(&r, 1, bits)), true);
    g.props |= PROP_SPIKES;
    if (ir_verify(&g, &c))
        abort();
    return g;
}
#endif
