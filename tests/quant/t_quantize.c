/* The quantiser on small networks: what the contract demands of each kind of layer, refusals by
 * name, and that with many bits the result computes what the float network computes. */
#include "base/num.h"
#include "base/rng.h"
#include "ir/eval.h"
#include "quant/fit.h"
#include "quant/quant.h"
#include "sim/sim.h"
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h> /* last: its fail() is a macro */

enum { CALIB = 64 };

typedef struct Net {
    Arena perm, a, scratch; /* perm, scratch: whole; a: what is left */
    Graph g, snn;
    Rng   rng;
    float *x;
    QuantReport report;
    unsigned without; /* passes left out: refining takes longer than all others here */
    Ctx   c;
} Net;

/* The mask of the named passes. */
static unsigned without(const char *names)
{
    unsigned mask;
    Ctx c = { 0 };
    if (quant_without(names, &mask, &c))
        fail_msg("%s", c.first.text);
    return mask;
}

static Net *net_new(Shape in, uint64_t seed)
{
    Arena perm = arena_new((size_t)1 << 28), a = perm;
    Net *n = NEW(&a, Net, 1);
    *n = (Net){ .perm = perm, .a = a, .scratch = arena_new((size_t)1 << 28), .rng = { seed },
                .without = without("refine") };
    n->g = graph_new(&n->a);
    n->snn = graph_new(&n->a);
    graph_node(&n->g, OP_INPUT, "images");
    n->g.node[0].shape = in;
    return n;
}

static void net_delete(Net *n)
{
    Arena perm = n->perm;
    arena_delete(n->scratch);
    arena_delete(perm);
}

static float bell(Rng *r)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += rng_unit(r);
    return (float)sum;
}

static Shape out_shape(const Net *n) { return n->g.node[n->g.n_node - 1].shape; }

static int add(Net *n, Op op, const char *name)
{
    int id = graph_node(&n->g, op, name);
    n->g.node[id].in[0] = id - 1;
    return id;
}

static void done(Net *n)
{
    if (ir_shape(&n->g, &n->c) || ir_verify(&n->g, &n->c))
        fail_msg("%s: %s", n->c.first.node, n->c.first.text);
}

static Tensor *weights(Net *n, int id, int rank, const int *dim)
{
    int w = graph_tensor(&n->g, "w", DT_F32, rank, dim);
    int b = graph_tensor(&n->g, "b", DT_F32, 1, dim);
    double fan_in = (double)tensor_count(&n->g.tensor[w]) / dim[0];
    for (int64_t i = 0; i < tensor_count(&n->g.tensor[w]); i++)
        n->g.tensor[w].f32[i] = bell(&n->rng) / (float)sqrt(fan_in);
    for (int i = 0; i < dim[0]; i++) n->g.tensor[b].f32[i] = 0.1f * bell(&n->rng);
    n->g.node[id].role[ROLE_w] = w;
    n->g.node[id].role[ROLE_b] = b;
    done(n);
    return &n->g.tensor[w];
}

static Tensor *conv(Net *n, const char *name, int o, int kh, int kw, int stride, int pad)
{
    int dim[] = { o, out_shape(n).c, kh, kw }, id = add(n, OP_CONV2D, name);
    Node *nd = &n->g.node[id];
    nd->kernel[0] = kh;
    nd->kernel[1] = kw;
    nd->stride[0] = nd->stride[1] = stride;
    for (int d = 0; d < 4; d++) nd->pad[d] = pad;
    return weights(n, id, 4, dim);
}

static Tensor *dense(Net *n, const char *name, int o)
{
    int dim[] = { o, (int)shape_count(out_shape(n)) };
    return weights(n, add(n, OP_DENSE, name), 2, dim);
}

static void relu(Net *n)
{
    add(n, OP_RELU, "relu");
    done(n);
}

static void pool(Net *n, int size, int stride, int pad)
{
    Node *nd = &n->g.node[add(n, OP_MAXPOOL, "/2/MaxPool")];
    for (int d = 0; d < 2; d++) {
        nd->kernel[d] = size;
        nd->stride[d] = stride;
    }
    for (int d = 0; d < 4; d++) nd->pad[d] = pad;
    done(n);
}

/* Smooth positive images (or of both signs). */
static void images(Net *n, bool sign)
{
    int64_t all = CALIB * shape_count(n->g.node[0].shape);
    n->x = NEW(&n->a, float, (size_t)all);
    for (int64_t i = 0; i < all; i++) {
        float v = (float)rng_unit(&n->rng);
        n->x[i] = sign ? 2 * v - 1 : v < 0.4f ? 0 : v;
    }
}

static Err go(Net *n, const QuantOptions *o)
{
    QuantOptions mine = *o;
    mine.without |= n->without;
    n->c = (Ctx){ 0 };
    return quantize(&n->g, &mine, n->x, CALIB, &n->snn, &n->report, n->scratch, &n->c);
}

