/* t_pass.c - pass: tests/pass/NAME.il through the pass that it names gives NAME.want.il, or the
 * problem that it names; on the same random images the network computes the same before and after.
 * Then random networks from printed seeds through all passes.
 *
 * Lines of a case's head: "# pass NAME", "# problem NODE|TEXT", "# negative TENSOR" (its first
 * number is made negative). Tensors are filled from a seed. */
#include "fixture.h"
#include "base/rng.h"
#include "ir/eval.h"
#include "ir/text.h"
#include "pass/pass.h"
#include <dirent.h>
#include <math.h>

#define FOLDER "tests/pass/"
enum { IMAGES = 5 };
static Arena scratch;

/* --- networks and their outputs --- */

static float centred(Rng *r) { return (float)(2 * rng_unit(r) - 1); }

/* Weights about 0; gamma and var positive. */
static void fill(Graph *g, uint64_t seed)
{
    Rng r = { seed };
    for (int i = 0; i < g->n_node; i++)
        for (Role k = 0; k < ROLE_COUNT; k++) {
            Tensor *t = graph_role(g, &g->node[i], k);
            for (int64_t j = 0; t && j < tensor_count(t); j++)
                t->f32[j] = k == ROLE_gamma || k == ROLE_var ? 1 + 0.9f * centred(&r) : centred(&r);
        }
}

/* The outputs of IMAGES random images, [IMAGES * count]. */
static const float *outputs(const Graph *g, size_t *count)
{
    Rng r = { 99 };
    size_t in = (size_t)shape_count(g->node[0].shape);
    float *x = NEW(&mem, float, IMAGES * in);
    for (size_t i = 0; i < IMAGES * in; i++) x[i] = centred(&r);
    float **out = NEW(&mem, float *, (size_t)g->n_node);
    *count = IMAGES * (size_t)shape_count(g->node[g->n_node - 1].shape);
    out[g->n_node - 1] = NEW(&mem, float, *count);
    ok(eval_graph(g, x, IMAGES, out, mem, &ctx));
    return out[g->n_node - 1];
}

static void same(const float *a, const float *b, size_t n, Keeps keeps)
{
    double scale = 1e-3;
    for (size_t i = 0; i < n; i++) scale = fmax(scale, fabs((double)a[i]));
    for (size_t i = 0; i < n; i++) {
        bool close = fabs((double)a[i] - (double)b[i]) <= 1e-5 * scale;
        if (!(keeps == KEEPS_BITS ? a[i] == b[i] : close))
            fail_msg("output %zu was %.9g, is %.9g", i, (double)a[i], (double)b[i]);
    }
}

/* --- cases in files --- */

/* What follows "# KEY " in the text's head, NULL if nothing does. */
static const char *directive(const char *text, const char *key)
{
    const char *at = strstr(text, arena_printf(&mem, "# %s ", key));
    if (!at)
        return NULL;
    at += strlen(key) + 3;
    return arena_strn(&mem, at, strcspn(at, "\n"));
}

static Graph load(const char *path, const char **text)
{
    size_t n;
    Graph g = graph_new(&mem);
    *text = (const char *)bytes_of(path, &n);
    ok(graph_parse(*text, n, path, &g, &ctx));
    fill(&g, 1);
    const char *negative = directive(*text, "negative");
    for (int i = 0; negative && i < g.n_tensor; i++)
        if (!strcmp(g.tensor[i].name, negative))
            g.tensor[i].f32[0] *= -1;
    return g;
}

static void expect_problem(Err e, const char *want)
{
    const Ctx *c = taken();
    const char *bar = strchr(want, '|');
    assert_int_not_equal(e, ERR_NONE);
    assert_int_equal(c->n_problem, 1);
    if (strncmp(c->problem[0].node, want, (size_t)(bar - want)) ||
        !strstr(c->problem[0].text, bar + 1))
        fail_msg("'%s|%s', want '%s'", c->problem[0].node, c->problem[0].text, want);
}

