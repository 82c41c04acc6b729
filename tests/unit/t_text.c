/* t_text.c - ir/text: print and parse are inverse, files come back, errors name file and line. */
#include "fixture.h"
#include "base/rng.h"
#include "ir/text.h"
#include <math.h>

#define HEAD "e3ne-il 1\nprops shaped\n"
static const char *const small =
    HEAD
    "input \"x\" () -> 1x4x4\n"
    "conv2d \"c\\\"1\\\\\" (\"x\") kernel=3,3 stride=1,1 pad=0,0,0,0 w=\"c.w\":f32[2,1,3,3] "
    "b=\"c.b\":f32[2] -> 2x2x2\n"
    "bnorm \"n\\x0a\" (\"c\\\"1\\\\\") eps=1.0000000000000001e-05 gamma=\"n.g\":f32[2] "
    "beta=\"n.b\":f32[2] mean=\"n.m\":f32[2] var=\"n.v\":f32[2] -> 2x2x2\n";

static Graph parsed(const char *text)
{
    Graph g = graph_new(&mem);
    ok(graph_parse(text, strlen(text), "t.il", &g, &ctx));
    return g;
}

static const char *printed(const Graph *g)
{
    Buf b = { 0 };
    ok(graph_print(g, &b, &ctx));
    const char *s = arena_str(&mem, b.p);
    buf_free(&b);
    return s;
}

static void print_of_parse_is_the_text(void **state)
{
    (void)state;
    Graph g = parsed(small);
    assert_string_equal(printed(&g), small);
    assert_string_equal(g.node[2].name, "n\n");
}

static void blanks_and_comments_do_not_matter(void **state)
{
    (void)state;
    Graph g = parsed("# a network\n\n e3ne-il 1 # the form\n\tprops\r\n\n"
                     "input \"x\"()->1x2x3 # the end");
    assert_string_equal(printed(&g), "e3ne-il 1\nprops\ninput \"x\" () -> 1x2x3\n");
}

/* A spiking layer: every kind of attribute, the widest numbers, doubles of any bits. */
static Graph random_graph(uint64_t seed)
{
    Rng r = { seed };
    Graph g = graph_new(&mem);
    int x = graph_node(&g, OP_S_INPUT, arena_printf(&mem, "in%d", (int)rng_below(&r, 9)));
    g.node[x].shape    = (Shape){ (int)rng_range(&r, 1, 9), (int)rng_range(&r, 1, 9), 4 };
    g.node[x].steps[0] = (int)rng_range(&r, 1, 8);
    g.node[x].scale[0] = ldexp(rng_unit(&r), (int)rng_range(&r, -300, 300));
    int in = (int)shape_count(g.node[x].shape), o = (int)rng_range(&r, 1, 7);
    int d = graph_node(&g, OP_S_DENSE, "fc \"1\"");
    g.node[d].in[0]      = x;
    g.node[d].shape      = (Shape){ o, 1, 1 };
    g.node[d].acc_min[0] = INT64_MIN + (int64_t)rng_below(&r, 5);
    g.node[d].acc_max[0] = INT64_MAX - (int64_t)rng_below(&r, 5);
    g.node[d].frac_bits[0] = -(int)rng_below(&r, 100);
    g.node[d].scale[0]   = rng_unit(&r) / 3;
    int w = graph_tensor(&g, "fc.w", DT_I8, 2, (int[]){ o, in });
    int b = graph_tensor(&g, "fc.bias", DT_I64, 1, &o);
    g.node[d].role[ROLE_w]    = w;
    g.node[d].role[ROLE_bias] = b;
    for (int k = 0; k < o * in; k++) g.tensor[w].i8[k] = (int8_t)rng_u64(&r);
    for (int k = 0; k < o; k++) g.tensor[b].i64[k] = (int64_t)rng_u64(&r);
    return g;
}

static void random_graphs_come_back(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        Graph g = random_graph(seed), h = graph_new(&mem);
        const char *text = printed(&g);
        ok(graph_save(dir, "snn.il", "tensors.npz", &g, &ctx));
        ok(graph_load(dir, "snn.il", "tensors.npz", &h, &ctx));
        assert_string_equal(printed(&h), text);
        assert_memory_equal(&g.node[1].scale, &h.node[1].scale, sizeof(double));
        for (Role k = 0; k < ROLE_COUNT; k++) {
            const Tensor *a = graph_role(&g, &g.node[1], k), *b = graph_role(&h, &h.node[1], k);
            assert_true(!a == !b);
            if (a)
                assert_memory_equal(a->p, b->p, (size_t)tensor_count(a) * dtype_bytes(a->type));
        }
    }
}

