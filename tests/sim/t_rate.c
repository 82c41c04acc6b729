/* Rate codes against a simulation of its own that knows no events, no layout and no integers of
 * its own making: it counts spikes as the formulas say (sim/rate.h), neuron by neuron; and cases
 * whose answer is known without any simulation. */
#include "sim/random_snn.h"
#include "sim/rate.h"
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h> /* last: its fail() is a macro */

enum { SEEDS = 250, IMAGES = 3, STEPS = 40 };

typedef struct Result { int64_t *logit; int *label; RateCount *count; } Result;

static int64_t n_classes(const Graph *g) { return shape_count(g->node[g->n_node - 1].shape); }

static Result result_new(const Graph *g, int n, int steps, Arena *a)
{
    return (Result){ NEW(a, int64_t, (size_t)(n * steps * n_classes(g))),
                     NEW(a, int, (size_t)(n * steps)), NEW(a, RateCount, (size_t)g->n_node) };
}

static Result run(const Graph *g, const int16_t *code, int n, int steps, bool half, Arena *a,
                  Arena scratch)
{
    Ctx c = { 0 };
    Rate *rate;
    Result r = result_new(g, n, steps, a);
    assert_int_equal(0, rate_new(g, steps, half, &scratch, &rate, &c));
    assert_int_equal(0, rate_run(rate, &(SimInput){ .code = code, .n = n },
                                 &(RateOut){ r.logit, r.label }, r.count, scratch, &c));
    return r;
}

/* ---- the same, by the book: every neuron keeps its spikes of all steps as a string of 0 and 1,
 * every sum starts anew from those strings in every step ---- */

typedef struct Book { const Graph *g; char **train[8]; int steps; bool half; } Book;

static char *train_of(const Book *k, int node, int64_t neuron) { return k->train[node][neuron]; }

/* What neuron (o,i,j) of a synapse layer is given in step t; met counts spikes at synapses. */
static int64_t given(const Book *k, const Node *n, int o, int i, int j, int t, int64_t *met)
{
    const Tensor *w = graph_role(k->g, n, ROLE_w);
    Shape s = k->g->node[n->in[0]].shape;
    bool dense = n->op == OP_S_DENSE;
    int kh = dense ? s.h : n->kernel[0], kw = dense ? s.w : n->kernel[1];
    int64_t sum = 0, at = (int64_t)o * s.c * kh * kw;
    for (int c = 0; c < s.c; c++)
        for (int u = 0; u < kh; u++)
            for (int v = 0; v < kw; v++, at++) {
                int row = dense ? u : i * n->stride[0] + u - n->pad[0];
                int col = dense ? v : j * n->stride[1] + v - n->pad[1];
                if (row < 0 || col < 0 || row >= s.h || col >= s.w)
                    continue;
                if (train_of(k, n->in[0], (c * s.h + row) * s.w + col)[t] == '1') {
                    sum += w->i8[at];
                    ++*met;
                }
            }
    return sum;
}

static int64_t top(const Node *n) { return ((int64_t)1 << n->steps[0]) - 1; }

/* The potential from the sums of all steps so far and the spikes fired so far. */
static void book_neuron(const Book *k, const Node *n, int id, int o, int64_t neuron, int64_t *logit,
                        RateCount *count)
{
    int i = (int)(neuron / n->shape.w % n->shape.h), j = (int)(neuron % n->shape.w);
    const Tensor *w = graph_role(k->g, n, ROLE_w), *theta = graph_role(k->g, n, ROLE_theta);
    int64_t taps = tensor_count(w) / w->dim[0], b = graph_role(k->g, n, ROLE_bias)->i64[o];
    int64_t kin = top(&k->g->node[n->in[0]]), dead = 1, fired = 0;
    for (int64_t x = 0; x < taps; x++) dead &= w->i8[o * taps + x] == 0;
    int64_t sum = 0; /* of all spikes given so far */
    for (int t = 0; t < k->steps; t++) {
        sum += given(k, n, o, i, j, t, &count->sops[t]);
        if (n->steps[0] == 0) {
            logit[t * n_classes(k->g) + neuron] = sum * kin + (t + 1) * b;
            continue;
        }
        int64_t th = theta->i64[o], peak = 2 * th * top(n);
        int64_t u = sum * 2 * kin * ((int64_t)1 << n->frac_bits[0])
                     + (t + 1) * (2 * b - (dead ? 0 : th)) + (k->half ? peak / 2 : 0)
                     - fired * peak;
        int spike = u >= peak;
        fired += spike;
        count->spikes[t] += spike;
        train_of(k, id, neuron)[t] = (char)('0' + spike);
    }
}

