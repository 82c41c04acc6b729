/* Layers: one small function an operator, from a node of the model to a node of the graph. A
 * function that meets a problem tells it with onnx_wrong() and gives an activation of unknown
 * shape. */
#include "fmt/take.h"
#include "front/onnx_in.h"
#include <math.h>
#include <string.h>

static const Act unknown = { .known = false };

/* --- graph nodes and their tensors --- */

/* A float tensor of the node in hand's new graph node; NULL and a problem if memory is short. */
static float *new_tensor(Reader *r, int node, Role role, int rank, const int *dim)
{
    Graph *g = r->g;
    uint64_t n = 1;
    for (int d = 0; d < rank; d++) n *= (uint64_t)dim[d];
    size_t room = (size_t)(g->perm->end - g->perm->beg);
    if (room < (1 << 20) || n > (room - (1 << 20)) / sizeof(float)) {
        onnx_wrong(r, ERR_LIMIT, "its tensors need more memory than there is; use a smaller model");
        return NULL;
    }
    const char *key = arena_printf(g->perm, "%s.%s", g->node[node].name, role_name[role]);
    int t = graph_tensor(g, key, DT_F32, rank, dim);
    g->node[node].role[role] = t;
    return g->tensor[t].f32;
}

/* n floats in the caller's arena a, a copy of r->tmp: they go when it does. NULL: a problem. */
static float *borrow(Reader *r, Arena *a, int64_t n)
{
    void *p;
    if (!take(a, (uint64_t)n, sizeof(float), r->file, &p, r->local))
        return p;
    onnx_wrong_local(r, "weights");
    return NULL;
}

static bool all_finite(const float *p, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(p[i]))
            return false;
    return true;
}

/* a's elements times k as float32; false and a problem if one is no finite number. */
static bool copy_scaled(Reader *r, const Npy *a, double k, float *to, const char *what)
{
    if (a->type == NPY_F4 && k == 1)
        memcpy(to, a->p, npy_bytes(a));
    else
        for (int64_t i = 0; i < a->n; i++) to[i] = (float)(k * npy_at(a, i));
    if (all_finite(to, a->n))
        return true;
    onnx_wrong(r, ERR_RANGE, "%s hold a value that is infinite or not a number; train again", what);
    return false;
}

/* The constant of input i as floats; NULL and a problem if it is missing or no float. */
static const Npy *float_input(Reader *r, size_t i, const char *what)
{
    Value *v = onnx_input(r, i);
    if (!v) {
        onnx_wrong(r, ERR_FORMAT, "its %s are missing; export again", what);
        return NULL;
    }
    const Npy *a = onnx_const(r, v, what);
    if (a && !npy_is_float(a)) {
        onnx_wrong(r, ERR_UNSUPPORTED, "its %s are of type %s; export with float weights", what,
                   npy_type_name(a->type));
        return NULL;
    }
    return a;
}

/* A vector of n as role `role`: from input i, which may hold n elements in any of the shapes that
 * broadcast over channels ({n}, {1,n}, {n,1,1}, ...), or one element for all. False: a problem. */
static bool vector_role(Reader *r, int node, Role role, const Npy *a, int n, double k,
                        const char *what)
{
    if (a->n != n && a->n != 1) {
        onnx_wrong(r, ERR_SHAPE, "its %s are %lld numbers for %d channels; export again", what,
                   (long long)a->n, n);
        return false;
    }
    Arena tmp = *r->tmp;
    Tensor *old = graph_role(r->g, &r->g->node[node], role);
    float *to = old ? borrow(r, &tmp, n) : new_tensor(r, node, role, 1, &n);
    if (!to || !copy_scaled(r, a, k, to, what))
        return false;
    for (int o = (int)a->n; o < n; o++) to[o] = to[0];
    for (int o = 0; old && o < n; o++) old->f32[o] += to[o];
    return true;
}

Act onnx_finish(Reader *r, int node, Act x)
{
    Graph *g = r->g;
    Node *n = &g->node[node];
    Act y = { .node = node, .rank = x.rank };
    if (r->bad || !x.known)
        return y;
    if (ir_node_shape(g, n, x.shape, &y.shape, r->local)) {
        onnx_wrong_local(r, "shape");
        return y;
    }
    if (shape_count(y.shape) > ONNX_MAP_MAX)
        onnx_wrong(r, ERR_LIMIT, "its map is %dx%dx%d; use smaller images", y.shape.c, y.shape.h,
                   y.shape.w);
    n->shape = y.shape;
    y.known  = !r->bad;
    return y;
}