static void must(Net *n, const QuantOptions *o)
{
    if (go(n, o))
        fail_msg("%s: %s", n->c.first.node, n->c.first.text);
}

static const Node *snn_node(const Net *n, const char *name)
{
    for (int i = 0; i < n->snn.n_node; i++)
        if (strcmp(n->snn.node[i].name, name) == 0)
            return &n->snn.node[i];
    fail_msg("no node %s", name);
    return NULL;
}

/* Scores of the calibration images, float and scale * integer, [CALIB, classes] each. */
static void scores(Net *n, double *want, double *got)
{
    Arena s = n->scratch;
    int64_t all = CALIB * shape_count(out_shape(n));
    float **out = NEW(&s, float *, (size_t)n->g.n_node);
    float *y = out[n->g.n_node - 1] = NEW(&s, float, (size_t)all);
    int64_t *logit = NEW(&s, int64_t, (size_t)all);
    Sim *sim;
    SimInput in = { .x = n->x, .n = CALIB };
    if (eval_graph(&n->g, n->x, CALIB, out, s, &n->c) || sim_new(&n->snn, &s, &sim, &n->c) ||
        sim_run(sim, &in, &(SimOut){ .logit = logit }, NULL, s, &n->c))
        fail_msg("%s", n->c.first.text);
    for (int64_t i = 0; i < all; i++) {
        want[i] = (double)y[i];
        got[i] = (double)logit[i] * n->report.output_scale;
    }
}

/* rms of (scale * output - float output) over rms of the float output. */
static double output_error(Net *n)
{
    int64_t all = CALIB * shape_count(out_shape(n));
    Arena a = n->a;
    double *want = NEW(&a, double, (size_t)all), *got = NEW(&a, double, (size_t)all), e = 0, y = 0;
    scores(n, want, got);
    for (int64_t i = 0; i < all; i++) {
        e += (got[i] - want[i]) * (got[i] - want[i]);
        y += want[i] * want[i];
    }
    return sqrt(e / y);
}

/* Mean over the images of h^2 KL(softmax(want / h), softmax(got / h)), h the scores' deviation. */
static double divergence(Net *n)
{
    int m = (int)shape_count(out_shape(n));
    double want[CALIB * 16], got[CALIB * 16], var = 0, sum = 0;
    assert_true(m <= 16);
    scores(n, want, got);
    for (int k = 0; k < CALIB; k++) {
        double mean = 0;
        for (int o = 0; o < m; o++) mean += want[k * m + o] / m;
        for (int o = 0; o < m; o++) var += pow(want[k * m + o] - mean, 2) / m / CALIB;
    }
    double h = sqrt(var);
    for (int k = 0; k < CALIB; k++) {
        double a = 0, b = 0;
        for (int o = 0; o < m; o++) {
            a += exp(want[k * m + o] / h);
            b += exp(got[k * m + o] / h);
        }
        for (int o = 0; o < m; o++)
            sum += exp(want[k * m + o] / h) / a *
                   ((want[k * m + o] - got[k * m + o]) / h - log(a / b));
    }
    return h * h * sum / CALIB;
}

static void refused(Net *n, const QuantOptions *o, Err code, const char *name)
{
    Err e = go(n, o);
    assert_int_equal(code, e);
    assert_string_equal(name, n->c.first.node);
}

/* ---- the tests ---- */

/* Every kind of layer, a map that is not square, flattened channel first. */
static Net *all_kinds(uint64_t seed)
{
    Net *n = net_new((Shape){ 2, 9, 14 }, seed);
    conv(n, "/conv1/Conv", 6, 3, 2, 1, 1);
    relu(n);
    pool(n, 2, 2, 0);
    conv(n, "/1/Conv", 8, 3, 3, 2, 1); /* no ReLU before a pool */
    pool(n, 2, 1, 1);
    dense(n, "hidden.fc", 12); /* no ReLU before another dense */
    dense(n, "/2/Gemm", 9);
    relu(n);
    dense(n, "scores", 5);
    images(n, false);
    return n;
}

static void test_many_bits_are_close(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        Net *n = all_kinds(seed);
        must(n, &(QuantOptions){ .steps = 8, .weight_bits = 8 });
        double e = output_error(n);
        if (!(e < 0.03))
            fail_msg("seed %llu: relative error %g with 8 bits", (unsigned long long)seed, e);
        net_delete(n);
    }
}

