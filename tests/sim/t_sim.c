/* Random networks from printed seeds: the fast simulator, by each CPU's loops that run here, == the
 * naive one == a formula that knows no steps at all; also on flipped weights and on adders that are
 * too narrow, where values wrap. */
#include <stdio.h>
#include "sim/cpu.h"
#include "sim/random_snn.h"
#include "sim/sim.h"
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h> /* last: its fail() is a macro */

enum { SEEDS = 400, IMAGES = 5 };

typedef struct Result { int16_t **code; int64_t *logit; int *label; SimCount *count; } Result;

static Result result_new(const Graph *g, int n, Arena *a)
{
    int64_t classes = shape_count(g->node[g->n_node - 1].shape);
    Result r = { NEW(a, int16_t *, (size_t)g->n_node), NEW(a, int64_t, (size_t)(n * classes)),
                 NEW(a, int, (size_t)n), NEW(a, SimCount, (size_t)g->n_node) };
    for (int i = 0; i < g->n_node; i++)
        if (g->node[i].steps[0])
            r.code[i] = NEW(a, int16_t, (size_t)(n * shape_count(g->node[i].shape)));
    return r;
}

static void same(const char *who, uint64_t seed, const Graph *g, int n, const Result *x,
                 const Result *y)
{
    int64_t classes = shape_count(g->node[g->n_node - 1].shape);
    for (int i = 0; i < g->n_node; i++) {
        for (int64_t k = 0; x->code[i] && k < n * shape_count(g->node[i].shape); k++)
            if (x->code[i][k] != y->code[i][k])
                fail_msg("%s: seed %llu, node %d, code %lld: %d, want %d", who,
                         (unsigned long long)seed, i, (long long)k, y->code[i][k], x->code[i][k]);
        if (memcmp(&x->count[i], &y->count[i], sizeof x->count[i]) != 0)
            fail_msg("%s: seed %llu, node %d: sops %lld, want %lld; saturated %lld, want %lld", who,
                     (unsigned long long)seed, i, (long long)y->count[i].sops,
                     (long long)x->count[i].sops, (long long)y->count[i].saturated,
                     (long long)x->count[i].saturated);
    }
    for (int64_t k = 0; k < n * classes; k++)
        if (x->logit[k] != y->logit[k])
            fail_msg("%s: seed %llu, logit %lld: %lld, want %lld", who, (unsigned long long)seed,
                     (long long)k, (long long)y->logit[k], (long long)x->logit[k]);
    for (int k = 0; k < n; k++) assert_int_equal(x->label[k], y->label[k]);
}

static Result run_naive(const Graph *g, const int16_t *code, int n, Arena *a, Arena scratch)
{
    Ctx c = { 0 };
    Result r = result_new(g, n, a);
    assert_int_equal(0, sim_naive(g, &(SimInput){ .code = code, .n = n },
                                  &(SimOut){ r.code, r.logit, r.label }, r.count, scratch, &c));
    return r;
}

static Result run_fast(const Graph *g, const int16_t *code, int n, int threads, Arena *a,
                       Arena scratch)
{
    Ctx c = { 0 };
    Sim *sim;
    Result r = result_new(g, n, a);
    omp_set_num_threads(threads);
    assert_int_equal(0, sim_new(g, &scratch, &sim, &c));
    assert_int_equal(0, sim_run(sim, &(SimInput){ .code = code, .n = n },
                                &(SimOut){ r.code, r.logit, r.label }, r.count, scratch, &c));
    return r;
}

/* The fast simulator by every CPU's loops. */
static void same_fast(const char *who, uint64_t seed, const Graph *g, const int16_t *code,
                      const Result *want, Arena a, Arena scratch)
{
    for (int k = 0; cpu_list[k]; k++) {
        Arena mine = a;
        if (!cpu_runs(cpu_list[k]))
            continue;
        setenv("E3NE_CPU", cpu_list[k]->name, 1);
        Result fast = run_fast(g, code, IMAGES, 1, &mine, scratch);
        char name[64];
        snprintf(name, sizeof name, "%s, %s", who, cpu_list[k]->name);
        same(name, seed, g, IMAGES, want, &fast);
    }
    unsetenv("E3NE_CPU");
}

/* ---- the formula: V is a dot product, a code a clamped division, a spike a bit ---- */

typedef struct Tap { int code, weight; bool there; } Tap;