int onnx_new_node(Reader *r, Op op, Act x)
{
    int i = graph_node(r->g, op, r->name);
    r->g->node[i].in[0] = x.node;
    return i;
}

bool onnx_want_rank(Reader *r, Act x, int rank)
{
    if (!x.known || x.rank == rank)
        return x.known;
    onnx_wrong(r, ERR_SHAPE, rank == 4
               ? "its input is a matrix [N,F], not images [N,C,H,W]; check the model"
               : "its input is images [N,C,H,W], not a matrix [N,F]; put a Flatten before it");
    return false;
}

/* --- windows: Conv and MaxPool --- */

/* Two numbers of attribute `name` (both `otherwise` if it is not there) in 1..ONNX_DIM_MAX. */
static bool two_ints(Reader *r, const char *name, const int *otherwise, int *out)
{
    size_t n;
    const int64_t *v = onnx_attr_ints(r, name, &n);
    if (v && n != 2) {
        onnx_wrong(r, ERR_UNSUPPORTED, "%s has %zu numbers; only two-dimensional images are read",
                   name, n);
        return false;
    }
    for (int d = 0; d < 2; d++) {
        int64_t x = v ? v[d] : otherwise[d];
        if (x < 1 || x > ONNX_DIM_MAX) {
            onnx_wrong(r, ERR_RANGE, "%s is %lld; it must be 1 to %d", name, (long long)x,
                       ONNX_DIM_MAX);
            return false;
        }
        out[d] = (int)x;
    }
    return true;
}

typedef enum AutoPad { PAD_NOTSET, PAD_VALID, PAD_SAME_UPPER, PAD_SAME_LOWER, PAD_COUNT } AutoPad;

static bool auto_pad(Reader *r, AutoPad *mode)
{
    static const char *const names[] = { "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER" };
    const Onnx__AttributeProto *a = onnx_attr(r, "auto_pad");
    *mode = PAD_NOTSET;
    if (!a || !a->has_s)
        return true;
    for (*mode = 0; *mode < PAD_COUNT; (*mode)++)
        if (a->s.len == strlen(names[*mode]) && !memcmp(a->s.data, names[*mode], a->s.len))
            return true;
    onnx_wrong(r, ERR_UNSUPPORTED, "auto_pad is '%.*s'; read are NOTSET, VALID, SAME_UPPER and "
               "SAME_LOWER", (int)(a->s.len < 40 ? a->s.len : 40), (const char *)a->s.data);
    return false;
}

/* top, left, bottom, right: ONNX writes the beginnings of both axes, then the ends. */
static bool explicit_pads(Reader *r, AutoPad mode, int *pad)
{
    size_t n;
    const int64_t *v = onnx_attr_ints(r, "pads", &n);
    if (v && n != 4) {
        onnx_wrong(r, ERR_UNSUPPORTED, "pads has %zu numbers; only two-dimensional images are read",
                   n);
        return false;
    }
    for (int d = 0; v && d < 4; d++) {
        if (v[d] < 0 || v[d] > ONNX_DIM_MAX) {
            onnx_wrong(r, ERR_UNSUPPORTED, "pads holds %lld; it must be 0 to %d", (long long)v[d],
                       ONNX_DIM_MAX);
            return false;
        }
        if (v[d] && mode != PAD_NOTSET) {
            onnx_wrong(r, ERR_FORMAT, "both pads and auto_pad are given; export with one of them");
            return false;
        }
        pad[d] = (int)v[d];
    }
    return true;
}

/* SAME: as many outputs as ceil(in / stride); an odd pad goes to the end (UPPER) or the start. */
static void same_pads(AutoPad mode, Shape in, Node *n)
{
    const int extent[2] = { in.h, in.w };
    for (int d = 0; d < 2; d++) {
        int out   = (extent[d] - 1) / n->stride[d] + 1;
        int total = (out - 1) * n->stride[d] + n->kernel[d] - extent[d];
        total = total > 0 ? total : 0;
        n->pad[d]     = mode == PAD_SAME_UPPER ? total / 2 : total - total / 2;
        n->pad[d + 2] = total - n->pad[d];
    }
}

