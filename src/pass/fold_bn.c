/* Batch normalisation at inference is y = a x + d per channel, with a = gamma / sqrt(var + eps) and
 * d = beta - mean a. It vanishes into a linear layer next to it:
 *
 *   behind one:   a (w.x + b) + d     =  (a w).x + (a b + d), also through a max pool if a >= 0;
 *   before one:   w.(a x + d) + b     =  (w a).x + (b + sum w d), through pools (a >= 0) and
 *                 flattening; a padded convolution sees zeros where d should be, so there d must
 *                 be 0.
 *
 * Everything else is a problem, told with the node and a remedy. */
#include "pass/pass.h"
#include "pass/rewrite.h"
#include <math.h>

typedef struct Fold {
    Graph  *g;
    Arena  *tmp;
    Ctx    *c;
    int     bn;      /* the normalisation in hand     */
    int     n;       /* its channels                  */
    double *a, *d;   /* [n]                           */
} Fold;

static void read_affine(Fold *f)
{
    const Node *n = &f->g->node[f->bn];
    const float *gamma = graph_role(f->g, n, ROLE_gamma)->f32;
    const float *beta  = graph_role(f->g, n, ROLE_beta)->f32;
    const float *mean  = graph_role(f->g, n, ROLE_mean)->f32;
    const float *var   = graph_role(f->g, n, ROLE_var)->f32;
    f->n = n->shape.c;
    f->a = NEW(f->tmp, double, (size_t)f->n);
    f->d = NEW(f->tmp, double, (size_t)f->n);
    for (int k = 0; k < f->n; k++) {
        f->a[k] = (double)gamma[k] / sqrt((double)var[k] + n->eps[0]);
        f->d[k] = (double)beta[k] - (double)mean[k] * f->a[k];
    }
}

static int first_negative(const Fold *f)
{
    for (int k = 0; k < f->n; k++)
        if (f->a[k] < 0)
            return k;
    return IR_NONE;
}

static bool shifts(const Fold *f)
{
    for (int k = 0; k < f->n; k++)
        if (f->d[k] != 0)
            return true;
    return false;
}

/* The bias of a linear layer, made if it has none. */
static float *bias_of(Graph *g, int layer)
{
    if (g->node[layer].role[ROLE_b] == IR_NONE) {
        int n = graph_role(g, &g->node[layer], ROLE_w)->dim[0];
        const char *name = arena_printf(g->perm, "%s.b", g->node[layer].name);
        int t = graph_tensor(g, name, DT_F32, 1, &n);
        g->node[layer].role[ROLE_b] = t;
    }
    return graph_role(g, &g->node[layer], ROLE_b)->f32;
}

/* w [O, ...] times a[o], b = a b + d. */
static void fold_behind(const Fold *f, int layer)
{
    float *b = bias_of(f->g, layer);
    Tensor *w = graph_role(f->g, &f->g->node[layer], ROLE_w);
    int64_t row = tensor_count(w) / w->dim[0];
    for (int o = 0; o < w->dim[0]; o++) {
        for (int64_t i = o * row; i < (o + 1) * row; i++) w->f32[i] = (float)(w->f32[i] * f->a[o]);
        b[o] = (float)(f->a[o] * (double)b[o] + f->d[o]);
    }
}

/* w [O,I, ...] times a of the input's channel, b += sum w d. Flattening is channel first, so input
 * i of I belongs to channel i / (I / n). */
static void fold_before(const Fold *f, int layer)
{
    float *b = bias_of(f->g, layer);
    Tensor *w = graph_role(f->g, &f->g->node[layer], ROLE_w);
    int64_t row = tensor_count(w) / w->dim[0], each = row / f->n;
    for (int o = 0; o < w->dim[0]; o++) {
        double sum = b[o];
        for (int64_t i = 0; i < row; i++) {
            float *v = &w->f32[o * row + i];
            sum += (double)*v * f->d[i / each];
            *v = (float)(*v * f->a[i / each]);
        }
        b[o] = (float)sum;
    }
}

static bool is_linear(Op op) { return op == OP_CONV2D || op == OP_DENSE; }

static bool is_padded(const Node *n)
{
    return n->op == OP_CONV2D && (n->pad[0] || n->pad[1] || n->pad[2] || n->pad[3]);
}

/* The linear layer that the normalisation stands behind, IR_NONE if there is none; *pooled: with
 * max pools between. */