static void test_signed_and_names(void **state)
{
    (void)state;
    Net *n = all_kinds(1);
    must(n, &(QuantOptions){ .steps = 4, .weight_bits = 4 });
    static const struct { const char *name; Op op; int steps, sign; } want[] = {
        { "images", OP_S_INPUT, 4, 0 },    { "conv1", OP_S_CONV2D, 4, 0 },
        { "pool1", OP_S_MAXPOOL, 4, 0 },   { "conv2", OP_S_CONV2D, 4, 1 },
        { "pool2", OP_S_MAXPOOL, 4, 1 },   { "hidden_fc", OP_S_DENSE, 4, 1 },
        { "dense4", OP_S_DENSE, 4, 0 },    { "scores", OP_S_DENSE, 0, 0 },
    };
    assert_int_equal(sizeof want / sizeof *want, n->snn.n_node);
    for (int i = 0; i < n->snn.n_node; i++) {
        const Node *s = &n->snn.node[i];
        assert_string_equal(want[i].name, s->name);
        assert_int_equal(want[i].op, s->op);
        assert_int_equal(want[i].steps, s->steps[0]);
        assert_int_equal(want[i].sign, s->signed_out[0]);
    }
    assert_int_equal(IR_NONE, n->snn.node[7].role[ROLE_theta]);
    net_delete(n);
}

static void test_name_rules(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "/conv1/Conv", "conv1" },   { "/0/Conv", "conv7" },       { "conv1", "conv1_2" },
        { "Conv_12", "conv7_2" },     { "features.3", "features_3" }, { "/a/b.c/MatMul", "b_c" },
        { "onnx::Gemm_9", "conv7_3" }, { "3x", "conv3x" },          { "", "conv7_4" },
        { "///", "conv7_5" },         { "\xc3\xa9t\xc3\xa9", "conv__t__" },
    };
    Net *n = net_new((Shape){ 1, 1, 1 }, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = quant_name(&n->snn, cases[i][0], "conv", 7);
        assert_string_equal(cases[i][1], got);
        graph_node(&n->snn, OP_S_CONV2D, got);
    }
    net_delete(n);
}

static void test_dead_channel(void **state)
{
    (void)state;
    for (int w = 1; w <= 8; w++) {
        Net *n = net_new((Shape){ 1, 3, 3 }, 3);
        Tensor *t = conv(n, "c", 3, 3, 3, 1, 0);
        for (int i = 9; i < 18; i++) t->f32[i] = 0; /* channel 1 */
        graph_role(&n->g, &n->g.node[1], ROLE_b)->f32[1] = 0.5f;
        relu(n); /* the end: no later layer takes part of its channels' scales */
        images(n, false);
        must(n, &(QuantOptions){ .steps = 4, .weight_bits = w });
        const Node *c = snn_node(n, "c");
        int want = (int)num_clamp((int64_t)floor(0.5 / c->scale[0] + 0.5), 0, 15);
        assert_int_equal(w > 1, n->report.layer[0].dead);
        if (w > 1) {
            int64_t theta = graph_role(&n->snn, c, ROLE_theta)->i64[1];
            assert_int_equal((int64_t)1 << c->frac_bits[0], theta);
            assert_int_equal(want * theta, graph_role(&n->snn, c, ROLE_bias)->i64[1]);
        }
        int16_t *code[] = { NULL, NEW(&n->a, int16_t, CALIB * 3) };
        assert_int_equal(0, sim_naive(&n->snn, &(SimInput){ .x = n->x, .n = CALIB },
                                      &(SimOut){ .code = code }, NULL, n->scratch, &n->c));
        for (int k = 0; k < CALIB; k++) assert_int_equal(want, code[1][3 * k + 1]);
        net_delete(n);
    }
}

/* One scale fits all channels, and the codes are as near as rounding to nearest says they are. */
static void test_ends_in_codes(void **state)
{
    (void)state;
    for (int steps = 2; steps <= 8; steps += 3) {
        Net *n = net_new((Shape){ 3, 4, 6 }, 5);
        conv(n, "c", 4, 3, 5, 1, 0);
        relu(n);
        pool(n, 2, 2, 0);
        images(n, false);
        must(n, &(QuantOptions){ .steps = steps, .weight_bits = 8 });
        const Node *last = &n->snn.node[n->snn.n_node - 1];
        assert_int_equal(steps, last->steps[0]);
        double e = output_error(n), said = n->report.layer[0].code_error;
        if (!(e < 0.25 && fabs(e - said) < 0.1 * said))
            fail_msg("%d steps: error %g, the report says %g", steps, e, said);
        net_delete(n);
    }
}

/* More output positions than the quantiser looks at. */
static void test_many_positions(void **state)
{
    (void)state;
    Net *n = net_new((Shape){ 1, 64, 64 }, 6);
    conv(n, "c", 3, 3, 3, 1, 0);
    relu(n);
    pool(n, 16, 16, 0);
    dense(n, "d", 3);
    images(n, false);
    must(n, &(QuantOptions){ .steps = 8, .weight_bits = 8 });
    assert_true(n->report.layer[0].code_error < 0.02);
    assert_true(output_error(n) < 0.03);
    net_delete(n);
}