/* kernel (already known, or NULL: the attribute is required), stride and pad of graph node i. */
static bool window(Reader *r, int i, Act x, const int *kernel)
{
    static const int one[2] = { 1, 1 }, none[2] = { 0, 0 };
    Node *n = &r->g->node[i];
    AutoPad mode;
    if (!two_ints(r, "kernel_shape", kernel ? kernel : none, n->kernel) ||
        !two_ints(r, "strides", one, n->stride) || !auto_pad(r, &mode) ||
        !explicit_pads(r, mode, n->pad))
        return false;
    if (mode >= PAD_SAME_UPPER)
        same_pads(mode, x.shape, n);
    return true;
}

/* Weights [O,C,U,V] of a new conv2d node. */
static bool conv_weights(Reader *r, int i, const Npy *w)
{
    int dim[4];
    Node *n = &r->g->node[i];
    for (int d = 0; d < 4; d++) dim[d] = (int)w->dim[d];
    if (n->kernel[0] != dim[2] || n->kernel[1] != dim[3]) {
        onnx_wrong(r, ERR_SHAPE, "kernel_shape is %dx%d, the weights' %dx%d; export again",
                   n->kernel[0], n->kernel[1], dim[2], dim[3]);
        return false;
    }
    float *to = new_tensor(r, i, ROLE_w, 4, dim);
    return to && copy_scaled(r, w, 1, to, "weights");
}

Act onnx_conv(Reader *r, Act x)
{
    const Npy *w = float_input(r, 1, "weights");
    if (w && (w->rank != 4 || w->n == 0)) {
        onnx_wrong(r, ERR_UNSUPPORTED, "its weights have %d dimensions and %lld numbers; only "
                   "two-dimensional convolutions are read", w->rank, (long long)w->n);
        w = NULL;
    }
    Value *bias = onnx_input(r, 2);
    const Npy *b = bias ? float_input(r, 2, "biases") : NULL;
    if (!w || (bias && !b) || !onnx_want_rank(r, x, 4) || r->bad)
        return unknown;
    int i = onnx_new_node(r, OP_CONV2D, x), kernel[2] = { (int)w->dim[2], (int)w->dim[3] };
    bool ok = window(r, i, x, kernel) && conv_weights(r, i, w);
    if (ok && b)
        vector_role(r, i, ROLE_b, b, (int)w->dim[0], 1, "biases");
    return onnx_finish(r, i, x);
}

/* ceil_mode changes nothing where the last window ends at the border. */
static void check_ceil(Reader *r, const Node *n, Shape in)
{
    const int extent[2] = { in.h, in.w };
    if (onnx_attr_int(r, "ceil_mode", 0) == 0)
        return;
    for (int d = 0; d < 2; d++)
        if ((extent[d] + n->pad[d] + n->pad[d + 2] - n->kernel[d]) % n->stride[d]) {
            onnx_wrong(r, ERR_UNSUPPORTED, "ceil_mode is 1 and adds a partial window; only "
                       "ceil_mode=0 is read");
            return;
        }
}

Act onnx_maxpool(Reader *r, Act x)
{
    if (r->node->n_output > 1 && *r->node->output[1]) {
        onnx_wrong(r, ERR_UNSUPPORTED, "its second output (Indices) is not made; export the model "
                   "without return_indices");
        return unknown;
    }
    if (!onnx_want_rank(r, x, 4) || r->bad)
        return unknown;
    int i = onnx_new_node(r, OP_MAXPOOL, x);
    if (window(r, i, x, NULL)) {
        const Node *n = &r->g->node[i];
        for (int d = 0; d < 4 && !r->bad; d++)
            if (n->pad[d] >= n->kernel[d % 2])
                onnx_wrong(r, ERR_UNSUPPORTED, "pads of %d are as large as the window of %d",
                           n->pad[d], n->kernel[d % 2]);
        check_ceil(r, n, x.shape);
    }
    return onnx_finish(r, i, x);
}

/* --- dense --- */

/* y = alpha x B' + beta c: weights [O,I] from B [I,O], or [O,I] if it is transposed already. */
static bool dense_weights(Reader *r, int node, const Npy *b, bool trans, double alpha)
{
    int o = (int)b->dim[!trans], i = (int)b->dim[trans];
    Arena tmp = *r->tmp;
    float *to = new_tensor(r, node, ROLE_w, 2, (int[]){ o, i });
    float *rows = trans || !to ? to : borrow(r, &tmp, b->n);
    if (!rows || !copy_scaled(r, b, alpha, rows, "weights"))
        return false;
    for (int64_t k = 0; !trans && k < b->n; k++) to[k % o * i + k / o] = rows[k];
    return true;
}