static Tap tap_at(const Graph *g, const Node *n, const int16_t *code, int o, int i, int j,
                  int64_t t)
{
    const Tensor *w = graph_role(g, n, ROLE_w);
    int64_t taps = tensor_count(w) / w->dim[0];
    Shape s = g->node[n->in[0]].shape;
    if (n->op == OP_S_DENSE)
        return (Tap){ code[t], w->i8[o * taps + t], true };
    int kw = n->kernel[1], kh = n->kernel[0];
    int v = (int)(t % kw), u = (int)(t / kw % kh), c = (int)(t / kw / kh);
    int row = i * n->stride[0] + u - n->pad[0], col = j * n->stride[1] + v - n->pad[1];
    if (row < 0 || col < 0 || row >= s.h || col >= s.w)
        return (Tap){ 0 };
    return (Tap){ code[(c * s.h + row) * s.w + col], w->i8[o * taps + t], true };
}

static int64_t dot(const Graph *g, const Node *n, const int16_t *code, int o, int i, int j,
                   SimCount *count)
{
    const Tensor *w = graph_role(g, n, ROLE_w);
    int64_t v = 0;
    unsigned mask = (1u << g->node[n->in[0]].steps[0]) - 1;
    for (int64_t t = 0; t < tensor_count(w) / w->dim[0]; t++) {
        Tap tap = tap_at(g, n, code, o, i, j, t);
        v += tap.code * tap.weight;
        count->sops += tap.there ? __builtin_popcount((unsigned)tap.code & mask) : 0;
    }
    return v;
}

static int divide(const Node *n, int64_t v, int64_t theta, int64_t bias, SimCount *count)
{
    int64_t hi = (1 << (n->steps[0] - n->signed_out[0])) - 1, lo = n->signed_out[0] ? -hi - 1 : 0;
    int64_t k = num_floor_div(v * ((int64_t)1 << n->frac_bits[0]) + bias, theta);
    count->saturated += k > hi || (n->signed_out[0] && k < lo);
    return (int)num_clamp(k, lo, hi);
}

static int greatest(const Graph *g, const Node *n, const int16_t *code, int c, int i, int j)
{
    Shape s = g->node[n->in[0]].shape;
    int best = -1000, top = i * n->stride[0] - n->pad[0], left = j * n->stride[1] - n->pad[1];
    for (int row = top; row < top + n->kernel[0]; row++)
        for (int col = left; col < left + n->kernel[1]; col++) {
            bool in = row >= 0 && col >= 0 && row < s.h && col < s.w;
            int k = in ? code[(c * s.h + row) * s.w + col] : -1000;
            best = k > best ? k : best;
        }
    return best;
}

static void formula_node(const Graph *g, int id, const int16_t *in, int16_t *out, int64_t *logit,
                         SimCount *count)
{
    const Node *n = &g->node[id];
    const Tensor *theta = graph_role(g, n, ROLE_theta), *bias = graph_role(g, n, ROLE_bias);
    int64_t at = 0;
    for (int o = 0; o < n->shape.c; o++)
        for (int i = 0; i < n->shape.h; i++)
            for (int j = 0; j < n->shape.w; j++, at++)
                if (n->op == OP_S_MAXPOOL)
                    out[at] = (int16_t)greatest(g, n, in, o, i, j);
                else if (n->steps[0] == 0)
                    logit[at] = dot(g, n, in, o, i, j, count) + bias->i64[o];
                else
                    out[at] = (int16_t)divide(n, dot(g, n, in, o, i, j, count), theta->i64[o],
                                              bias->i64[o], count);
}

static Result run_formula(const Graph *g, const int16_t *code, int n, Arena *a)
{
    Result r = result_new(g, n, a);
    const Node *last = &g->node[g->n_node - 1];
    int64_t classes = shape_count(last->shape);
    memcpy(r.code[0], code, (size_t)(n * shape_count(g->node[0].shape)) * sizeof *code);
    for (int k = 0; k < n; k++) {
        int64_t *logit = r.logit + k * classes;
        for (int i = 0; i < g->n_node; i++) {
            int64_t each = shape_count(g->node[i].shape);
            int16_t *out = r.code[i] ? r.code[i] + k * each : NULL;
            if (i > 0)
                formula_node(g, i, r.code[i - 1] + k * shape_count(g->node[i - 1].shape), out,
                             logit, &r.count[i]);
            for (int64_t x = 0; out && x < each; x++)
                for (int t = 0; t < g->node[i].steps[0]; t++)
                    r.count[i].spikes[t] += out[x] >> (g->node[i].steps[0] - 1 - t) & 1;
        }
        for (int64_t o = 0; o < classes; o++) {
            if (last->steps[0])
                logit[o] = r.code[g->n_node - 1][k * classes + o];
            if (logit[o] > logit[r.label[k]])
                r.label[k] = (int)o;
        }
    }
    return r;
}

