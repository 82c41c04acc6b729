#include "hw/images.h"
#include "base/num.h"
#include <assert.h>

int images_bits(const Tensor *t, bool is_signed)
{
    int64_t lo = 0, hi = 0;
    for (int64_t i = 0; i < tensor_count(t); i++) {
        lo = t->i64[i] < lo ? t->i64[i] : lo;
        hi = t->i64[i] > hi ? t->i64[i] : hi;
    }
    assert(is_signed || lo == 0);
    int bits = is_signed ? num_sbits(lo, hi) : num_ubits((uint64_t)hi);
    return bits > 0 ? bits : 1;
}

static MemImage *add_image(Unit *u, const char *name, int depth, int fields, int bits, Arena *perm)
{
    MemImage *m = &u->image[u->n_image++];
    *m = (MemImage){ name, depth, fields, bits, NEW(perm, int64_t, (size_t)depth * (size_t)fields) };
    return m;
}

size_t images_weight_index(const Unit *u, int o, int k)
{
    int pin = u->p[P_ARRAY_PIn], pout = u->p[P_ARRAY_POut];
    int word = k / pin * u->p[P_ARRAY_Groups] + o / pout, field = o % pout * pin + k % pin;
    return (size_t)word * (size_t)(pin * pout) + (size_t)field;
}

size_t images_weight_source(const Graph *g, int node, int o, int k)
{
    const Node *n = &g->node[node];
    Shape in = g->node[n->in[0]].shape;
    int kh = n->op == OP_S_DENSE ? in.h : n->kernel[0];
    int kw = n->op == OP_S_DENSE ? in.w : n->kernel[1];
    int c = k % in.c, v = k / in.c % kw, u = k / in.c / kw;
    return (((size_t)o * (size_t)in.c + (size_t)c) * (size_t)kh + (size_t)u) * (size_t)kw + (size_t)v;
}

void images_array(const Graph *g, int node, Unit *u, Arena *perm)
{
    const Tensor *w = graph_role(g, &g->node[node], ROLE_w);
    int outputs = w->dim[0], inputs = (int)(tensor_count(w) / outputs), bits = u->p[P_ARRAY_WBits];
    MemImage *m = add_image(u, "w", u->p[P_ARRAY_Chunks] * u->p[P_ARRAY_Groups],
                         u->p[P_ARRAY_POut] * u->p[P_ARRAY_PIn], bits, perm);
    for (int o = 0; o < outputs; o++)
        for (int k = 0; k < inputs; k++) {
            int8_t weight = w->i8[images_weight_source(g, node, o, k)];
            m->v[images_weight_index(u, o, k)] = bits == 1 ? weight < 0 : weight;
        }
}

void images_neuron(const Graph *g, int node, Unit *u, Arena *perm)
{
    const Node *n = &g->node[node];
    const Tensor *theta = graph_role(g, n, ROLE_theta), *bias = graph_role(g, n, ROLE_bias);
    int groups = u->p[P_NEURON_Groups], pout = u->p[P_NEURON_POut];
    MemImage *mt = add_image(u, "theta", groups, pout, u->p[P_NEURON_ThetaBits], perm);
    MemImage *mb = add_image(u, "bias", groups, pout, u->p[P_NEURON_BiasBits], perm);
    for (int i = 0; i < groups * pout; i++) {
        mt->v[i] = theta->i64[i];
        mb->v[i] = bias->i64[i];
    }
}

void images_table(const Graph *g, Unit *u, Arena *perm)
{
    enum { VALUES = 256 };
    const Tensor *t = graph_role(g, &g->node[0], ROLE_table);
    int channels = u->p[P_AXIS_IN_C];
    MemImage *m = add_image(u, "table", VALUES, channels, u->p[P_AXIS_IN_Bits], perm);
    for (int v = 0; v < VALUES; v++)
        for (int c = 0; c < channels; c++) m->v[v * channels + c] = t->i64[c * VALUES + v];
}

void images_output(const Graph *g, Unit *u, Arena *perm)
{
    const Node *last = &g->node[g->n_node - 1];
    const Tensor *bias = last->steps[0] == 0 ? graph_role(g, last, ROLE_bias) : NULL;
    u->p[P_AXIS_OUT_BiasBits] = bias ? images_bits(bias, true) : 1;
    MemImage *m = add_image(u, "bias", last->shape.c, 1, u->p[P_AXIS_OUT_BiasBits], perm);
    for (int o = 0; bias && o < last->shape.c; o++) m->v[o] = bias->i64[o];
}
