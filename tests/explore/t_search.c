/* The search on a small random network: what it chooses is within the budget, nothing that it
 * shows is dominated, a budget out of reach is refused, and threads change nothing. */
#include "base/rng.h"
#include "explore/sensitivity.h"
#include "sim/sim.h"
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h> /* last: its fail() is a macro */

enum { CALIB = 48, HELD = 200, LAYERS = 3, PIXELS = 81 };

static Arena perm, scratch;
static Graph net;
static float images[(CALIB + HELD) * PIXELS];
static Ctx   ctx;

static int add(Op op, int input)
{
    int id = graph_node(&net, op, op_info[op].name);
    net.node[id].in[0] = input;
    for (int d = 0; d < 2; d++) net.node[id].kernel[d] = net.node[id].stride[d] = 1;
    return id;
}

static void weigh(Rng *r, int id, int rank, const int *dim)
{
    int w = graph_tensor(&net, "w", DT_F32, rank, dim), b = graph_tensor(&net, "b", DT_F32, 1, dim);
    int64_t n = tensor_count(&net.tensor[w]);
    for (int64_t i = 0; i < n; i++)
        net.tensor[w].f32[i] = (float)(rng_unit(r) + rng_unit(r) - 1) *
                               (float)sqrt(6.0 * dim[0] / (double)n);
    for (int i = 0; i < dim[0]; i++) net.tensor[b].f32[i] = (float)(0.2 * rng_unit(r) - 0.1);
    net.node[id].role[ROLE_w] = w;
    net.node[id].role[ROLE_b] = b;
}

/* 1x9x9 -> conv 4 3x3, ReLU, pool 2 -> dense 8 without ReLU (signed codes) -> dense 5. */
static void build(void)
{
    Rng r = { 7 };
    perm = arena_new((size_t)1 << 28);
    scratch = arena_new((size_t)1 << 33);
    net = graph_new(&perm);
    graph_node(&net, OP_INPUT, "x");
    net.node[0].shape = (Shape){ 1, 9, 9 };
    int c = add(OP_CONV2D, 0);
    net.node[c].kernel[0] = net.node[c].kernel[1] = 3;
    weigh(&r, c, 4, (int[]){ 4, 1, 3, 3 });
    int p = add(OP_MAXPOOL, add(OP_RELU, c));
    for (int d = 0; d < 2; d++) net.node[p].kernel[d] = net.node[p].stride[d] = 2;
    int h = add(OP_DENSE, p);
    weigh(&r, h, 2, (int[]){ 8, 36 });
    weigh(&r, add(OP_DENSE, h), 2, (int[]){ 5, 8 });
    if (ir_shape(&net, &ctx) || ir_verify(&net, &ctx))
        abort();
    for (int i = 0; i < (CALIB + HELD) * PIXELS; i++) images[i] = (float)rng_unit(&r);
}

static SearchOptions options(SearchBudget b)
{
    return (SearchOptions){ .calib = images, .n_calib = CALIB, .held = images + CALIB * PIXELS,
                            .n_held = HELD, .top_steps = 6, .top_bits = 6, .budget = b,
                            .max_points = 150 };
}

static SearchResult must(const SearchOptions *o)
{
    SearchResult r;
    ctx = (Ctx){ 0 };
    if (search_run(&net, o, &r, &perm, scratch, &ctx))
        fail_msg("%s", ctx.first.text);
    return r;
}

static double cost(const SearchResult *r, const SearchPoint *p)
{
    return p->weight_bits / r->point[0].weight_bits + p->sops / r->point[0].sops;
}

static void within_every_budget(void **state)
{
    (void)state;
    static const SearchBudget budgets[] = {
        { 6, 0, 0 }, { -1, 0, 800 }, { 12, 0, 1200 }, { 3, 0, 0 },
    };
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        SearchOptions o = options(budgets[i]);
        SearchResult r = must(&o);
        const SearchPoint *p = &r.point[r.chosen];
        assert_true(search_within(&budgets[i], p));
        assert_true(r.n <= o.max_points);
        assert_true(p->kept && p->weight_bits <= r.point[0].weight_bits);
        assert_int_equal(p->knob[LAYERS], 0);      /* scores */
        assert_true(p->knob[2] >= 2);              /* signed codes */
        if (budgets[i].max_drop >= 0)
            for (int k = 0; k < r.n; k++) /* the cheapest of all that were tried */
                assert_false(search_within(&budgets[i], &r.point[k]) &&
                             cost(&r, &r.point[k]) < cost(&r, p));
    }
}

/* The point says what quantising again with its numbers gives. */
static void points_are_true(void **state)
{
    (void)state;
    SearchOptions o = options((SearchBudget){ 8, 0, 0 });
    SearchResult r = must(&o);
    const SearchPoint *p = &r.point[r.chosen];
    QuantOptions q = { .steps = 1, .weight_bits = 1, .input_steps = p->knob[0],
                       .layer_steps = p->knob + 1, .layer_bits = p->knob + 1 + LAYERS,
                       .n_layer = LAYERS };
    QuantReport report;
    Graph snn = graph_new(&perm);
    Sim *sim;
    assert_int_equal(quantize(&net, &q, images, CALIB, &snn, &report, scratch, &ctx), ERR_NONE);
    assert_int_equal(sim_new(&snn, &perm, &sim, &ctx), ERR_NONE);
    SimCount *count = NEW(&perm, SimCount, (size_t)snn.n_node);
    SimInput in = { .x = images + CALIB * PIXELS, .n = HELD };
    assert_int_equal(sim_run(sim, &in, &(SimOut){ 0 }, count, scratch, &ctx), ERR_NONE);
    assert_true(fabs((double)sim_sops(&snn, count) / HELD - p->sops) < 1e-9);
    assert_true(fabs((double)sim_spikes(&snn, count) / HELD - p->spikes) < 1e-9);
    assert_true(fabs((double)quant_weight_bits(&snn) - p->weight_bits) < 0.5);
}