static void test_formula_naive_fast(void **state)
{
    (void)state;
    Arena perm = arena_new((size_t)1 << 30), scratch = arena_new((size_t)1 << 30);
    int firing = 0, saturated = 0, sign = 0, wide = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Arena a = perm;
        Graph g = random_snn(seed, &a);
        int16_t *code = random_codes(seed + 1000000, &g.node[0], IMAGES, &a);
        Result want = run_formula(&g, code, IMAGES, &a);
        Result naive = run_naive(&g, code, IMAGES, &a, scratch);
        same("naive", seed, &g, IMAGES, &want, &naive);
        same_fast("fast", seed, &g, code, &want, a, scratch);
        for (int i = 1; i < g.n_node; i++) {
            firing += want.count[i].spikes[0] > 0;
            saturated += want.count[i].saturated > 0;
            sign += g.node[i].signed_out[0];
            wide += g.node[i].pot_bits[0] > 32;
        }
    }
    /* The seeds are any good. */
    assert_true(firing > 100 && saturated > 100 && sign > 50 && wide > 20);
    arena_delete(perm);
    arena_delete(scratch);
}

/* Widths cut by a few bits, weights flipped: values wrap, and still both agree. */
static void test_wrapping(void **state)
{
    (void)state;
    Arena perm = arena_new((size_t)1 << 30), scratch = arena_new((size_t)1 << 30);
    int changed = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Arena a = perm;
        Rng r = { seed };
        Ctx c = { 0 };
        Graph g = random_snn(seed, &a), f;
        int node = 1;
        while (!op_is_synapse(g.node[node].op)) node++;
        Node *n = &g.node[node];
        int64_t at = (int64_t)rng_below(&r, (uint64_t)tensor_count(graph_role(&g, n, ROLE_w)));
        int16_t *code = random_codes(seed + 2000000, &g.node[0], IMAGES, &a);
        Result before = run_naive(&g, code, IMAGES, &a, scratch);
        assert_int_equal(0, sim_flip(&g, node, at, pick(&r, 0, n->weight_bits[0] - 1), &a, &f, &c));
        n->acc_bits[0] -= n->acc_bits[0] > 3 ? pick(&r, 0, 2) : 0;
        n->pot_bits[0] -= pick(&r, 0, 1); /* Theta still fits */
        Result naive = run_naive(&f, code, IMAGES, &a, scratch);
        same_fast("wrapped", seed, &f, code, &naive, a, scratch);
        changed += memcmp(before.logit, naive.logit, sizeof *naive.logit) != 0;
    }
    assert_true(changed > 50);
    arena_delete(perm);
    arena_delete(scratch);
}

static void test_threads(void **state)
{
    (void)state;
    enum { MANY = 70, FEW = 5 };
    Arena perm = arena_new((size_t)1 << 30), scratch = arena_new((size_t)1 << 30);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        Arena a = perm;
        Graph g = random_snn(seed, &a);
        int16_t *code = random_codes(seed, &g.node[0], MANY, &a);
        Result one = run_fast(&g, code, MANY, 1, &a, scratch);
        Result two = run_fast(&g, code, MANY, 2, &a, scratch);
        same("two threads", seed, &g, MANY, &one, &two);
        /* Fewer blocks than threads: any of them may take the first. */
        Result few = run_fast(&g, code, FEW, 1, &a, scratch);
        for (int k = 0; k < 100; k++) {
            Arena mine = a;
            Result many = run_fast(&g, code, FEW, 2, &mine, scratch);
            same("idle threads", seed, &g, FEW, &few, &many);
        }
    }
    arena_delete(perm);
    arena_delete(scratch);
}

/* Fewer images than threads: whichever thread comes first does them. */
static void test_few_images(void **state)
{
    (void)state;
    Arena perm = arena_new((size_t)1 << 30), scratch = arena_new((size_t)1 << 30), a = perm;
    Graph g = random_snn(1, &a);
    int16_t *code = random_codes(4000000, &g.node[0], 1, &a);
    Result one = run_fast(&g, code, 1, 1, &a, scratch);
    for (int k = 0; k < 3000; k++) {
        Arena left = a;
        Result four = run_fast(&g, code, 1, 4, &left, scratch);
        same("four threads", 1, &g, 1, &one, &four);
    }
    arena_delete(perm);
    arena_delete(scratch);
}

/* sim_node, as the quantiser uses it, gives what sim_run gives. */
static void test_one_node(void **state)
{
    (void)state;
    Arena perm = arena_new((size_t)1 << 30), scratch = arena_new((size_t)1 << 30);
    for (uint64_t seed = 1; seed <= 50; seed++) {
        Arena a = perm;
        Ctx c = { 0 };
        Graph g = random_snn(seed, &a);
        int16_t *code = random_codes(seed, &g.node[0], IMAGES, &a);
        Result all = run_fast(&g, code, IMAGES, 1, &a, scratch);
        for (int i = 1; i < g.n_node && g.node[i].steps[0]; i++) {
            size_t count = (size_t)(IMAGES * shape_count(g.node[i].shape));
            int16_t *out = NEW(&a, int16_t, count);
            assert_int_equal(0, sim_node(&g, i, all.code[i - 1], IMAGES, out, scratch, &c));
            assert_memory_equal(out, all.code[i], count * sizeof *out);
        }
    }
    arena_delete(perm);
    arena_delete(scratch);
}