/* The rule of the contract, 1.3: smallest F, and what it leaves. */
static void test_frac_bits(void **state)
{
    (void)state;
    for (int steps = 1; steps <= 8; steps++) {
        Net *n = all_kinds(2);
        int t = steps > 1 ? steps : 2;
        must(n, &(QuantOptions){ .steps = t, .weight_bits = 3 });
        for (int i = 0; i < n->snn.n_node; i++) {
            const Node *s = &n->snn.node[i];
            const Tensor *theta = graph_role(&n->snn, s, ROLE_theta);
            int64_t least = INT64_MAX, bound = t > 4 ? (int64_t)1 << (t + 3) : 128;
            for (int o = 0; theta && o < s->shape.c; o++)
                least = theta->i64[o] < least ? theta->i64[o] : least;
            if (theta) {
                assert_true(least >= bound);
                assert_true(s->frac_bits[0] == 0 || least <= 2 * bound);
            }
        }
        for (int i = 0; i < n->report.n_layer; i++)
            assert_true(n->report.layer[i].threshold_error < 0.08);
        net_delete(n);
    }
}

static void test_every_t_and_w(void **state)
{
    (void)state;
    for (int t = 2; t <= 8; t += 2)
        for (int w = 1; w <= 8; w++) {
            Net *n = all_kinds((uint64_t)(10 * t + w));
            n->without = t == 4 ? 0 : n->without;
            must(n, &(QuantOptions){ .steps = t, .weight_bits = w, .input_steps = 9 - w });
            Sim *sim;
            int64_t a[CALIB * 5], b[CALIB * 5];
            SimInput in = { .x = n->x, .n = CALIB };
            Arena s = n->scratch;
            assert_int_equal(0, sim_new(&n->snn, &s, &sim, &n->c));
            assert_int_equal(0, sim_run(sim, &in, &(SimOut){ .logit = a }, NULL, s, &n->c));
            assert_int_equal(0, sim_naive(&n->snn, &in, &(SimOut){ .logit = b }, NULL, s, &n->c));
            assert_memory_equal(a, b, sizeof a);
            net_delete(n);
        }
}

static void test_prove_refuses(void **state)
{
    (void)state;
    Net *n = all_kinds(4);
    must(n, &(QuantOptions){ .steps = 4, .weight_bits = 4 });
    for (int i = 0; i < n->snn.n_node; i++) {
        Node *s = &n->snn.node[i], good = *s;
        if (!op_is_synapse(s->op))
            continue;
        Ctx c = { 0 };
        assert_int_equal(0, quant_prove(&n->snn, &c));
        s->acc_bits[0]--;
        assert_int_equal(ERR_RANGE, quant_prove(&n->snn, &c));
        assert_string_equal(s->name, c.first.node);
        *s = good;
        s->acc_max[0]--;
        assert_int_equal(ERR_RANGE, quant_prove(&n->snn, &(Ctx){ 0 }));
        *s = good;
        s->weight_bits[0]--;
        assert_int_equal(ERR_RANGE, quant_prove(&n->snn, &(Ctx){ 0 }));
        *s = good;
        s->pot_bits[0] -= 2; /* it may have been chosen for V << F, one bit more than U takes */
        assert_int_equal(ERR_RANGE, quant_prove(&n->snn, &(Ctx){ 0 }));
        *s = good;
    }
    const Node *s = snn_node(n, "conv1");
    Tensor *theta = graph_role(&n->snn, s, ROLE_theta), *bias = graph_role(&n->snn, s, ROLE_bias);
    const int8_t *w = graph_role(&n->snn, s, ROLE_w)->i8;
    int64_t v = 0, good = bias->i64[0];
    for (int i = 0; i < 12; i++) v += w[i] > 0 ? 15 * w[i] : 0;
    bias->i64[0] = ((int64_t)1 << (s->pot_bits[0] - 1)) - (v << s->frac_bits[0]); /* one too much */
    assert_int_equal(ERR_RANGE, quant_prove(&n->snn, &(Ctx){ 0 }));
    bias->i64[0]--;
    assert_int_equal(0, quant_prove(&n->snn, &(Ctx){ 0 }));
    bias->i64[0] = good;
    theta->i64[2] = 0;
    assert_int_equal(ERR_RANGE, quant_prove(&n->snn, &(Ctx){ 0 }));
    net_delete(n);
}