static void file_case(void **state)
{
    const char *name = *state, *text, *want;
    PassStat st;
    size_t n, m;
    Graph g = load(arena_printf(&mem, FOLDER "%s.il", name), &text);
    const Pass *p = pass_find(directive(text, "pass"));
    assert_non_null(p);
    const float *before = outputs(&g, &n);
    Err e = pass_run(p, &g, scratch, &st, &ctx);
    if (directive(text, "problem")) {
        expect_problem(e, directive(text, "problem"));
        return;
    }
    ok(e);
    assert_true(st.n_rewrites > 0);
    Buf b = { 0 };
    ok(graph_print(&g, &b, &ctx));
    want = (const char *)bytes_of(arena_printf(&mem, FOLDER "%s.want.il", name), &m);
    assert_string_equal(b.p, want);
    buf_free(&b);
    const float *after = outputs(&g, &m);
    assert_int_equal(n, m);
    same(before, after, n, p->keeps);
}

/* --- random networks --- */

static int after(Graph *g, Op op, const char *name)
{
    int i = graph_node(g, op, arena_printf(&mem, "%s%d", name, g->n_node));
    g->node[i].in[0] = i - 1;
    return i;
}

static void give(Graph *g, int i, Role r, int rank, const int *dim)
{
    int t = graph_tensor(g, arena_printf(&mem, "%s.%s", g->node[i].name, role_name[r]), DT_F32,
                         rank, dim);
    g->node[i].role[r] = t;
}

static void random_window(Graph *g, int i, Rng *r, int most_pad)
{
    for (int d = 0; d < 2; d++) {
        g->node[i].kernel[d] = (int)rng_range(r, 2, 3);
        g->node[i].stride[d] = (int)rng_range(r, 1, 2);
    }
    for (int d = 0; d < 4; d++) g->node[i].pad[d] = (int)rng_range(r, 0, most_pad);
}

/* One more operator after those that are there, its shape computed; false if none fits. */
static bool grow(Graph *g, Op op, Rng *r)
{
    static const char *const names[] = { [OP_CONV2D] = "conv", [OP_DENSE] = "fc", [OP_BNORM] = "bn",
                                         [OP_RELU] = "relu", [OP_MAXPOOL] = "pool",
                                         [OP_FLATTEN] = "flat" };
    Shape in = g->node[g->n_node - 1].shape;
    int i = after(g, op, names[op]), o = (int)rng_range(r, 2, 5);
    Node *n = &g->node[i];
    if (op == OP_CONV2D || op == OP_MAXPOOL)
        random_window(g, i, r, op == OP_CONV2D ? (int)rng_below(r, 2) : 1);
    if (op == OP_CONV2D)
        give(g, i, ROLE_w, 4, (int[]){ o, in.c, n->kernel[0], n->kernel[1] });
    if (op == OP_DENSE)
        give(g, i, ROLE_w, 2, (int[]){ o, (int)shape_count(in) });
    if ((op == OP_CONV2D || op == OP_DENSE) && rng_below(r, 2))
        give(g, i, ROLE_b, 1, &o);
    for (Role k = ROLE_gamma; op == OP_BNORM && k <= ROLE_var; k++) give(g, i, k, 1, &in.c);
    n->eps[0] = op == OP_BNORM ? 1e-5 : 0;
    Err e = ir_node_shape(g, n, in, &n->shape, &ctx);
    taken();
    g->n_node -= e != ERR_NONE;
    return !e;
}