static Act dense(Reader *r, Act x, bool trans, double alpha, const Npy *c, double beta)
{
    const Npy *b = float_input(r, 1, "weights");
    if (b && (b->rank != 2 || b->n == 0)) {
        onnx_wrong(r, ERR_UNSUPPORTED, "its second factor has %d dimensions and %lld numbers; it "
                   "must be a matrix", b->rank, (long long)b->n);
        b = NULL;
    }
    if (!b || !onnx_want_rank(r, x, 2) || r->bad)
        return unknown;
    int i = onnx_new_node(r, OP_DENSE, x);
    if (dense_weights(r, i, b, trans, alpha) && c)
        vector_role(r, i, ROLE_b, c, (int)b->dim[!trans], beta, "biases");
    return onnx_finish(r, i, x);
}

Act onnx_gemm(Reader *r, Act x)
{
    const Npy *c = onnx_input(r, 2) ? float_input(r, 2, "biases") : NULL;
    if (c && (c->rank > 2 || (c->rank == 2 && c->dim[0] != 1))) {
        onnx_wrong(r, ERR_UNSUPPORTED, "its biases differ from image to image; they must be one "
                   "row");
        c = NULL;
    }
    return dense(r, x, onnx_attr_int(r, "transB", 0) != 0, onnx_attr_float(r, "alpha", 1), c,
                 onnx_attr_float(r, "beta", 1));
}

Act onnx_matmul(Reader *r, Act x) { return dense(r, x, false, 1, NULL, 0); }

/* --- per channel --- */

/* True if a's only long axis is the channel axis of an activation of x's rank. */
static bool is_per_channel(const Npy *a, Act x)
{
    if (a->n == 1)
        return a->rank <= x.rank;
    int axis = a->rank - (x.rank - 1); /* broadcasting aligns the last axes */
    return axis >= 0 && axis <= 1 && a->dim[axis] == a->n;
}

Act onnx_add(Reader *r, Act x)
{
    Value *second = onnx_input(r, 1);
    size_t k = second && second->kind == VALUE_ACT ? 0 : 1;
    const Npy *a = float_input(r, k, "addends");
    Op op = x.known ? r->g->node[x.node].op : OP_INPUT;
    if (!a || !x.known || r->bad)
        return unknown;
    if (op != OP_CONV2D && op != OP_DENSE)
        onnx_wrong(r, ERR_UNSUPPORTED, "a constant is added to what is not a Conv, Gemm or MatMul; "
                   "only a bias right after one of them is read");
    else if (!is_per_channel(a, x))
        onnx_wrong(r, ERR_UNSUPPORTED, "the constant differs within a channel; only one number a "
                   "channel is read");
    else
        vector_role(r, x.node, ROLE_b, a, x.shape.c, 1, "biases");
    x.known = !r->bad;
    return x;
}

static void check_variance(Reader *r, int i, int n, double eps)
{
    const float *var = graph_role(r->g, &r->g->node[i], ROLE_var)->f32;
    for (int c = 0; c < n; c++)
        if (!((double)var[c] + eps > 0)) {
            onnx_wrong(r, ERR_RANGE, "the variance of channel %d is %g; it must be positive", c,
                       (double)var[c]);
            return;
        }
}

Act onnx_batchnorm(Reader *r, Act x)
{
    static const Role roles[4] = { ROLE_gamma, ROLE_beta, ROLE_mean, ROLE_var };
    static const char *const what[4] = { "scales", "shifts", "means", "variances" };
    const Npy *a[4];
    bool ok = x.known;
    for (int k = 0; k < 4; k++) ok &= (a[k] = float_input(r, (size_t)k + 1, what[k])) != NULL;
    for (size_t k = 1; k < r->node->n_output; k++)
        if (*r->node->output[k]) {
            onnx_wrong(r, ERR_UNSUPPORTED, "it is in training form (%zu outputs); export after "
                       "model.eval()", r->node->n_output);
            break;
        }
    if (!ok || r->bad)
        return unknown;
    int i = onnx_new_node(r, OP_BNORM, x);
    for (int k = 0; ok && k < 4; k++)
        ok = vector_role(r, i, roles[k], a[k], x.shape.c, 1, what[k]);
    r->g->node[i].eps[0] = onnx_attr_float(r, "epsilon", 1e-5f);
    if (ok)
        check_variance(r, i, x.shape.c, r->g->node[i].eps[0]);
    return onnx_finish(r, i, x);
}

Act onnx_relu(Reader *r, Act x) { return onnx_finish(r, onnx_new_node(r, OP_RELU, x), x); }