/* Bounds are those of the worst input, not looser. */
static void test_prove_is_tight(void **state)
{
    (void)state;
    Net *n = net_new((Shape){ 3, 1, 1 }, 8);
    Tensor *w = dense(n, "d", 1);
    w->f32[0] = 1;
    w->f32[1] = -1;
    w->f32[2] = 0.5f;
    images(n, false);
    n->without = without("descent,refine");
    must(n, &(QuantOptions){ .steps = 3, .weight_bits = 3 });
    const Node *d = snn_node(n, "d");
    const int8_t *q = graph_role(&n->snn, d, ROLE_w)->i8;
    assert_int_equal(7 * (q[0] + q[2]), d->acc_max[0]);
    assert_int_equal(7 * q[1], d->acc_min[0]);
    net_delete(n);
}

static void test_input(void **state)
{
    (void)state;
    Net *n = net_new((Shape){ 2, 4, 4 }, 9);
    dense(n, "d", 3);
    images(n, true);
    must(n, &(QuantOptions){ .steps = 3, .weight_bits = 3 });
    assert_int_equal(1, n->snn.node[0].signed_out[0]);
    n->snn = graph_new(&n->a);
    refused(n, &(QuantOptions){ .steps = 1, .weight_bits = 3 }, ERR_UNSUPPORTED, "images");
    float table[512];
    for (int i = 0; i < 512; i++) table[i] = (float)i / 255 - (i < 256 ? 0 : 1.25f);
    n->snn = graph_new(&n->a);
    must(n, &(QuantOptions){ .steps = 3, .weight_bits = 3, .table = table });
    const Node *in = &n->snn.node[0];
    const int64_t *code = graph_role(&n->snn, in, ROLE_table)->i64;
    for (int i = 0; i < 512; i++)
        assert_int_equal(num_clamp((int64_t)floor((double)table[i] / in->scale[0] + 0.5), -4, 3),
                         code[i]);
    unsigned char raw[32];
    int16_t a[32], b[32];
    float x[32];
    for (int i = 0; i < 32; i++) {
        raw[i] = (unsigned char)(8 * i + 3);
        x[i] = table[256 * (i / 16) + raw[i]];
    }
    assert_int_equal(0, sim_encode(&n->snn, &(SimInput){ .raw = raw, .n = 1 }, a, &n->c));
    assert_int_equal(0, sim_encode(&n->snn, &(SimInput){ .x = x, .n = 1 }, b, &n->c));
    assert_memory_equal(a, b, sizeof a);
    net_delete(n);
}