/* Convolutions, then dense layers, with everything else anywhere. */
static Graph random_network(uint64_t seed)
{
    static const Op early[] = { OP_CONV2D, OP_CONV2D, OP_BNORM, OP_RELU, OP_MAXPOOL };
    static const Op late[]  = { OP_DENSE, OP_RELU, OP_BNORM };
    Rng r = { seed };
    Graph g = graph_new(&mem);
    int x = graph_node(&g, OP_INPUT, "x");
    g.node[x].shape = (Shape){ (int)rng_range(&r, 1, 3), (int)rng_range(&r, 8, 14), 12 };
    for (int k = (int)rng_range(&r, 1, 7); k > 0; k--) grow(&g, early[rng_below(&r, 5)], &r);
    grow(&g, OP_FLATTEN, &r);
    grow(&g, OP_DENSE, &r);
    for (int k = (int)rng_range(&r, 0, 4); k > 0; k--) grow(&g, late[rng_below(&r, 3)], &r);
    ok(ir_shape(&g, &ctx));
    fill(&g, seed);
    for (int i = 0; i < g.n_node; i++) /* a quarter of the normalisations turn a channel round */
        if (g.node[i].op == OP_BNORM && rng_below(&r, 4) == 0)
            graph_role(&g, &g.node[i], ROLE_gamma)->f32[0] *= -1;
    return g;
}

static void only_what_quantising_takes(const Graph *g)
{
    for (int i = 0; i < g->n_node; i++) {
        Op op = g->node[i].op;
        assert_true(op == OP_INPUT || op == OP_CONV2D || op == OP_DENSE || op == OP_RELU ||
                    op == OP_MAXPOOL);
        if (op == OP_RELU)
            assert_true(g->node[i - 1].op != OP_MAXPOOL && g->node[i - 1].op != OP_RELU);
    }
}

static void random_networks_stay_what_they_are(void **state)
{
    (void)state;
    Arena start = mem;
    int folded = 0, told = 0;
    for (uint64_t seed = 1; seed <= 400; seed++, mem = start) {
        PassStat st[PASS_COUNT];
        size_t n, m;
        Graph g = random_network(seed);
        const float *before = outputs(&g, &n);
        print_message("# seed %d\n", (int)seed);
        if (pass_run_all(&g, scratch, st, &ctx)) {
            assert_true(taken()->n_problem > 0);
            told++;
            continue;
        }
        only_what_quantising_takes(&g);
        const float *now = outputs(&g, &m);
        assert_int_equal(n, m);
        same(before, now, n, KEEPS_CLOSE);
        folded += st[0].n_rewrites;
    }
    assert_true(folded > 100 && told > 20 && told < 300);
}

static void what_a_pass_needs_is_checked(void **state)
{
    (void)state;
    PassStat st;
    Graph g = random_network(3);
    g.props = 0;
    wrong(pass_run(pass_find("fold-bn"), &g, scratch, &st, &ctx), ERR_UNSUPPORTED, "not ready");
    assert_null(pass_find("fold"));
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

/* One test a case file. */
static int file_tests(struct CMUnitTest *t, int most)
{
    int n = 0;
    DIR *d = opendir(FOLDER);
    for (struct dirent *f; d && n < most && (f = readdir(d));) {
        size_t len = strlen(f->d_name);
        if (len < 4 || strcmp(f->d_name + len - 3, ".il") || strstr(f->d_name, ".want."))
            continue;
        char *name = arena_strn(&mem, f->d_name, len - 3);
        t[n++] = (struct CMUnitTest){ name, file_case, NULL, NULL, name };
    }
    if (d)
        closedir(d);
    qsort(t, (size_t)n, sizeof *t, by_name);
    return n;
}

int main(void)
{
    fixture_start();
    scratch = arena_new((size_t)64 << 20);
    struct CMUnitTest tests[64] = { cmocka_unit_test(random_networks_stay_what_they_are),
                                    cmocka_unit_test(what_a_pass_needs_is_checked) };
    int n = file_tests(tests + 2, 62);
    if (n == 0) {
        printf("not ok - no cases in " FOLDER "; run from the repository's root\n");
        return 1;
    }
    return _cmocka_run_group_tests("pass", tests, (size_t)n + 2, NULL, NULL);
}
