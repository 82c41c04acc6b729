#include "ir/eval.h"
#include <assert.h>
#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <string.h>

enum { BLOCK = 16 }; /* images; part of the result's definition, so never depends on threads */

typedef struct Place { /* of one operator for one block of images */
    const Graph *g;
    const Node  *n;
    Shape        in;
    float       *col; /* im2col's scratch */
} Place;

static bool out_of_range(int x, int n) { return x < 0 || x >= n; }

void eval_im2col(const Node *n, Shape in, const float *x, float *col)
{
    for (int c = 0; c < in.c; c++)
        for (int u = 0; u < n->kernel[0]; u++)
            for (int v = 0; v < n->kernel[1]; v++)
                for (int i = 0; i < n->shape.h; i++, col += n->shape.w) {
                    int row = i * n->stride[0] + u - n->pad[0];
                    for (int j = 0; j < n->shape.w; j++) {
                        int at = j * n->stride[1] + v - n->pad[1];
                        bool padded = out_of_range(row, in.h) || out_of_range(at, in.w);
                        col[j] = padded ? 0 : x[((int64_t)c * in.h + row) * in.w + at];
                    }
                }
}

static void add_bias(const Place *p, float *y, int n, int positions)
{
    const Tensor *b = graph_role(p->g, p->n, ROLE_b);
    for (int k = 0; b && k < n; k++)
        for (int o = 0; o < p->n->shape.c; o++)
            for (int i = 0; i < positions; i++) *y++ += b->f32[o];
}

static void eval_conv2d(const Place *p, const float *x, int n, float *y)
{
    const Tensor *w = graph_role(p->g, p->n, ROLE_w);
    int positions = p->n->shape.h * p->n->shape.w, o = p->n->shape.c;
    int taps = (int)(tensor_count(w) / o);
    for (int k = 0; k < n; k++) {
        eval_im2col(p->n, p->in, x + k * shape_count(p->in), p->col);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, o, positions, taps, 1, w->f32, taps,
                    p->col, positions, 0, y + k * shape_count(p->n->shape), positions);
    }
    add_bias(p, y, n, positions);
}

static void eval_dense(const Place *p, const float *x, int n, float *y)
{
    const Tensor *w = graph_role(p->g, p->n, ROLE_w);
    int o = w->dim[0], i = w->dim[1];
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, o, i, 1, x, i, w->f32, i, 0, y, o);
    add_bias(p, y, n, 1);
}

static void eval_bnorm(const Place *p, const float *x, int n, float *y)
{
    const float *gamma = graph_role(p->g, p->n, ROLE_gamma)->f32;
    const float *beta  = graph_role(p->g, p->n, ROLE_beta)->f32;
    const float *mean  = graph_role(p->g, p->n, ROLE_mean)->f32;
    const float *var   = graph_role(p->g, p->n, ROLE_var)->f32;
    for (int k = 0; k < n; k++)
        for (int c = 0; c < p->in.c; c++) {
            double scale = gamma[c] / sqrt((double)var[c] + p->n->eps[0]);
            for (int i = 0; i < p->in.h * p->in.w; i++)
                *y++ = (float)(scale * ((double)*x++ - mean[c]) + beta[c]);
        }
}

static void eval_relu(const Place *p, const float *x, int n, float *y)
{
    for (int64_t i = 0; i < n * shape_count(p->in); i++) y[i] = x[i] > 0 ? x[i] : 0;
}

static float window_max(const Place *p, const float *map, int i, int j)
{
    float best = -INFINITY;
    for (int u = 0; u < p->n->kernel[0]; u++)
        for (int v = 0; v < p->n->kernel[1]; v++) {
            int row = i * p->n->stride[0] + u - p->n->pad[0];
            int at  = j * p->n->stride[1] + v - p->n->pad[1];
            if (!out_of_range(row, p->in.h) && !out_of_range(at, p->in.w))
                best = fmaxf(best, map[row * p->in.w + at]);
        }
    return best;
}

static void eval_maxpool(const Place *p, const float *x, int n, float *y)
{
    for (int m = 0; m < n * p->in.c; m++, x += p->in.h * p->in.w)
        for (int i = 0; i < p->n->shape.h; i++)
            for (int j = 0; j < p->n->shape.w; j++) *y++ = window_max(p, x, i, j);
}