static void test_layer_options(void **state)
{
    (void)state;
    static const int steps[] = { 5, 0, 3, 0, 0 }, bits[] = { 2, 8, 0, 0, 5 };
    Net *n = all_kinds(1);
    must(n, &(QuantOptions){ .steps = 4, .weight_bits = 3, .input_steps = 6, .layer_steps = steps,
                             .layer_bits = bits, .n_layer = 5 });
    static const int want[][4] = { { 1, 6, 5, 2 }, { 3, 5, 4, 8 }, { 5, 4, 3, 3 }, { 6, 3, 4, 3 },
                                   { 7, 4, 0, 5 } };
    for (int i = 0; i < 5; i++) {
        const Node *s = &n->snn.node[want[i][0]];
        assert_int_equal(want[i][1], s->steps_in[0]);
        assert_int_equal(want[i][2], s->steps[0]);
        assert_int_equal(want[i][3], s->weight_bits[0]);
    }
    static const QuantOptions bad[] = {
        { .steps = 0, .weight_bits = 3 }, { .steps = 9, .weight_bits = 3 },
        { .steps = 4, .weight_bits = 0 }, { .steps = 4, .weight_bits = 9 },
        { .steps = 4, .weight_bits = 3, .input_steps = 9 },
        { .steps = 4, .weight_bits = 3, .layer_steps = steps, .n_layer = 4 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        n->snn = graph_new(&n->a);
        assert_int_equal(ERR_OPTION, go(n, &bad[i]));
    }
    net_delete(n);
}

static void test_refusals(void **state)
{
    (void)state;
    const QuantOptions four = { .steps = 4, .weight_bits = 4 };
    const QuantOptions one = { .steps = 1, .weight_bits = 4 };
    Net *n = net_new((Shape){ 1, 6, 6 }, 1);
    conv(n, "maps", 2, 3, 3, 1, 0);
    images(n, false);
    refused(n, &four, ERR_UNSUPPORTED, "maps");
    net_delete(n);
    n = net_new((Shape){ 1, 6, 6 }, 1);
    relu(n);
    dense(n, "d", 2);
    images(n, false);
    refused(n, &four, ERR_UNSUPPORTED, "relu");
    net_delete(n);
    n = net_new((Shape){ 1, 6, 6 }, 1);
    dense(n, "first", 2);
    dense(n, "second", 2);
    images(n, false);
    refused(n, &one, ERR_UNSUPPORTED, "first");
    net_delete(n);
    n = net_new((Shape){ 1, 6, 6 }, 1);
    images(n, false);
    done(n);
    refused(n, &four, ERR_UNSUPPORTED, "images");
    net_delete(n);
    n = net_new((Shape){ 1, 6, 6 }, 1);
    add(n, OP_FLATTEN, "flat");
    done(n);
    dense(n, "d", 2);
    images(n, false);
    refused(n, &four, ERR_UNSUPPORTED, "flat");
    net_delete(n);
}

static void assert_same(const Graph *a, const Graph *b)
{
    assert_int_equal(a->n_tensor, b->n_tensor);
    for (int i = 0; i < a->n_tensor; i++) {
        const Tensor *t = &a->tensor[i], *u = &b->tensor[i];
        assert_int_equal(tensor_count(t), tensor_count(u));
        assert_memory_equal(t->p, u->p, (size_t)tensor_count(t) * dtype_bytes(t->type));
    }
}

/* A weight that is not a number, images that say nothing: an error or codes of 0, no crash. */
static void test_hopeless(void **state)
{
    (void)state;
    const QuantOptions four = { .steps = 4, .weight_bits = 4 };
    for (int last = 0; last < 2; last++) {
        Net *n = net_new((Shape){ 1, 6, 6 }, 1);
        Tensor *w = dense(n, "first", 3);
        w->f32[7] = last ? w->f32[7] : NAN;
        relu(n);
        w = dense(n, "second", 2);
        w->f32[1] = last ? NAN : w->f32[1];
        images(n, false);
        refused(n, &four, ERR_RANGE, last ? "second" : "first");
        net_delete(n);
    }
    Net *n = all_kinds(3);
    memset(n->x, 0, sizeof *n->x * (size_t)(CALIB * shape_count(n->g.node[0].shape)));
    must(n, &four);
    n->snn = graph_new(&n->a);
    assert_int_equal(ERR_OPTION, quantize(&n->g, &four, n->x, 0, &n->snn, &n->report, n->scratch,
                                          &n->c));
    net_delete(n);
}

static void test_threads(void **state)
{
    (void)state;
    Net *n[2];
    for (int t = 0; t < 2; t++) {
        omp_set_num_threads(t + 1);
        n[t] = all_kinds(11);
        n[t]->without = 0;
        must(n[t], &(QuantOptions){ .steps = 3, .weight_bits = 3 });
    }
    omp_set_num_threads(1);
    assert_same(&n[0]->snn, &n[1]->snn);
    net_delete(n[0]);
    net_delete(n[1]);
}

/* How far the loss that the report gives is from the simulator's: Theta is rounded, and in so small
 * a network one rounding moves the loss by up to a fifth. */
static double off(double reported, double loss)
{
    assert_true(fabs(log(reported / loss)) < 0.25);
    return log(reported / loss);
}

/* What the network's scores lose without refine, without adapt, with all passes. -> how far the
 * report is off, on average. */
static double losses(uint64_t seed, double loss[3])
{
    static const char *const left_out[] = { "refine", "adapt", "" };
    double mean = 0;
    for (int k = 0; k < 3; k++) {
        Net *n = all_kinds(seed);
        n->without = without(left_out[k]);
        must(n, &(QuantOptions){ .steps = 4, .weight_bits = 2 });
        loss[k] = divergence(n);
        if (k > 0) {
            mean += off(n->report.loss_before, loss[0]) / 4;
            mean += off(n->report.loss_after, loss[k]) / 4;
        }
        net_delete(n);
    }
    return mean;
}

/* Refining brings the scores nearer to the float network's, more so if weights move too (in the
 * geometric mean of NETS networks: one draw of weights may go either way); what it says of the
 * calibration images is what the simulator then gives. */
static void test_refine(void **state)
{
    (void)state;
    enum { NETS = 6 };
    double refined = 0, adapted = 0, mean_off = 0, loss[3];
    for (uint64_t seed = 18; seed < 18 + NETS; seed++) {
        mean_off += losses(seed, loss) / NETS;
        refined += log(loss[1] / loss[0]) / NETS;
        adapted += log(loss[2] / loss[1]) / NETS;
    }
    assert_true(fabs(mean_off) < 0.05);
    assert_true(refined < log(0.95));
    assert_true(adapted < log(0.9));
}

/* Each pass left out by its name gives another network, proved all the same; mirror: test_mirror. */
static void test_each_left_out(void **state)
{
    (void)state;
    double all = 0;
    for (int i = -1; i < quant_n_passes(); i++) {
        Ctx c = { 0 };
        unsigned mask;
        if (i >= 0 && strcmp(quant_pass_info(i).name, "mirror") == 0)
            continue;
        if (i >= 0 && quant_pass_info(i).needed) {
            assert_int_equal(ERR_OPTION, quant_without(quant_pass_info(i).name, &mask, &c));
            continue;
        }
        Net *n = all_kinds(21);
        n->without = i < 0 ? 0 : without(quant_pass_info(i).name);
        must(n, &(QuantOptions){ .steps = 4, .weight_bits = 2 });
        double error = output_error(n);
        if (i < 0)
            all = error;
        else
            assert_true(fabs(error - all) > 1e-6);
        net_delete(n);
    }
    assert_int_equal(ERR_OPTION, quant_without("search,refin", &(unsigned){ 0 }, &(Ctx){ 0 }));
}

/* Left and right of a layer's weights made alike; rows of `width`. */
static void symmetric(Tensor *w, int width)
{
    for (int64_t r = 0; r < tensor_count(w); r += width)
        for (int i = 0; i < width / 2; i++) w->f32[r + width - 1 - i] = w->f32[r + i];
}

/* Three classes; like: which do not depend on left and right, or on the left half alone. */
static Net *sided(bool like)
{
    enum { SIDE = 6 };
    Net *n = net_new((Shape){ 2, SIDE, SIDE }, 31);
    Tensor *w = conv(n, "conv", 4, 3, 3, 1, 1);
    symmetric(w, 3);
    relu(n);
    w = dense(n, "dense", 3);
    symmetric(w, SIDE);
    for (int64_t i = 0; i < tensor_count(w); i++)
        if (!like && i % SIDE >= SIDE / 2)
            w->f32[i] = 0;
    images(n, false);
    return n;
}

/* n's images, then each again with its columns from right to left. */
static float *with_mirrors(Net *n)
{
    Shape s = n->g.node[0].shape;
    int64_t all = CALIB * shape_count(s);
    float *x = NEW(&n->a, float, (size_t)(2 * all));
    for (int64_t i = 0; i < all; i++) {
        x[i] = n->x[i];
        x[all + i] = n->x[i - i % s.w + (s.w - 1 - i % s.w)];
    }
    return x;
}

/* Where the network sees the same in mirror images they are calibrated on, and only there. */
static void test_mirror(void **state)
{
    (void)state;
    for (int like = 0; like < 2; like++) {
        QuantOptions o = { .steps = 3, .weight_bits = 3 };
        Net *n = sided(like), *plain = sided(like);
        must(n, &o);
        assert_int_equal(n->report.n_image, like ? 2 * CALIB : CALIB);
        if (like)
            assert_float_equal(n->report.mirror_kappa, 1, 1e-12);
        else
            assert_true(n->report.mirror_kappa < 0.75);
        o.without = plain->without | without("mirror");
        int images = like ? 2 * CALIB : CALIB;
        assert_int_equal(ERR_NONE, quantize(&plain->g, &o, like ? with_mirrors(plain) : plain->x,
                                            images, &plain->snn, &plain->report, plain->scratch,
                                            &plain->c));
        assert_int_equal(plain->report.n_image, images);
        assert_same(&n->snn, &plain->snn);
        net_delete(n);
        net_delete(plain);
    }
}

/* ---- E3NE's scheme, computed again from its definition: floats scaled by powers of two, shifts of
 * integers that round, nothing of Theta, B or F ---- */

static int64_t shift_round(int64_t x, int shift)
{
    return shift < 1 ? x * ((int64_t)1 << -shift) : (x >> shift) + (x >> (shift - 1) & 1);
}

static int ceil_log2(double x)
{
    int e = 0;
    while (ldexp(1, e) < x) e++;
    while (ldexp(1, e - 1) >= x) e--;
    return e;
}

/* s_w and the integers of one layer. */
static int e3ne_weights_of(const Tensor *w, int bits, int64_t *q)
{
    int64_t n = tensor_count(w);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += (double)w->f32[i];
        squares += (double)w->f32[i] * (double)w->f32[i];
    }
    double mean = sum / (double)n;
    double sigma = sqrt((squares - (double)n * mean * mean) / (double)(n - 1));
    int s = bits - 1 - ceil_log2(fabs(mean) + 3 * sigma), top = (1 << (bits - 1)) - 1;
    for (int64_t i = 0; i < n; i++)
        q[i] = num_clamp((int64_t)nearbyint((double)w->f32[i] * pow(2, s)), -top, top);
    return s;
}