/* How many of the first steps have a spike. */
static int ones(const char *train, int steps)
{
    int n = 0;
    for (int t = 0; t < steps; t++) n += train[t] == '1';
    return n;
}

static int most_ones(const Book *k, const Node *n, int c, int i, int j, int steps)
{
    Shape s = k->g->node[n->in[0]].shape;
    int best = 0;
    for (int u = 0; u < n->kernel[0]; u++)
        for (int v = 0; v < n->kernel[1]; v++) {
            int row = i * n->stride[0] + u - n->pad[0], col = j * n->stride[1] + v - n->pad[1];
            bool in = row >= 0 && col >= 0 && row < s.h && col < s.w;
            int m = in ? ones(train_of(k, n->in[0], (c * s.h + row) * s.w + col), steps) : 0;
            best = m > best ? m : best;
        }
    return best;
}

static void book_pool(const Book *k, const Node *n, int id, int64_t neuron, RateCount *count)
{
    int c = (int)(neuron / ((int64_t)n->shape.w * n->shape.h));
    int i = (int)(neuron / n->shape.w % n->shape.h), j = (int)(neuron % n->shape.w);
    for (int t = 0; t < k->steps; t++) {
        int spike = most_ones(k, n, c, i, j, t + 1) > most_ones(k, n, c, i, j, t);
        count->spikes[t] += spike;
        train_of(k, id, neuron)[t] = (char)('0' + spike);
    }
}

/* n steps of a code: floor((n code + start) / top) spikes, start 0 or half the top. */
static void book_input(const Book *k, const int16_t *code, RateCount *count)
{
    const Node *n = &k->g->node[0];
    int64_t start = k->half ? top(n) / 2 : 0;
    for (int64_t x = 0; x < shape_count(n->shape); x++)
        for (int t = 0; t < k->steps; t++) {
            int64_t now = ((t + 1) * code[x] + start) / top(n);
            int64_t was = (t * code[x] + start) / top(n);
            count->spikes[t] += now - was;
            train_of(k, 0, x)[t] = (char)('0' + (now - was));
        }
}

static void book_image(const Book *k, const int16_t *code, int64_t *logit, int *label,
                       RateCount *count)
{
    const Node *last = &k->g->node[k->g->n_node - 1];
    book_input(k, code, count);
    for (int id = 1; id < k->g->n_node; id++) {
        const Node *n = &k->g->node[id];
        int64_t pixels = (int64_t)n->shape.h * n->shape.w;
        for (int64_t x = 0; x < shape_count(n->shape); x++) {
            if (n->op == OP_S_MAXPOOL)
                book_pool(k, n, id, x, &count[id]);
            else
                book_neuron(k, n, id, (int)(x / pixels), x, logit, &count[id]);
        }
    }
    for (int t = 0; t < k->steps; t++) {
        int64_t *l = logit + t * n_classes(k->g);
        for (int64_t x = 0; x < n_classes(k->g); x++) {
            if (last->steps[0])
                l[x] = ones(train_of(k, k->g->n_node - 1, x), t + 1);
            if (l[x] > l[label[t]])
                label[t] = (int)x;
        }
    }
}

static Result by_the_book(const Graph *g, const int16_t *code, int n, int steps, bool half,
                          Arena *a)
{
    Book k = { .g = g, .steps = steps, .half = half };
    Result r = result_new(g, n, steps, a);
    for (int i = 0; i < g->n_node; i++) {
        int64_t neurons = shape_count(g->node[i].shape);
        k.train[i] = NEW(a, char *, (size_t)neurons);
        for (int64_t x = 0; x < neurons; x++) k.train[i][x] = NEW(a, char, (size_t)steps);
    }
    for (int m = 0; m < n; m++)
        book_image(&k, code + m * shape_count(g->node[0].shape),
                   r.logit + (int64_t)m * steps * n_classes(g), r.label + m * steps, r.count);
    return r;
}