static void eval_copy(const Place *p, const float *x, int n, float *y)
{
    memcpy(y, x, (size_t)(n * shape_count(p->in)) * sizeof *y);
}

typedef void Eval(const Place *p, const float *x, int n, float *y);
static Eval *const eval_table[OP_COUNT] = { /* NULL: not a float operator */
    [OP_INPUT] = eval_copy, [OP_CONV2D] = eval_conv2d,   [OP_DENSE] = eval_dense,
    [OP_BNORM] = eval_bnorm, [OP_RELU] = eval_relu,      [OP_MAXPOOL] = eval_maxpool,
    [OP_FLATTEN] = eval_copy,
};

static Shape input_shape(const Graph *g, const Node *n)
{
    return op_info[n->op].n_in ? g->node[n->in[0]].shape : n->shape;
}

static int64_t col_count(const Graph *g, const Node *n)
{
    return n->op == OP_CONV2D ? ir_node_macs(g, n) / n->shape.c : 0;
}

void eval_node(const Graph *g, int node, const float *in, int n, float *out, Arena scratch)
{
    const Node *nd = &g->node[node];
    Shape is = input_shape(g, nd);
    int64_t cols = col_count(g, nd), step = shape_count(is), to = shape_count(nd->shape);
    float *col = NEW(&scratch, float, (size_t)(cols * omp_get_max_threads() + 1));
    assert(eval_table[nd->op]);
    openblas_set_num_threads(1);
#pragma omp parallel for schedule(dynamic)
    for (int k = 0; k < n; k += BLOCK) {
        Place p = { g, nd, is, col + cols * omp_get_thread_num() };
        eval_table[nd->op](&p, in + k * step, n - k < BLOCK ? n - k : BLOCK, out + k * to);
    }
}

static Err check_all(const Graph *g, Ctx *c)
{
    if (!(g->props & PROP_SHAPED))
        return fail(c, ERR_SHAPE, (Loc){ 0 }, "the graph has no shapes yet");
    for (int i = 0; i < g->n_node; i++)
        if (!eval_table[g->node[i].op])
            return fail(c, ERR_UNSUPPORTED, (Loc){ .node = g->node[i].name },
                        "%s has no float meaning", op_info[g->node[i].op].name);
    return ERR_NONE;
}

/* Every node for one block; own[i] is this thread's room for node i's output. */
static void eval_block(const Graph *g, const float *x, int first, int n, float *const *out,
                       float *const *own, float *col, float **at)
{
    for (int i = 0; i < g->n_node; i++) {
        const Node *nd = &g->node[i];
        Place p = { g, nd, input_shape(g, nd), col };
        const float *in = op_info[nd->op].n_in ? at[nd->in[0]]
                                               : x + first * shape_count(nd->shape);
        at[i] = out[i] ? out[i] + first * shape_count(nd->shape) : own[i];
        eval_table[nd->op](&p, in, n, at[i]);
    }
}

Err eval_graph(const Graph *g, const float *x, int n, float *const *out, Arena scratch, Ctx *c)
{
    TRY(check_all(g, c));
    int threads = omp_get_max_threads(), nodes = g->n_node;
    float **own = NEW(&scratch, float *, (size_t)(threads * nodes));
    float **at  = NEW(&scratch, float *, (size_t)(threads * nodes));
    float **col = NEW(&scratch, float *, (size_t)threads);
    int64_t cols = 1;
    for (int i = 0; i < nodes; i++)
        if (col_count(g, &g->node[i]) > cols)
            cols = col_count(g, &g->node[i]);
    for (int t = 0; t < threads; t++) {
        col[t] = NEW(&scratch, float, (size_t)cols);
        for (int i = 0; i < nodes; i++)
            if (!out[i])
                own[t * nodes + i] = NEW(&scratch, float,
                                         (size_t)(BLOCK * shape_count(g->node[i].shape)));
    }
    openblas_set_num_threads(1);
#pragma omp parallel for schedule(dynamic)
    for (int k = 0; k < n; k += BLOCK) {
        int t = omp_get_thread_num();
        eval_block(g, x, k, n - k < BLOCK ? n - k : BLOCK, out, own + t * nodes, col[t],
                   at + t * nodes);
    }
    return ERR_NONE;
}
