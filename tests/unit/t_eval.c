/* Each float operator against its formula, written naively, on random shapes; the same bytes with
 * one and two threads; refusals. */
#include "base/rng.h"
#include "ir/eval.h"
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h> /* last: its fail() is a macro */

enum { IMAGES = 37 };

static float noise(Rng *r) { return (float)(2 * rng_unit(r) - 1); }

static float *noise_n(Rng *r, int64_t n, Arena *a)
{
    float *x = NEW(a, float, (size_t)n);
    for (int64_t i = 0; i < n; i++) x[i] = noise(r);
    return x;
}

static void role(Graph *g, int node, Role which, int rank, const int *dim, Rng *r)
{
    int t = graph_tensor(g, role_name[which], DT_F32, rank, dim);
    for (int64_t i = 0; i < tensor_count(&g->tensor[t]); i++) g->tensor[t].f32[i] = noise(r);
    g->node[node].role[which] = t;
}

/* One operator after an input of random shape, with random windows. */
static Graph one_op(Op op, Rng *r, Arena *a)
{
    Graph g = graph_new(a);
    Ctx c = { 0 };
    graph_node(&g, OP_INPUT, "x");
    int id = graph_node(&g, op, "y");
    Shape in = { (int)rng_range(r, 1, 4), (int)rng_range(r, 3, 9), (int)rng_range(r, 3, 9) };
    Node *n = &g.node[id];
    g.node[0].shape = in;
    n->in[0] = 0;
    n->eps[0] = 1e-3;
    for (int d = 0; d < 2; d++) {
        n->kernel[d] = (int)rng_range(r, 1, 3);
        n->stride[d] = (int)rng_range(r, 1, 4);
    }
    for (int d = 0; d < 4; d++) n->pad[d] = (int)rng_range(r, 0, n->kernel[d % 2] - 1);
    int conv[] = { 5, in.c, n->kernel[0], n->kernel[1] }, dense[] = { 5, in.c * in.h * in.w };
    if (op == OP_CONV2D)
        role(&g, id, ROLE_w, 4, conv, r);
    if (op == OP_DENSE)
        role(&g, id, ROLE_w, 2, dense, r);
    if ((op == OP_CONV2D || op == OP_DENSE) && rng_below(r, 2))
        role(&g, id, ROLE_b, 1, conv, r);
    for (Role k = ROLE_gamma; op == OP_BNORM && k <= ROLE_var; k++) role(&g, id, k, 1, &in.c, r);
    for (int i = 0; op == OP_BNORM && i < in.c; i++)
        g.tensor[n->role[ROLE_var]].f32[i] = (float)(1e-3 + rng_unit(r));
    if (ir_shape(&g, &c) || ir_verify(&g, &c))
        abort();
    return g;
}

typedef struct At { const Graph *g; const Node *n; Shape in; const float *x; } At;

static float get(const At *p, int c, int i, int j, float outside)
{
    bool in = i >= 0 && j >= 0 && i < p->in.h && j < p->in.w;
    return in ? p->x[(c * p->in.h + i) * p->in.w + j] : outside;
}

static const float *tensor(const At *p, Role r)
{
    const Tensor *t = graph_role(p->g, p->n, r);
    return t ? t->f32 : NULL;
}

static double formula(const At *p, int o, int i, int j)
{
    const Node *n = p->n;
    const float *w = tensor(p, ROLE_w), *b = tensor(p, ROLE_b);
    double y = b ? (double)b[o] : 0, best = -INFINITY;
    int row = i * n->stride[0] - n->pad[0], col = j * n->stride[1] - n->pad[1];
    switch (n->op) {
    case OP_CONV2D:
        for (int c = 0; c < p->in.c; c++)
            for (int u = 0; u < n->kernel[0]; u++)
                for (int v = 0; v < n->kernel[1]; v++)
                    y += (double)w[((o * p->in.c + c) * n->kernel[0] + u) * n->kernel[1] + v] *
                         (double)get(p, c, row + u, col + v, 0);
        return y;
    case OP_DENSE:
        for (int64_t k = 0; k < shape_count(p->in); k++)
            y += (double)w[o * shape_count(p->in) + k] * (double)p->x[k];
        return y;
    case OP_BNORM:
        return (double)tensor(p, ROLE_gamma)[o] * ((double)get(p, o, i, j, 0) -
               (double)tensor(p, ROLE_mean)[o]) / sqrt((double)tensor(p, ROLE_var)[o] + n->eps[0]) +
               (double)tensor(p, ROLE_beta)[o];
    case OP_RELU:
        return fmax((double)get(p, o, i, j, 0), 0);
    case OP_MAXPOOL:
        for (int u = 0; u < n->kernel[0]; u++)
            for (int v = 0; v < n->kernel[1]; v++)
                best = fmax(best, (double)get(p, o, row + u, col + v, -INFINITY));
        return best;
    case OP_FLATTEN:
        return (double)p->x[o];
    case OP_INPUT: case OP_S_INPUT: case OP_S_CONV2D: case OP_S_DENSE: case OP_S_MAXPOOL:
    case OP_COUNT:
        break;
    }
    abort();
}