static void same(uint64_t seed, const Graph *g, int n, int steps, const Result *want,
                 const Result *got)
{
    for (int i = 0; i < g->n_node; i++)
        for (int t = 0; t < steps; t++)
            if (want->count[i].spikes[t] != got->count[i].spikes[t]
                || want->count[i].sops[t] != got->count[i].sops[t])
                fail_msg("seed %llu node %d step %d: %lld spikes, want %lld; SOPs %lld, want %lld",
                         (unsigned long long)seed, i, t, (long long)got->count[i].spikes[t],
                         (long long)want->count[i].spikes[t], (long long)got->count[i].sops[t],
                         (long long)want->count[i].sops[t]);
    for (int64_t x = 0; x < n * steps * n_classes(g); x++)
        if (want->logit[x] != got->logit[x])
            fail_msg("seed %llu, score %lld: %lld, want %lld", (unsigned long long)seed,
                     (long long)x, (long long)got->logit[x], (long long)want->logit[x]);
    for (int x = 0; x < n * steps; x++) assert_int_equal(want->label[x], got->label[x]);
}

static bool has_signed(const Graph *g)
{
    for (int i = 0; i < g->n_node; i++)
        if (g->node[i].signed_out[0])
            return true;
    return false;
}

static void test_by_the_book(void **state)
{
    (void)state;
    Arena perm = arena_new((size_t)1 << 30), scratch = arena_new((size_t)1 << 30);
    int tried = 0, firing = 0, pools = 0, out_of_phase = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Arena a = perm;
        Graph g = random_snn(seed, &a);
        bool half = seed & 1;
        if (has_signed(&g))
            continue;
        int16_t *code = random_codes(seed + 3000000, &g.node[0], IMAGES, &a);
        omp_set_num_threads(1 + (int)(seed % 3));
        Result want = by_the_book(&g, code, IMAGES, STEPS, half, &a);
        Result got = run(&g, code, IMAGES, STEPS, half, &a, scratch);
        same(seed, &g, IMAGES, STEPS, &want, &got);
        tried++;
        for (int i = 1; i < g.n_node; i++) {
            firing += want.count[i].spikes[STEPS - 1] > 0;
            pools += g.node[i].op == OP_S_MAXPOOL && want.count[i].spikes[STEPS - 1] > 0;
            out_of_phase += want.count[i].spikes[STEPS - 1] != want.count[i].spikes[STEPS - 2];
        }
    }
    /* The seeds are any good. */
    if (tried < 80 || firing < 60 || pools < 15 || out_of_phase < 40)
        fail_msg("%d networks, %d layers fire, %d pools, %d vary", tried, firing, pools,
                 out_of_phase);
    arena_delete(perm);
    arena_delete(scratch);
}

/* ---- known answers: one input pixel of 4 bits, one neuron of weight q, 2 bits out ---- */

typedef struct Tiny { Arena perm, left, scratch; Graph g; } Tiny; /* perm: whole */

static Tiny *tiny_new(int q, int64_t theta, int64_t bias)
{
    Arena perm = arena_new((size_t)1 << 24), a = perm;
    Tiny *t = NEW(&a, Tiny, 1);
    *t = (Tiny){ perm, a, arena_new((size_t)1 << 24), { 0 } };
    t->g = graph_new(&t->left);
    int in = graph_node(&t->g, OP_S_INPUT, "x"), id = graph_node(&t->g, OP_S_DENSE, "y");
    int dim[] = { 1, 1 };
    int w = graph_tensor(&t->g, "w", DT_I8, 2, dim);
    int th = graph_tensor(&t->g, "theta", DT_I64, 1, dim);
    int b = graph_tensor(&t->g, "bias", DT_I64, 1, dim);
    Node *n = &t->g.node[id];
    t->g.node[in].shape = n->shape = (Shape){ 1, 1, 1 };
    t->g.node[in].steps[0] = n->steps_in[0] = 4;
    t->g.node[in].scale[0] = n->scale[0] = 1;
    n->steps[0] = 2;
    n->weight_bits[0] = 8;
    n->acc_bits[0] = n->pot_bits[0] = 20;
    n->in[0] = in;
    n->role[ROLE_w] = w;
    n->role[ROLE_theta] = th;
    n->role[ROLE_bias] = b;
    t->g.tensor[w].i8[0] = (int8_t)q;
    t->g.tensor[th].i64[0] = theta;
    t->g.tensor[b].i64[0] = bias;
    t->g.props |= PROP_SPIKES | PROP_SHAPED;
    return t;
}