static int layer_behind(const Fold *f, bool *pooled)
{
    int i = f->g->node[f->bn].in[0];
    *pooled = false;
    while (f->g->node[i].op == OP_MAXPOOL && graph_n_users(f->g, i) == 1) {
        *pooled = true;
        i = f->g->node[i].in[0];
    }
    return is_linear(f->g->node[i].op) && graph_n_users(f->g, i) == 1 ? i : IR_NONE;
}

/* The linear layer that follows, likewise. */
static int layer_before(const Fold *f, bool *pooled)
{
    int i = only_user(f->g, f->bn);
    *pooled = false;
    while (i != IR_NONE && (f->g->node[i].op == OP_MAXPOOL || f->g->node[i].op == OP_FLATTEN)) {
        *pooled |= f->g->node[i].op == OP_MAXPOOL;
        i = only_user(f->g, i);
    }
    return i != IR_NONE && is_linear(f->g->node[i].op) ? i : IR_NONE;
}

static void tell(const Fold *f, int behind, int before)
{
    const Graph *g = f->g;
    Loc at = { .node = g->node[f->bn].name };
    int k = first_negative(f);
    if (before != IR_NONE && behind == IR_NONE && is_padded(&g->node[before]) && shifts(f))
        problem(f->c, ERR_UNSUPPORTED, at, "BatchNormalization: it shifts what the padded layer "
                "'%.80s' sees, but not its padding, so it cannot be folded exactly; put it between "
                "a convolution and its ReLU, or use no padding", g->node[before].name);
    else if (k != IR_NONE && (behind != IR_NONE || before != IR_NONE))
        problem(f->c, ERR_UNSUPPORTED, at, "BatchNormalization: max pooling lies between it and "
                "'%.80s', and its scale of channel %d is negative (%g); put it before the pooling",
                g->node[behind != IR_NONE ? behind : before].name, k, f->a[k]);
    else
        problem(f->c, ERR_UNSUPPORTED, at, "BatchNormalization: no convolution or dense layer next "
                "to it can take it; put it between a convolution and its ReLU, or normalise the "
                "images with --mean and --std");
}

static bool fold(const Fold *f)
{
    bool pooled_behind, pooled_before, rising = first_negative(f) == IR_NONE;
    int behind = layer_behind(f, &pooled_behind), before = layer_before(f, &pooled_before);
    if (behind != IR_NONE && (rising || !pooled_behind))
        fold_behind(f, behind);
    else if (before != IR_NONE && (rising || !pooled_before) &&
             !(is_padded(&f->g->node[before]) && shifts(f)))
        fold_before(f, before);
    else {
        tell(f, behind, before);
        return false;
    }
    rewire(f->g, f->bn, f->g->node[f->bn].in[0]);
    return true;
}

/* Folding may not leave float32's range. */
static void check_range(const Graph *g, Ctx *c)
{
    for (int i = 0; i < g->n_node; i++)
        for (Role r = ROLE_w; r <= ROLE_b; r++) {
            const Tensor *t = graph_role(g, &g->node[i], r);
            for (int64_t k = 0; t && k < tensor_count(t); k++)
                if (!isfinite(t->f32[k])) {
                    problem(c, ERR_RANGE, (Loc){ .node = g->node[i].name }, "a weight or bias "
                            "leaves the range of float32 when batch normalisation is folded into "
                            "it; train again");
                    break;
                }
        }
}

static Err run(Graph *g, Arena scratch, PassStat *st, Ctx *c)
{
    bool *keep = keep_all(g, &scratch);
    for (int i = 0; i < g->n_node; i++) {
        if (g->node[i].op != OP_BNORM)
            continue;
        Arena tmp = scratch;
        Fold f = { .g = g, .tmp = &tmp, .c = c, .bn = i };
        read_affine(&f);
        keep[i] = !fold(&f);
        st->n_rewrites += !keep[i];
    }
    check_range(g, c);
    graph_compact(g, keep);
    return ERR_NONE;
}

const Pass pass_fold_bn = {
    .name   = "fold-bn",
    .help   = "fold batch normalisation into the linear layer behind or before it",
    .source = "Jacob et al. 2018, arXiv:1712.05877, section 3.2, equation 14",
    .needs  = PROP_SHAPED,
    .gives  = PROP_NO_BN,
    .keeps  = KEEPS_CLOSE,
    .run    = run,
};