/* Contract 1.1, 1.2 and 1.15 by hand: codes 3 and 1 of 2 steps, weights 3 and -2. */
static void test_by_hand(void **state)
{
    (void)state;
    Arena a = arena_new((size_t)1 << 24), scratch = arena_new((size_t)1 << 24);
    Ctx c = { 0 };
    Graph g = graph_new(&a), f;
    graph_node(&g, OP_S_INPUT, "input");
    graph_node(&g, OP_S_DENSE, "dense");
    g.node[0].shape = (Shape){ 2, 1, 1 };
    g.node[0].steps[0] = 2;
    int wd[] = { 1, 2 }, one = 1;
    int w = graph_tensor(&g, "w", DT_I8, 2, wd), th = graph_tensor(&g, "t", DT_I64, 1, &one);
    int b = graph_tensor(&g, "b", DT_I64, 1, &one);
    Node *n = &g.node[1];
    *n = (Node){ .op = OP_S_DENSE, .name = "dense", .shape = { 1, 1, 1 }, .steps_in = { 2 },
                 .steps = { 3 }, .weight_bits = { 3 }, .frac_bits = { 1 }, .acc_bits = { 5 },
                 .pot_bits = { 7 } };
    for (int i = 0; i < ROLE_COUNT; i++) n->role[i] = IR_NONE;
    n->role[ROLE_w] = w;
    n->role[ROLE_theta] = th;
    n->role[ROLE_bias] = b;
    g.tensor[w].i8[0] = 3;
    g.tensor[w].i8[1] = -2;
    g.tensor[th].i64[0] = 4;
    g.tensor[b].i64[0] = 3;
    int16_t code[] = { 3, 1 };
    /* V = 2 (3) + (3 - 2) = 7; U = 2 * 7 + 3 = 17; 17 / 4 = 4: spikes 1 0 0. */
    Result r = run_fast(&g, code, 1, 1, &a, scratch);
    assert_int_equal(4, r.code[1][0]);
    assert_int_equal(1, r.count[1].spikes[0]);
    assert_int_equal(0, r.count[1].spikes[1] + r.count[1].spikes[2]);
    assert_int_equal(3, r.count[1].sops);
    /* Bit 2 of 3 (011) flipped is 111 = -1: V = -5, U = -7, code 0. */
    assert_int_equal(0, sim_flip(&g, 1, 0, 2, &a, &f, &c));
    assert_int_equal(-1, f.tensor[w].i8[0]);
    assert_int_equal(3, g.tensor[w].i8[0]);
    r = run_fast(&f, code, 1, 1, &a, scratch);
    assert_int_equal(0, r.code[1][0]);
    assert_int_equal(ERR_OPTION, sim_flip(&g, 1, 2, 0, &a, &f, &c));
    arena_delete(a);
    arena_delete(scratch);
}

static void test_encode(void **state)
{
    (void)state;
    Arena a = arena_new((size_t)1 << 24);
    Ctx c = { 0 };
    Graph g = graph_new(&a);
    Node *n = &g.node[graph_node(&g, OP_S_INPUT, "input")];
    n->shape = (Shape){ 1, 1, 6 };
    n->steps[0] = 2;
    n->scale[0] = 0.5;
    static const float x[] = { 0, 0.24f, 0.25f, -3, 1.3f, 9 };
    static const int16_t plain[] = { 0, 0, 1, 0, 3, 3 }, sign[] = { 0, 0, 1, -2, 1, 1 };
    int16_t k[6];
    assert_int_equal(0, sim_encode(&g, &(SimInput){ .x = x, .n = 1 }, k, &c));
    assert_memory_equal(k, plain, sizeof k);
    n->signed_out[0] = 1;
    assert_int_equal(0, sim_encode(&g, &(SimInput){ .x = x, .n = 1 }, k, &c));
    assert_memory_equal(k, sign, sizeof k);
    SimInput raw = { .raw = (const unsigned char *)"", .n = 1 };
    assert_int_equal(ERR_RANGE, sim_encode(&g, &raw, k, &c));
    arena_delete(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formula_naive_fast), cmocka_unit_test(test_wrapping),
        cmocka_unit_test(test_threads),            cmocka_unit_test(test_one_node),
        cmocka_unit_test(test_few_images),
        cmocka_unit_test(test_by_hand),            cmocka_unit_test(test_encode),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    printf("# seeds 1 to %d\n", SEEDS);
    return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