static void tiny_delete(Tiny *t)
{
    Arena perm = t->perm;
    arena_delete(t->scratch);
    arena_delete(perm);
}

/* Spikes of input and neuron in the first n of 256 steps. */
static void spikes_of(Tiny *t, int code, bool half, int n, int64_t *in, int64_t *out)
{
    int16_t k = (int16_t)code;
    Result r = run(&t->g, &k, 1, RATE_MAX_STEPS, half, &t->left, t->scratch);
    *in = *out = 0;
    for (int s = 0; s < n; s++) {
        *in += r.count[0].spikes[s];
        *out += r.count[1].spikes[s];
    }
}

static void check_tiny(int q, int64_t theta, int64_t bias, int code, bool half, int n,
                       int64_t want_in, int64_t want_out)
{
    Tiny *t = tiny_new(q, theta, bias);
    int64_t in, out;
    spikes_of(t, code, half, n, &in, &out);
    if (in != want_in || out != want_out)
        fail_msg("q %d Theta %lld B %lld code %d, %d steps: %lld, %lld spikes, want %lld, %lld", q,
                 (long long)theta, (long long)bias, code, n, (long long)in, (long long)out,
                 (long long)want_in, (long long)want_out);
    tiny_delete(t);
}

static void test_known(void **state)
{
    (void)state;
    for (int half = 0; half < 2; half++) {
        check_tiny(1, 5, 2, 0, half, 256, 0, 0);      /* nothing in, no bias but the rounding's */
        check_tiny(1, 10, 5, 15, half, 256, 256, 128); /* 15 of 2 codes of 10: half of code 3    */
        check_tiny(1, 5, 2, 15, half, 100, 100, half ? 97 : 96); /* just below 3 codes: 29/30    */
        check_tiny(2, 5, 2, 15, half, 256, 256, 256);  /* twice that: saturated                  */
        check_tiny(-1, 5, 2, 15, half, 256, 256, 0);   /* negative: silent, whatever it owes      */
        check_tiny(0, 6, 12, 9, half, 255, 153, 170);  /* no weights: B is code 2 of 3            */
        check_tiny(0, 6, -6, 9, half, 255, 153, 0);
    }
    check_tiny(1, 10, 25, 0, false, 96, 0, 64);        /* bias alone: code 2 of 3                */
    check_tiny(1, 10, 5, 8, false, 15, 8, 4);          /* code 8: 8 spikes in 15 steps           */
    check_tiny(1, 10, 5, 8, true, 15, 8, 4);
    check_tiny(1, 10, 5, 8, false, 1, 0, 0);           /* empty: late                            */
    check_tiny(1, 10, 5, 8, true, 1, 1, 1);            /* half charged: rounded                  */
}

/* Refusals, by name. */
static void test_refused(void **state)
{
    (void)state;
    Ctx c = { 0 };
    Rate *r;
    Tiny *t = tiny_new(1, 5, 2);
    assert_int_equal(ERR_OPTION, rate_new(&t->g, 257, false, &t->scratch, &r, &c));
    assert_int_equal(ERR_OPTION, rate_new(&t->g, 0, false, &t->scratch, &r, &c));
    t->g.node[1].signed_out[0] = 1;
    memset(&c, 0, sizeof c);
    assert_int_equal(ERR_UNSUPPORTED, rate_new(&t->g, 1, false, &t->scratch, &r, &c));
    assert_string_equal("y", c.first.node);
    t->g.node[1].signed_out[0] = 0;
    t->g.node[1].frac_bits[0] = 60;
    memset(&c, 0, sizeof c);
    assert_int_equal(ERR_RANGE, rate_new(&t->g, 1, false, &t->scratch, &r, &c));
    tiny_delete(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_the_book), cmocka_unit_test(test_known),
        cmocka_unit_test(test_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