static void nothing_shown_is_dominated(void **state)
{
    (void)state;
    SearchOptions o = options((SearchBudget){ 15, 0, 0 });
    SearchResult r = must(&o);
    int shown = 0;
    for (int i = 0; i < r.n; i++)
        for (int k = 0; k < r.n && r.point[i].front; k++) {
            const SearchPoint *p = &r.point[i], *q = &r.point[k];
            shown += i == k;
            if (q->front && i != k)
                assert_false(q->weight_bits <= p->weight_bits && q->sops <= p->sops &&
                             q->error <= p->error);
        }
    assert_true(shown >= 5);
    assert_true(r.point[r.chosen].weight_bits < 0.7 * r.point[0].weight_bits);
}

static void refused(SearchBudget b, const char *text)
{
    SearchOptions o = options(b);
    SearchResult r;
    ctx = (Ctx){ 0 };
    assert_int_equal(search_run(&net, &o, &r, &perm, scratch, &ctx), ERR_NO);
    assert_int_equal(r.chosen, -1);
    assert_true(r.n >= 1);
    if (!strstr(ctx.first.text, text))
        fail_msg("'%s' lacks '%s'", ctx.first.text, text);
}

static void out_of_reach(void **state)
{
    (void)state;
    refused((SearchBudget){ -1, 0, 300 }, "over it by 64 weight bits"); /* 364 weights of 1 bit */
    refused((SearchBudget){ 0, 0, 0 }, "percentage points of agreement");
    refused((SearchBudget){ 1, 0, 500 }, "weight bits");
}

static void bounded(void **state)
{
    (void)state;
    SearchOptions o = options((SearchBudget){ -1, 0, 700 });
    o.max_points = 20;
    SearchResult r = must(&o); /* steps of several knobs reach what single ones could not */
    assert_true(r.n <= 20);
    o.max_points = 9;
    ctx = (Ctx){ 0 };
    assert_int_equal(search_run(&net, &o, &r, &perm, scratch, &ctx), ERR_OPTION);
}

static void few_images(void **state)
{
    (void)state;
    SearchOptions o = options((SearchBudget){ 8, 0, 0 });
    o.few = images;
    o.n_few = 12;
    SearchResult r = must(&o);
    assert_true(search_within(&o.budget, &r.point[r.chosen]));
    assert_true(r.point[r.n - 1].kept); /* measured again, with all */
}

static void same_with_any_threads(void **state)
{
    (void)state;
    SearchOptions o = options((SearchBudget){ 8, 0, 0 });
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    SearchResult one = must(&o);
    omp_set_num_threads(5);
    SearchResult five = must(&o);
    omp_set_num_threads(threads);
    assert_int_equal(one.n, five.n);
    assert_int_equal(one.chosen, five.chosen);
    for (int i = 0; i < one.n; i++) {
        SearchPoint p = one.point[i], q = five.point[i];
        assert_memory_equal(p.knob, q.knob, (size_t)one.n_knob * sizeof *p.knob);
        assert_true(p.error == q.error && p.sops == q.sops && p.agreement == q.agreement &&
                    p.kept == q.kept && p.front == q.front);
    }
}

static void levels(void **state)
{
    (void)state;
    static const struct { int top, least, most, n, at[5]; } cases[] = {
        { 6, 1, 5, 5, { 5, 4, 3, 2, 1 } }, { 6, 1, 9, 5, { 5, 4, 3, 2, 1 } }, { 6, 1, 1, 1, { 3 } },
        { 6, 1, 3, 3, { 4, 3, 2 } },       { 6, 2, 0, 1, { 4 } },             { 2, 1, 3, 1, { 1 } },
        { 2, 2, 3, 0, { 0 } },             { 0, 0, 3, 0, { 0 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int at[LEVELS];
        Knob k = { .level = cases[i].top, .least = cases[i].least };
        assert_int_equal(sensitivity_levels(&k, cases[i].most, at), cases[i].n);
        for (int j = 0; j < cases[i].n; j++) assert_int_equal(at[j], cases[i].at[j]);
    }
}

/* Measured at 4 only, of 6: the law gives 5 and 3. */
static void law(void **state)
{
    (void)state;
    Knob k = { .level = 6, .least = 3 };
    int at[] = { 4 };
    SearchPoint top = { .weight_bits = 60, .sops = 100 };
    SearchPoint p = { .weight_bits = 40, .sops = 80, .error = 0.4 };
    sensitivity_fill(&k, &top, at, &p, 1);
    assert_true(fabs(k.alone[5].damage - 0.04) < 1e-12 && fabs(k.alone[4].damage - 0.12) < 1e-12);
    assert_true(fabs(k.alone[3].damage - 0.48) < 1e-12 && fabs(k.next.damage - 0.04) < 1e-12);
    for (int l = 3; l < 6; l++)
        assert_true(fabs(k.alone[l].weight_bits - 10) + fabs(k.alone[l].sops - 10) < 1e-12);
}

int main(void)
{
    build();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_every_budget), cmocka_unit_test(points_are_true),
        cmocka_unit_test(nothing_shown_is_dominated), cmocka_unit_test(out_of_reach),
        cmocka_unit_test(bounded), cmocka_unit_test(few_images),
        cmocka_unit_test(same_with_any_threads), cmocka_unit_test(levels), cmocka_unit_test(law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