/* A dense layer on one image's codes -> sums in units of 2^-(s_w + s_in), bias included. */
static void e3ne_sums(const Net *n, int id, const int64_t *q, int s, const int64_t *k, int64_t *v)
{
    const Tensor *w = graph_role(&n->g, &n->g.node[id], ROLE_w);
    const Tensor *b = graph_role(&n->g, &n->g.node[id], ROLE_b);
    for (int o = 0; o < w->dim[0]; o++) {
        v[o] = (int64_t)nearbyint((double)b->f32[o] * pow(2, s));
        for (int i = 0; i < w->dim[1]; i++) v[o] += q[o * w->dim[1] + i] * k[i];
    }
}

/* Greatest output of float node id. */
static double e3ne_limit(Net *n, int id)
{
    Arena a = n->scratch;
    int64_t all = CALIB * shape_count(n->g.node[id].shape);
    float **out = NEW(&a, float *, (size_t)n->g.n_node);
    out[id] = NEW(&a, float, (size_t)all);
    assert_int_equal(0, eval_graph(&n->g, n->x, CALIB, out, a, &n->c));
    double top = 0;
    for (int64_t i = 0; i < all; i++) top = fmax(top, (double)out[id][i]);
    return top;
}

static void test_e3ne(void **state)
{
    (void)state;
    enum { IN = 12, MID = 9, OUT = 5 };
    for (int t = 1; t <= 7; t++) {
        Net *n = net_new((Shape){ IN, 1, 1 }, (uint64_t)(100 + t));
        int w = 2 + t % 4, top = (1 << t) - 1;
        dense(n, "a", MID);
        relu(n);
        dense(n, "b", OUT);
        images(n, false); /* greatest value: just below 1 */
        must(n, &(QuantOptions){ .scheme = QUANT_E3NE, .steps = t, .weight_bits = w });
        int64_t q1[IN * MID], q2[MID * OUT], k[IN], v1[MID], v2[OUT], got[CALIB * OUT];
        int s1 = e3ne_weights_of(graph_role(&n->g, &n->g.node[1], ROLE_w), w, q1);
        int s2 = e3ne_weights_of(graph_role(&n->g, &n->g.node[3], ROLE_w), w, q2);
        int o1 = t - ceil_log2(e3ne_limit(n, 1)), o2 = t - ceil_log2(e3ne_limit(n, 3));
        assert_int_equal(0, sim_naive(&n->snn, &(SimInput){ .x = n->x, .n = CALIB },
                                      &(SimOut){ .logit = got }, NULL, n->scratch, &n->c));
        for (int m = 0; m < CALIB; m++) {
            for (int i = 0; i < IN; i++)
                k[i] = (int64_t)floor((double)n->x[m * IN + i] * top + 0.5);
            e3ne_sums(n, 1, q1, s1 + t, k, v1);
            for (int o = 0; o < MID; o++)
                v1[o] = num_clamp(shift_round(v1[o], s1 + t - o1), 0, top);
            e3ne_sums(n, 3, q2, s2 + o1, v1, v2);
            for (int o = 0; o < OUT; o++) {
                int64_t want = num_clamp(shift_round(v2[o], s2 + o1 - o2), -top - 1, top);
                if (want != got[m * OUT + o])
                    fail_msg("T %d W %d image %d score %d: %lld, want %lld", t, w, m, o,
                             (long long)got[m * OUT + o], (long long)want);
            }
        }
        for (int i = 1; i < n->snn.n_node; i++)
            for (int o = 0; o < n->snn.node[i].shape.c; o++) {
                int64_t theta = graph_role(&n->snn, &n->snn.node[i], ROLE_theta)->i64[o];
                assert_true(theta > 0 && (theta & (theta - 1)) == 0);
            }
        net_delete(n);
    }
}