static void archives_must_fit(void **state)
{
    (void)state;
    Graph g = random_graph(7), other = random_graph(8), h = graph_new(&mem);
    ok(graph_save(dir, "a.il", "a.npz", &g, &ctx));
    ok(graph_save(dir, "b.il", "b.npz", &other, &ctx));
    wrong(graph_load(dir, "a.il", "b.npz", &h, &ctx), ERR_FORMAT, "line 4: the tensor 'fc.w' in");
    h = parsed("e3ne-il 1\nprops\ninput \"x\" () -> 1x1x1\n");
    ok(graph_save(dir, "c.il", "c.npz", &h, &ctx));
    h = graph_new(&mem);
    wrong(graph_load(dir, "a.il", "c.npz", &h, &ctx), ERR_FORMAT, "holds no tensor 'fc.w'");
    h = graph_new(&mem);
    ok(graph_load(dir, "c.il", "c.npz", &h, &ctx));
    wrong(graph_load(dir, "none.il", "c.npz", &h, &ctx), ERR_IO, "open");
}

static void names_must_differ(void **state)
{
    (void)state;
    Graph g = parsed(small);
    Buf b = { 0 };
    g.node[2].name = "x";
    wrong(graph_print(&g, &b, &ctx), ERR_FORMAT, "two nodes");
    buf_free(&b);
    g = parsed(small);
    g.tensor[1].name = "c.w";
    wrong(graph_save(dir, "d.il", "d.npz", &g, &ctx), ERR_FORMAT, "two tensors");
}

