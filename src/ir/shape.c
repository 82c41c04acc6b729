#include "base/num.h"
#include "ir/graph.h"

static Err window_extent(const Node *n, int d, int in, int *out, Ctx *c)
{
    int k = n->kernel[d], s = n->stride[d];
    int64_t padded = (int64_t)in + n->pad[d] + n->pad[d + 2];
    if (k < 1 || s < 1 || padded < k)
        return fail(c, ERR_SHAPE, (Loc){ .node = n->name },
                    "a window of %d with stride %d does not fit an extent of %d (padded %lld)",
                    k, s, in, (long long)padded);
    *out = (int)((padded - k) / s + 1);
    return ERR_NONE;
}

static Err weights_fit(const Node *n, const Tensor *w, int rank, int64_t in, Ctx *c)
{
    if (!w || w->rank != rank || w->dim[1] != in)
        return fail(c, ERR_SHAPE, (Loc){ .node = n->name },
                    "weights take %d inputs of rank %d, the layer before gives %lld",
                    w ? w->dim[1] : 0, w ? w->rank : 0, (long long)in);
    return ERR_NONE;
}

static Err conv_shape(const Graph *g, const Node *n, Shape in, Shape *out, Ctx *c)
{
    const Tensor *w = graph_role(g, n, ROLE_w);
    TRY(weights_fit(n, w, 4, in.c, c));
    out->c = w->dim[0];
    TRY(window_extent(n, 0, in.h, &out->h, c));
    return window_extent(n, 1, in.w, &out->w, c);
}

static Err dense_shape(const Graph *g, const Node *n, Shape in, Shape *out, Ctx *c)
{
    const Tensor *w = graph_role(g, n, ROLE_w);
    TRY(weights_fit(n, w, 2, shape_count(in), c));
    *out = (Shape){ w->dim[0], 1, 1 };
    return ERR_NONE;
}

static Err bnorm_shape(const Graph *g, const Node *n, Shape in, Shape *out, Ctx *c)
{
    const Tensor *gamma = graph_role(g, n, ROLE_gamma);
    if (!gamma || gamma->dim[0] != in.c)
        return fail(c, ERR_SHAPE, (Loc){ .node = n->name }, "normalises %d channels, has %d",
                    gamma ? gamma->dim[0] : 0, in.c);
    *out = in;
    return ERR_NONE;
}

/* The dimensions that role r must have: weights [O, ...] give O, normalisation has its channels. */
static int want_dims(const Graph *g, const Node *n, Role r, int *dim)
{
    const Tensor *w = graph_role(g, n, ROLE_w);
    bool conv = n->op == OP_CONV2D || n->op == OP_S_CONV2D;
    dim[0] = w && op_is_synapse(n->op) ? w->dim[0] : n->shape.c;
    if (r == ROLE_table)
        dim[1] = 256;
    if (r != ROLE_w)
        return r == ROLE_table ? 2 : 1;
    for (int d = 1; d < 4; d++) dim[d] = d < 2 || !conv ? w->dim[d] : n->kernel[d - 2];
    return conv ? 4 : 2;
}

const Tensor *ir_tensor_misfit(const Graph *g, const Node *n)
{
    for (Role r = 0; r < ROLE_COUNT; r++) {
        const Tensor *t = graph_role(g, n, r);
        int dim[IR_MAX_RANK], rank = t ? want_dims(g, n, r, dim) : 0;
        bool fits = !t || t->rank == rank;
        for (int d = 0; t && fits && d < rank; d++) fits = t->dim[d] == dim[d];
        if (!fits)
            return t;
    }
    return NULL;
}

Err ir_node_shape(const Graph *g, const Node *n, Shape in, Shape *out, Ctx *c)
{
    switch (n->op) {
    case OP_INPUT: case OP_S_INPUT:
        *out = n->shape;
        return ERR_NONE;
    case OP_RELU:
        *out = in;
        return ERR_NONE;
    case OP_FLATTEN:
        *out = (Shape){ in.c * in.h * in.w, 1, 1 };
        return ERR_NONE;
    case OP_BNORM:
        return bnorm_shape(g, n, in, out, c);
    case OP_CONV2D: case OP_S_CONV2D:
        return conv_shape(g, n, in, out, c);
    case OP_DENSE: case OP_S_DENSE:
        return dense_shape(g, n, in, out, c);
    case OP_MAXPOOL: case OP_S_MAXPOOL:
        out->c = in.c;
        TRY(window_extent(n, 0, in.h, &out->h, c));
        return window_extent(n, 1, in.w, &out->w, c);
    case OP_COUNT:
        break;
    }
    return fail(c, ERR_FORMAT, (Loc){ .node = n->name }, "no such operator");
}

Err ir_shape(Graph *g, Ctx *c)
{
    for (int i = 0; i < g->n_node; i++) {
        Node *n = &g->node[i];
        Shape in = op_info[n->op].n_in ? g->node[n->in[0]].shape : n->shape;
        TRY(ir_node_shape(g, n, in, &n->shape, c));
    }
    g->props |= PROP_SHAPED;
    return ERR_NONE;
}

int64_t ir_node_macs(const Graph *g, const Node *n)
{
    if (!op_is_synapse(n->op))
        return 0;
    return tensor_count(graph_role(g, n, ROLE_w)) * n->shape.h * n->shape.w;
}