static void test_e3ne_refuses(void **state)
{
    (void)state;
    Net *n = all_kinds(1);
    refused(n, &(QuantOptions){ .scheme = QUANT_E3NE, .steps = 4, .weight_bits = 4 },
            ERR_UNSUPPORTED, "conv2"); /* no ReLU */
    net_delete(n);
    n = all_kinds(1);
    refused(n, &(QuantOptions){ .scheme = QUANT_E3NE, .steps = 4, .weight_bits = 1 },
            ERR_UNSUPPORTED, "conv1");
    net_delete(n);
    n = all_kinds(1);
    images(n, true);
    refused(n, &(QuantOptions){ .scheme = QUANT_E3NE, .steps = 4, .weight_bits = 3 },
            ERR_UNSUPPORTED, "conv1"); /* negative images */
    net_delete(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_bits_are_close), cmocka_unit_test(test_signed_and_names),
        cmocka_unit_test(test_name_rules),          cmocka_unit_test(test_dead_channel),
        cmocka_unit_test(test_ends_in_codes),       cmocka_unit_test(test_frac_bits),
        cmocka_unit_test(test_every_t_and_w),       cmocka_unit_test(test_prove_refuses),
        cmocka_unit_test(test_prove_is_tight),      cmocka_unit_test(test_input),
        cmocka_unit_test(test_layer_options),       cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_many_positions),
        cmocka_unit_test(test_hopeless),            cmocka_unit_test(test_threads),
        cmocka_unit_test(test_refine),              cmocka_unit_test(test_mirror),
        cmocka_unit_test(test_each_left_out),
        cmocka_unit_test(test_e3ne),                cmocka_unit_test(test_e3ne_refuses),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    omp_set_num_threads(1);
    return cmocka_run_group_tests_name("quantize", tests, NULL, NULL);
}