static void errors_name_the_line(void **state)
{
    (void)state;
    static const struct { const char *text; Err want; const char *say; } cases[] = {
        { "", ERR_FORMAT, "line 1: a word" },
        { "e3ne-il 2\nprops\n", ERR_UNSUPPORTED, "line 1: version 2" },
        { "e3ne-il 1\n", ERR_FORMAT, "ends too early" },
        { "e3ne-il 1\nprops round\n", ERR_FORMAT, "line 2: no property 'round'" },
        { HEAD "input \"x\" () -> 1x4\n", ERR_FORMAT, "line 3: '1x4' is no shape" },
        { HEAD "input \"x\" () -> 1x4x99999999999\n", ERR_FORMAT, "is no shape" },
        { HEAD "input \"x\" () -> 65536x65536x1\n", ERR_LIMIT, "a map of" },
        { HEAD "input \"x () -> 1x4x4\n", ERR_FORMAT, "line 3: a name is not closed" },
        { HEAD "input \"x\\q\" () -> 1x4x4\n", ERR_FORMAT, "bad escape" },
        { HEAD "input \"x\\x0\" () -> 1x4x4\n", ERR_FORMAT, "bad escape" },
        { HEAD "input \"x\\x00\" () -> 1x4x4\n", ERR_FORMAT, "bad escape" },
        { HEAD "input \"x\" () -> 1x4x4 more\n", ERR_FORMAT, "something follows" },
        { HEAD "magic \"x\" () -> 1x4x4\n", ERR_FORMAT, "no operator 'magic'" },
        { HEAD "relu \"r\" (\"x\") -> 1x4x4\n", ERR_FORMAT, "no node \"x\"" },
        { HEAD "relu \"r\" (\"r\") -> 1x4x4\n", ERR_FORMAT, "no node \"r\"" },
        { HEAD "input \"x\" () -> 1x4x4\ninput \"x\" () -> 1x4x4\n", ERR_FORMAT,
          "line 4: two nodes have the name" },
        { HEAD "input \"x\" () -> 1x4x4\nrelu \"r\" (\"x\") eps=1 -> 1x4x4\n", ERR_FORMAT,
          "relu takes no 'eps'" },
        { HEAD "input \"x\" () -> 1x4x4\nmaxpool \"p\" (\"x\") kernel=2,2 stride=2,2 -> 1x2x2\n",
          ERR_FORMAT, "maxpool lacks an attribute" },
        { HEAD "input \"x\" () -> 1x4x4\nmaxpool \"p\" (\"x\") kernel=2,2 kernel=2,2 -> 1x2x2\n",
          ERR_FORMAT, "there twice" },
        { HEAD "input \"x\" () -> 1x4x4\nmaxpool \"p\" (\"x\") kernel=2,2.5 -> 1x2x2\n", ERR_FORMAT,
          "'2.5' is no integer" },
        { HEAD "input \"x\" () -> 1x4x4\nmaxpool \"p\" (\"x\") kernel=2,99999999999 -> 1x2x2\n",
          ERR_FORMAT, "'99999999999' is no integer" },
        { HEAD "input \"x\" () -> 1x4x4\nmaxpool \"p\" (\"x\") kernel=2,2 stride=2,2 "
          "pad=0,0,0,0 -> 1x3x3\n", ERR_SHAPE, "says 1x3x3, computes 1x2x2" },
        { HEAD "input \"x\" () -> 1x4x4\nbnorm \"n\" (\"x\") eps=nan -> 1x4x4\n", ERR_FORMAT,
          "'nan' is no finite number" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") w=\"w\":f32[2,16] b=\"w\":f32[2] -> "
          "2x1x1\n", ERR_FORMAT, "the tensor 'w' is used twice" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") w=\"w\":f16[2,16] -> 2x1x1\n",
          ERR_FORMAT, "no tensor type 'f16'" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") w=\"w\":f32[65536,65536] -> 2x1x1\n",
          ERR_LIMIT, "tensors of more than" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") w=\"w\":f32[2147483647,2147483647] -> "
          "2x1x1\n", ERR_LIMIT, "too large" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") w=\"w\":f32[1,1,1,1,1] -> 2x1x1\n",
          ERR_LIMIT, "dimensions" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") w=\"w\":f32[0,16] -> 2x1x1\n",
          ERR_FORMAT, "'0' is no integer" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") w=\"w\":f32[2,16] b=\"b\":f32[1] -> "
          "2x1x1\n", ERR_SHAPE, "line 4: the dimensions of 'b' do not fit its dense" },
        { HEAD "input \"x\" () -> 1x4x4\nconv2d \"c\" (\"x\") kernel=3,3 stride=1,1 pad=0,0,0,0 "
          "w=\"w\":f32[2,1,2,3] -> 2x2x2\n", ERR_SHAPE, "the dimensions of 'w' do not fit" },
        { HEAD "input \"x\" () -> 2x4x4\nbnorm \"n\" (\"x\") eps=1 gamma=\"g\":f32[2] "
          "beta=\"b\":f32[1] mean=\"m\":f32[2] var=\"v\":f32[2] -> 2x4x4\n", ERR_SHAPE,
          "the dimensions of 'b'" },
        { HEAD "s_input \"x\" () steps=4 signed_out=0 scale=1 table=\"t\":i64[2,255] -> 2x4x4\n",
          ERR_SHAPE, "the dimensions of 't'" },
        { HEAD "input \"x\" () -> 1x4x4\ndense \"d\" (\"x\") -> 2x1x1\n", ERR_FORMAT,
          "lacks its tensor 'w'" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Graph g = graph_new(&mem);
        Err e = graph_parse(cases[i].text, strlen(cases[i].text), "t.il", &g, &ctx);
        if (strstr(cases[i].say, "line"))
            assert_string_equal(ctx.first.file, "t.il");
        wrong(e, cases[i].want, cases[i].say);
    }
}

/* A cut text is an error, or, cut between lines, a smaller graph that prints as what is left. */
static void every_cut(void **state)
{
    (void)state;
    for (size_t k = 0; k < strlen(small); k++) {
        char *cut = malloc(k + 1); /* no NUL behind the end, so that the sanitizer sees it */
        memcpy(cut, small, k);
        Graph g = graph_new(&mem);
        Err e = graph_parse(cut, k, "t.il", &g, &ctx);
        taken();
        free(cut);
        if (!e && g.n_node)
            assert_memory_equal(printed(&g), small, k);
    }
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(print_of_parse_is_the_text),
        cmocka_unit_test(blanks_and_comments_do_not_matter),
        cmocka_unit_test(random_graphs_come_back), cmocka_unit_test(archives_must_fit),
        cmocka_unit_test(names_must_differ),       cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(every_cut),
    };
    return RUN(tests);
}