static void check_op(Op op)
{
    Arena perm = arena_new((size_t)1 << 28), scratch = arena_new((size_t)1 << 28);
    omp_set_num_threads(1); /* many small calls: threads would only wait for each other */
    for (uint64_t seed = 1; seed <= 60; seed++) {
        Arena a = perm;
        Rng r = { seed };
        Ctx c = { 0 };
        Graph g = one_op(op, &r, &a);
        Shape s = g.node[1].shape, in = g.node[0].shape;
        float *x = noise_n(&r, IMAGES * shape_count(in), &a);
        float *y = NEW(&a, float, (size_t)(IMAGES * shape_count(s)));
        float *alone = NEW(&a, float, (size_t)(IMAGES * shape_count(s)));
        float *out[] = { NULL, y };
        assert_int_equal(0, eval_graph(&g, x, IMAGES, out, scratch, &c));
        eval_node(&g, 1, x, IMAGES, alone, scratch);
        assert_memory_equal(y, alone, (size_t)(IMAGES * shape_count(s)) * sizeof *y);
        for (int k = 0; k < IMAGES; k++)
            for (int o = 0; o < s.c; o++)
                for (int i = 0; i < s.h; i++)
                    for (int j = 0; j < s.w; j++, y++) {
                        At at = { &g, &g.node[1], in, x + k * shape_count(in) };
                        double want = formula(&at, o, i, j);
                        if (!(fabs((double)*y - want) <= 1e-5 * (1 + fabs(want))))
                            fail_msg("%s, seed %llu, image %d (%d,%d,%d): %g, want %g",
                                     op_info[op].name, (unsigned long long)seed, k, o, i, j,
                                     (double)*y, want);
                    }
    }
    arena_delete(perm);
    arena_delete(scratch);
}

static void test_conv2d(void **s)  { (void)s; check_op(OP_CONV2D); }
static void test_dense(void **s)   { (void)s; check_op(OP_DENSE); }
static void test_bnorm(void **s)   { (void)s; check_op(OP_BNORM); }
static void test_relu(void **s)    { (void)s; check_op(OP_RELU); }
static void test_maxpool(void **s) { (void)s; check_op(OP_MAXPOOL); }
static void test_flatten(void **s) { (void)s; check_op(OP_FLATTEN); }

static void test_threads(void **state)
{
    (void)state;
    enum { MANY = 100 };
    Arena a = arena_new((size_t)1 << 28), scratch = arena_new((size_t)1 << 28);
    Rng r = { 7 };
    Ctx c = { 0 };
    Graph g = one_op(OP_CONV2D, &r, &a);
    size_t bytes = sizeof(float) * (size_t)(MANY * shape_count(g.node[1].shape));
    float *x = noise_n(&r, MANY * shape_count(g.node[0].shape), &a), *y[2];
    for (int t = 0; t < 2; t++) {
        y[t] = NEW(&a, float, bytes / sizeof(float));
        omp_set_num_threads(t + 1);
        assert_int_equal(0, eval_graph(&g, x, MANY, (float *[]){ NULL, y[t] }, scratch, &c));
    }
    assert_memory_equal(y[0], y[1], bytes);
    arena_delete(a);
    arena_delete(scratch);
}

static void test_refusals(void **state)
{
    (void)state;
    Arena a = arena_new((size_t)1 << 20);
    Ctx c = { 0 };
    Graph g = graph_new(&a);
    graph_node(&g, OP_S_INPUT, "spikes");
    assert_int_equal(ERR_SHAPE, eval_graph(&g, NULL, 0, (float *[]){ NULL }, a, &c));
    g.props = PROP_SHAPED;
    c = (Ctx){ 0 };
    assert_int_equal(ERR_UNSUPPORTED, eval_graph(&g, NULL, 0, (float *[]){ NULL }, a, &c));
    assert_string_equal("spikes", c.first.node);
    arena_delete(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conv2d),  cmocka_unit_test(test_dense),
        cmocka_unit_test(test_bnorm),   cmocka_unit_test(test_relu),
        cmocka_unit_test(test_maxpool), cmocka_unit_test(test_flatten),
        cmocka_unit_test(test_threads), cmocka_unit_test(test_refusals),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("eval", tests, NULL, NULL);
}
