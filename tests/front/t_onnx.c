/* t_onnx.c - front/onnx: good models as the tree they must become, bad ones as the problems they
 * must give, every cut of one of them. */
#include "model.h"
#include "front/onnx.h"
#include "ir/text.h"
#include <math.h>

static Graph      graph;
static FrontNotes notes;
static Arena      per_model; /* so that thousands of models fit */

static Err read_bytes(const unsigned char *p, size_t n, const char *path)
{
    per_model = (Arena){ mem.beg + (256 << 20), mem.end };
    graph = graph_new(&per_model);
    return onnx_parse(p, n, path, &graph, &notes, &ctx);
}

static Err read_model(const Model *m)
{
    size_t n;
    const unsigned char *p = model_pack(m, &n);
    return read_bytes(p, n, "m.onnx");
}

/* The lines of the graph's text form behind its head must be `want`. */
static void tree(const Model *m, const char *want)
{
    Buf b = { 0 };
    ok(read_model(m));
    ok(graph_print(&graph, &b, &ctx));
    const char *body = strstr(b.p, "props shaped\n");
    assert_non_null(body);
    assert_string_equal(body + strlen("props shaped\n"), want);
    buf_free(&b);
}

/* Exactly these problems: "node|text within", ended by NULL. */
static void problems(const Model *m, const char *const *want)
{
    Err e = read_model(m);
    const Ctx *c = taken();
    int n = 0;
    assert_int_not_equal(e, ERR_NONE);
    for (; want[n]; n++) {
        const Problem *p = &c->problem[n];
        char got[ERR_PATH_MAX + ERR_TEXT_MAX + 2];
        snprintf(got, sizeof got, "%s|%s", p->node, p->text);
        const char *bar = strchr(want[n], '|');
        size_t name = (size_t)(bar - want[n]);
        if (n >= c->n_problem || strncmp(got, want[n], name + 1) || !strstr(got + name, bar + 1))
            fail_msg("problem %d is '%s', want '%s'", n, n < c->n_problem ? got : "", want[n]);
    }
    if (c->n_problem != n)
        fail_msg("%d problems, want %d; the next: %s", c->n_problem, n, c->problem[n].text);
}
#define PROBLEMS(m, ...) problems(m, (const char *const[]){ __VA_ARGS__, NULL })

/* x [N,2,6,6] -> Conv 3x3 (3 channels) -> Relu -> y, nothing else yet. */
static Model *small(Onnx__NodeProto **conv)
{
    Model *m = model_new(13);
    model_input(m, "x", DIMS(-1, 2, 6, 6));
    model_init(m, "w", DIMS(3, 2, 3, 3), NULL);
    *conv = model_node(m, "Conv", "c1", "x w", "a");
    model_node(m, "Relu", "r1", "a", "y");
    model_output(m, "y");
    return m;
}

/* --- good models --- */

static void every_operator(void **state)
{
    (void)state;
    Model *m = model_new(13);
    model_input(m, "x", DIMS(-1, 1, 9, 8));
    model_init(m, "w1", DIMS(2, 1, 3, 3), NULL);
    model_init(m, "b1", DIMS(2), NULL);
    model_input(m, "w1", DIMS(2, 1, 3, 3)); /* old exporters list initialisers as inputs */
    for (int k = 0; k < 4; k++) model_init(m, (char[]){ 'n', (char)('0' + k), 0 }, DIMS(2), NULL);
    model_init(m, "w2", DIMS(32, 5), NULL);
    model_init(m, "b2", DIMS(1, 5), NULL);
    model_init(m, "w3", DIMS(3, 5), NULL);
    Onnx__NodeProto *n = model_node(m, "Conv", "c1", "x w1 b1", "a");
    attr_ints(n, "kernel_shape", DIMS(3, 3));
    attr_ints(n, "strides", DIMS(1, 2));
    attr_ints(n, "pads", DIMS(1, 0, 0, 1));
    attr_ints(n, "dilations", DIMS(1, 1));
    attr_int(n, "group", 1);
    attr_string(n, "auto_pad", "NOTSET");
    n = model_node(m, "BatchNormalization", "bn", "a n0 n1 n2 n3", "b");
    attr_float(n, "epsilon", 0.5f);
    attr_float(n, "momentum", 0.1f);
    model_node(m, "Relu", "", "b", "c");
    model_node(m, "Dropout", "d", "c", "d");
    n = model_node(m, "MaxPool", "p", "d", "e");
    attr_ints(n, "kernel_shape", DIMS(3, 2));
    attr_ints(n, "strides", DIMS(2, 1));
    attr_ints(n, "pads", DIMS(1, 0, 1, 1));
    attr_int(model_node(m, "Flatten", "f", "e", "f"), "axis", 1);
    model_node(m, "Identity", "i", "f", "g");
    model_node(m, "MatMul", "mm", "g w2", "h");
    model_node(m, "Add", "add", "b2 h", "i");
    model_node(m, "Relu", "c", "i", "j"); /* a taken name */
    n = model_node(m, "Gemm", "fc", "j w3", "k");
    attr_int(n, "transB", 1);
    attr_float(n, "alpha", 2);
    model_node(m, "Softmax", "s", "k", "y");
    model_output(m, "y");
    tree(m,
         "input \"x\" () -> 1x9x8\n"
         "conv2d \"c1\" (\"x\") kernel=3,3 stride=1,2 pad=1,0,0,1 w=\"c1.w\":f32[2,1,3,3] "
         "b=\"c1.b\":f32[2] -> 2x8x4\n"
         "bnorm \"bn\" (\"c1\") eps=0.5 gamma=\"bn.gamma\":f32[2] beta=\"bn.beta\":f32[2] "
         "mean=\"bn.mean\":f32[2] var=\"bn.var\":f32[2] -> 2x8x4\n"
         "relu \"c\" (\"bn\") -> 2x8x4\n"
         "maxpool \"p\" (\"c\") kernel=3,2 stride=2,1 pad=1,0,1,1 -> 2x4x4\n"
         "flatten \"f\" (\"p\") -> 32x1x1\n"
         "dense \"mm\" (\"f\") w=\"mm.w\":f32[5,32] b=\"mm.b\":f32[5] -> 5x1x1\n"
         "relu \"c_2\" (\"mm\") -> 5x1x1\n"
         "dense \"fc\" (\"c_2\") w=\"fc.w\":f32[3,5] -> 3x1x1\n");
}

static void numbers_arrive(void **state)
{
    (void)state;
    Model *m = model_new(13);
    model_input(m, "x", DIMS(1, 2));
    model_init(m, "w", DIMS(2, 3), (float[]){ 1, 2, 3, 4, 5, 6 });
    model_init(m, "c", DIMS(3), (float[]){ 10, 20, 30 });
    model_init(m, "d", DIMS(1), (float[]){ 0.5f });
    Onnx__NodeProto *n = model_node(m, "Gemm", "fc", "x w c", "a");
    attr_float(n, "alpha", 2);
    attr_float(n, "beta", 0.1f);
    model_node(m, "Add", "add", "a d", "y");
    model_output(m, "y");
    ok(read_model(m));
    const float *w = graph.tensor[graph.node[1].role[ROLE_w]].f32;
    const float *b = graph.tensor[graph.node[1].role[ROLE_b]].f32;
    for (int o = 0; o < 3; o++) {
        assert_true(w[o * 2] == 2.0f * (float)(o + 1) && w[o * 2 + 1] == 2.0f * (float)(o + 4));
        assert_true(b[o] == (float)((double)0.1f * 10 * (o + 1)) + 0.5f);
    }
}

/* auto_pad: SAME_UPPER puts an odd pad at the end, SAME_LOWER at the start. */
static void automatic_padding(void **state)
{
    (void)state;
    static const struct { const char *mode; int stride, kernel, pad[4], h; } cases[] = {
        { "VALID",      1, 3, { 0, 0, 0, 0 }, 4 }, { "SAME_UPPER", 1, 3, { 1, 1, 1, 1 }, 6 },
        { "SAME_UPPER", 2, 3, { 0, 0, 1, 1 }, 3 }, { "SAME_LOWER", 2, 3, { 1, 1, 0, 0 }, 3 },
        { "SAME_LOWER", 1, 2, { 1, 1, 0, 0 }, 6 }, { "SAME_UPPER", 4, 3, { 0, 0, 1, 1 }, 2 },
        { "SAME_UPPER", 6, 3, { 0, 0, 0, 0 }, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Model *m = model_new(13);
        model_input(m, "x", DIMS(-1, 2, 6, 6));
        Onnx__NodeProto *n = model_node(m, "MaxPool", "p", "x", "y");
        attr_string(n, "auto_pad", cases[i].mode);
        attr_ints(n, "kernel_shape", DIMS(cases[i].kernel, cases[i].kernel));
        attr_ints(n, "strides", DIMS(cases[i].stride, cases[i].stride));
        model_output(m, "y");
        ok(read_model(m));
        assert_memory_equal(graph.node[1].pad, cases[i].pad, sizeof cases[i].pad);
        assert_int_equal(graph.node[1].shape.h, cases[i].h);
    }
}

static void shapes_of_reshape(void **state)
{
    (void)state;
    static const struct { int64_t batch, to[2]; bool good; } cases[] = {
        { -1, { 0, -1 }, true },   { -1, { -1, 72 }, true },  { -1, { 0, 72 }, true },
        { 4, { 4, 72 }, true },    { 4, { 4, -1 }, true },    { -1, { 1, -1 }, false },
        { 4, { 1, -1 }, false },   { -1, { -1, 36 }, false }, { -1, { -1, -1 }, false },
        { -1, { -1, 0 }, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Model *m = model_new(13);
        model_input(m, "x", DIMS(cases[i].batch, 2, 6, 6));
        model_init_i64(m, "to", 2, cases[i].to);
        model_node(m, "Relu", "r", "x", "a");
        model_node(m, "Reshape", "rs", "a to", "y");
        model_output(m, "y");
        if (cases[i].good)
            tree(m, "input \"x\" () -> 2x6x6\nrelu \"r\" (\"x\") -> 2x6x6\n"
                    "flatten \"rs\" (\"r\") -> 72x1x1\n");
        else
            PROBLEMS(m, "rs|Reshape: the new shape has 2 axes");
    }
}

/* What PyTorch writes for x.view(x.size(0), -1), with Unsqueeze of opset 11 and of opset 13. */
static void sizes_from_the_input(void **state)
{
    (void)state;
    for (int old = 0; old < 2; old++) {
        Model *m = model_new(old ? 11 : 13);
        model_input(m, "x", DIMS(-1, 2, 3, 3));
        model_init_i64(m, "rest", 1, (int64_t[]){ -1 });
        model_init_i64(m, "axes", 1, (int64_t[]){ 0 });
        int64_t zero = 0;
        Onnx__NodeProto *k = model_node(m, "Constant", "k", "", "zero");
        attr_tensor(k, "value", model_tensor("", ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 0, NULL,
                                             &zero, 8));
        model_node(m, "Relu", "r", "x", "a");
        model_node(m, "Shape", "sh", "a", "sizes");
        attr_int(model_node(m, "Gather", "ga", "sizes zero", "n"), "axis", 0);
        Onnx__NodeProto *u = model_node(m, "Unsqueeze", "un", old ? "n" : "n axes", "n1");
        if (old)
            attr_ints(u, "axes", DIMS(0));
        attr_int(model_node(m, "Concat", "co", "n1 rest", "to"), "axis", 0);
        model_node(m, "Reshape", "rs", "a to", "y");
        model_output(m, "y");
        tree(m, "input \"x\" () -> 2x3x3\nrelu \"r\" (\"x\") -> 2x3x3\n"
                "flatten \"rs\" (\"r\") -> 18x1x1\n");
        k->attribute[0]->t->raw_data.data[0] = 7;
        PROBLEMS(m, "ga|Gather: index 7 of 4 sizes");
    }
    Model *m = model_new(13);
    model_input(m, "x", DIMS(-1, 2, 3, 3));
    model_node(m, "Relu", "r", "x", "a");
    attr_int(model_node(m, "Concat", "co", "a a", "y"), "axis", 1);
    model_output(m, "y");
    PROBLEMS(m, "co|Concat: axis is 1", "co|Concat: it takes sizes and constants, not activations",
             "r|its output 'a' is used 2 times");
}

/* The same three weights as float32, float16, bfloat16, double, raw, typed, behind Cast, as a
 * Constant and in a file beside the model. */
static void weights_in_every_form(void **state)
{
    (void)state;
    static const double d[3] = { 1.5, -2, 0.25 };
    static const float f[3] = { 1.5f, -2, 0.25f };
    static const uint16_t half[3]  = { 0x3e00, 0xc000, 0x3400 };
    static const uint16_t brain[3] = { 0x3fc0, 0xc000, 0x3e80 }; /* bfloat16 */
    static int32_t half32[3] = { 0x3e00, 0xc000, 0x3400 };
    static const char *const names[] = { "raw", "half", "bfloat16", "double", "typed", "typed half",
                                         "typed double", "constant", "external" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        static const int types[] = { 1, 10, 16, 11, 1, 10, 11, 1, 1 };
        static const void *const raw[] = { f, half, brain, d };
        static const size_t bytes[] = { 12, 6, 6, 24 };
        Model *m = model_new(13);
        const int64_t dim[2] = { 3, 1 };
        Onnx__TensorProto *t = model_tensor("w0", types[i], 2, dim, i < 4 ? raw[i] : NULL,
                                            i < 4 ? bytes[i] : 0);
        t->has_raw_data = i < 4;
        if (i == 4 || i == 7) t->n_float_data = 3, t->float_data = (float *)(uintptr_t)f;
        if (i == 5) t->n_int32_data = 3, t->int32_data = half32;
        if (i == 6) t->n_double_data = 3, t->double_data = (double *)(uintptr_t)d;
        const char *path = "m.onnx";
        if (i == 8) {
            static const char *const keys[] = { "location", "offset", "length" };
            static const char *const values[] = { "w.bin", "5", "12" };
            unsigned char file[20] = { 9, 9, 9, 9, 9 };
            memcpy(file + 5, f, 12);
            file_of("w.bin", file, sizeof file);
            path = io_join(&mem, dir, "m.onnx");
            t->has_data_location = 1;
            t->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
            t->external_data = NEW(&mem, Onnx__StringStringEntryProto *, 3);
            for (; t->n_external_data < 3; t->n_external_data++) {
                Onnx__StringStringEntryProto *e = MAKE(Onnx__StringStringEntryProto,
                                                       ONNX__STRING_STRING_ENTRY_PROTO__INIT);
                e->key   = arena_str(&mem, keys[t->n_external_data]);
                e->value = arena_str(&mem, values[t->n_external_data]);
                t->external_data[t->n_external_data] = e;
            }
        }
        model_input(m, "x", DIMS(-1, 1));
        if (i == 7)
            attr_tensor(model_node(m, "Constant", "k", "", "w0"), "value", t);
        else
            m->init[m->graph.n_initializer++] = t;
        attr_int(model_node(m, "Cast", "cast", "w0", "w1"), "to", 1);
        model_node(m, "Identity", "id", "w1", "w");
        attr_int(model_node(m, "Gemm", "fc", "x w", "y"), "transB", 1);
        model_output(m, "y");
        size_t n;
        const unsigned char *p = model_pack(m, &n);
        Err e = read_bytes(p, n, path);
        if (e)
            fail_msg("%s: %s", names[i], taken()->problem[0].text);
        assert_memory_equal(graph.tensor[graph.node[1].role[ROLE_w]].f32, f, sizeof f);
    }
}

static void notes_are_taken(void **state)
{
    (void)state;
    Model *m = model_new(30);
    model_input(m, "x", DIMS(-1, 2));
    model_init(m, "w", DIMS(2, 3), NULL);
    model_node(m, "MatMul", "mm", "x w", "a");
    attr_int(model_node(m, "Cast", "to16", "a", "b"), "to", 10);
    model_node(m, "LogSoftmax", "s", "b", "c");
    model_node(m, "Identity", "i", "c", "y");
    model_output(m, "y");
    ok(read_model(m));
    assert_int_equal(notes.n, 3);
    assert_non_null(strstr(notes.text[0], "operator set 30"));
    assert_non_null(strstr(notes.text[1], "to16"));
    assert_non_null(strstr(notes.text[2], "LogSoftmax is dropped"));
}

static void ceil_mode_where_it_changes_nothing(void **state)
{
    (void)state;
    for (int64_t k = 2; k <= 3; k++) {
        Model *m = model_new(13);
        model_input(m, "x", DIMS(-1, 2, 6, 6));
        Onnx__NodeProto *n = model_node(m, "MaxPool", "p", "x", "y");
        attr_ints(n, "kernel_shape", DIMS(k, k));
        attr_ints(n, "strides", DIMS(2, 2));
        attr_int(n, "ceil_mode", 1);
        model_output(m, "y");
        if (k == 2)
            ok(read_model(m));
        else
            PROBLEMS(m, "p|MaxPool: ceil_mode is 1 and adds a partial window");
    }
}

static void nodes_in_any_order(void **state)
{
    (void)state;
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    m->node[0] = m->node[1];
    m->node[1] = conv;
    tree(m, "input \"x\" () -> 2x6x6\n"
            "conv2d \"c1\" (\"x\") kernel=3,3 stride=1,1 pad=0,0,0,0 w=\"c1.w\":f32[3,2,3,3] -> "
            "3x4x4\nrelu \"r1\" (\"c1\") -> 3x4x4\n");
}

/* --- bad models --- */

static void all_problems_at_once(void **state)
{
    (void)state;
    Model *m = model_new(13);
    model_input(m, "x", DIMS(-1, 2, 6, 6));
    model_init(m, "w", DIMS(2, 1, 3, 3), NULL);
    model_init(m, "v", DIMS(8, 3), NULL);
    Onnx__NodeProto *n = model_node(m, "Conv", "c1", "x w", "a");
    attr_int(n, "group", 2);
    attr_ints(n, "dilations", DIMS(2, 2));
    n = model_node(m, "AveragePool", "ap", "a", "b");
    attr_ints(n, "kernel_shape", DIMS(2, 2));
    model_node(m, "Sigmoid", "sig", "b", "c");
    attr_int(model_node(m, "Flatten", "f", "c", "d"), "axis", 1);
    attr_int(model_node(m, "Gemm", "fc", "d v", "y"), "transA", 1);
    model_output(m, "y");
    PROBLEMS(m, "c1|Conv: group is 2, only 1 is read; train with groups=1",
             "c1|Conv: dilations is 2, only 1 is read",
             "ap|AveragePool: this operator is not read; use max pooling",
             "sig|Sigmoid: this operator is not read; train with ReLU",
             "fc|Gemm: transA is 1, only 0 is read");
}

static void no_attribute_is_ignored(void **state)
{
    (void)state;
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    attr_int(conv, "surprise", 1);
    PROBLEMS(m, "c1|Conv: attribute 'surprise' is not known");
    m = small(&conv);
    attr_float(conv, "group", 1);
    PROBLEMS(m, "c1|Conv: attribute 'group' has a wrong type");
    m = small(&conv);
    attr_int(conv, "group", 1);
    attr_int(conv, "group", 1);
    PROBLEMS(m, "c1|Conv: attribute 'group' is there twice");
    m = small(&conv);
    attr_int(m->node[1], "alpha", 1);
    PROBLEMS(m, "r1|Relu: attribute 'alpha' is not known");
}

static void windows_that_are_wrong(void **state)
{
    (void)state;
    static const struct { const char *name; int n; int64_t v[4]; const char *want; } cases[] = {
        { "kernel_shape", 2, { 2, 3 }, "c1|Conv: kernel_shape is 2x3, the weights' 3x3" },
        { "kernel_shape", 1, { 3 }, "c1|Conv: kernel_shape has 1 numbers" },
        { "strides", 2, { 0, 1 }, "c1|Conv: strides is 0" },
        { "strides", 2, { 1, 1ll << 40 }, "c1|Conv: strides is 1099511627776" },
        { "pads", 4, { 0, -1, 0, 0 }, "c1|Conv: pads holds -1" },
        { "pads", 2, { 0, 0 }, "c1|Conv: pads has 2 numbers" },
        { "pads", 4, { 60000, 60000, 60000, 60000 }, "c1|Conv: its map is" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Onnx__NodeProto *conv;
        Model *m = small(&conv);
        attr_ints(conv, cases[i].name, cases[i].n, cases[i].v);
        PROBLEMS(m, cases[i].want);
    }
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    attr_string(conv, "auto_pad", "SOME");
    PROBLEMS(m, "c1|Conv: auto_pad is 'SOME'");
    m = small(&conv);
    attr_string(conv, "auto_pad", "VALID");
    attr_ints(conv, "pads", DIMS(1, 1, 1, 1));
    PROBLEMS(m, "c1|Conv: both pads and auto_pad");
    m = small(&conv);
    m->init[0]->dims[2] = 9, m->init[0]->dims[3] = 1; /* as many numbers, larger than the image */
    PROBLEMS(m, "c1|Conv: shape: a window of 9");
}

static void graphs_that_are_no_chain(void **state)
{
    (void)state;
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    model_node(m, "Add", "sum", "a y", "z");
    m->graph.n_output = 0;
    model_output(m, "z");
    PROBLEMS(m, "sum|Add: it joins 2 activations", "c1|its output 'a' is used 2 times");
    m = small(&conv);
    model_node(m, "Relu", "dead", "y", "z");
    PROBLEMS(m, "r1|its output 'y' is used 2 times", "dead|its output 'z' is used 0 times");
    m = small(&conv);
    model_output(m, "a");
    PROBLEMS(m, "c1|its output 'a' is used 2 times", "|the model has 2 outputs");
    m = small(&conv);
    model_input(m, "x2", DIMS(1, 2));
    PROBLEMS(m, "x2|a second input");
    m = small(&conv);
    m->graph.n_output = 0;
    model_output(m, "nowhere");
    PROBLEMS(m, "r1|its output 'y' is used 0 times", "nowhere|nothing makes this output");
    m = small(&conv);
    conv->input[1] = arena_str(&mem, "lost");
    PROBLEMS(m, "c1|Conv: nothing makes its input 'lost'");
    m = small(&conv);
    m->node[1]->output[0] = arena_str(&mem, "a");
    PROBLEMS(m, "a|two things make the value 'a'", "y|nothing makes this output");
}

static void cycles_are_told(void **state)
{
    (void)state;
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    conv->input[0] = arena_str(&mem, "y");
    PROBLEMS(m, "r1|Relu: it needs its own output (a cycle)", "x|its output 'x' is used 0 times");
    m = small(&conv);
    m->node[1]->input[0] = arena_str(&mem, "y");
    PROBLEMS(m, "r1|Relu: it needs its own output (a cycle)", "c1|its output 'a' is used 0 times");
}

static void weights_that_are_wrong(void **state)
{
    (void)state;
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    m->init[0]->dims[0] = 4;
    PROBLEMS(m, "c1|Conv: w: the dimensions need 288 bytes, 216 are there");
    m = small(&conv);
    m->init[0]->dims[0] = 1ll << 40;
    PROBLEMS(m, "c1|Conv: w: a dimension of 1099511627776");
    m = small(&conv);
    m->init[0]->data_type = 3;
    m->init[0]->raw_data.len = 54;
    PROBLEMS(m, "c1|Conv: its weights are of type |i1");
    m = small(&conv);
    m->init[0]->data_type = 99;
    PROBLEMS(m, "c1|Conv: w: a tensor of ONNX data type 99");
    m = small(&conv);
    memcpy(m->init[0]->raw_data.data + 8, &(float){ NAN }, 4);
    PROBLEMS(m, "c1|Conv: weights hold a value that is infinite or not a number");
    m = small(&conv);
    m->init[0]->dims[1] = 1, m->init[0]->dims[0] = 6;
    PROBLEMS(m, "c1|Conv: shape: weights take 1 inputs");
    m = small(&conv);
    conv->input[0] = arena_str(&mem, "w");
    conv->input[1] = arena_str(&mem, "x");
    PROBLEMS(m, "c1|Conv: its first input is a constant");
    m = small(&conv);
    conv->n_input = 1;
    PROBLEMS(m, "c1|Conv: its weights are missing");
}

/* External data that must not be touched. */
static void external_data_stays_inside(void **state)
{
    (void)state;
    static const struct { const char *location, *offset, *length, *want; } cases[] = {
        { "/etc/passwd", "0", "216", "c1|Conv: w: external data at '/etc/passwd': only files" },
        { "../w.bin", "0", "216", "c1|Conv: w: external data at '../w.bin': only files" },
        { "a/../../w.bin", "0", "216", "c1|Conv: w: external data at" },
        { "link.bin", "0", "216", "c1|Conv: w: external data 'link.bin' is a link that leaves" },
        { "none.bin", "0", "216", "c1|Conv: w: external data: there is no file" },
        { "w.bin", "0", "215", "c1|Conv: w: external data of 215 bytes" },
        { "w.bin", "1", "216",
          "c1|Conv: w: external data 'w.bin': bytes 1 to 217 of a file of 216" },
        { "w.bin", "18446744073709551615", "216", "c1|Conv: w: external data" },
        { "w.bin", "-1", "216", "c1|Conv: w: external data: 'offset' is '-1'" },
        { "", "0", "216", "c1|Conv: w: external data without a location" },
        { ".", "0", "216", "c1|Conv: w: external data '.' is a link that leaves" },
        { "sub", "0", "216", "c1|Conv: w: not a regular file" },
    };
    static const char *const keys[] = { "location", "offset", "length" };
    file_of("w.bin", NEW(&mem, char, 216), 216);
    const char *outside = "/tmp/e3ne_test_outside";
    assert_int_equal(io_write(outside, NEW(&mem, char, 216), 216, &ctx), ERR_NONE);
    assert_int_equal(symlink(outside, io_join(&mem, dir, "link.bin")), 0);
    ok(io_mkdir_all(io_join(&mem, dir, "sub"), &ctx));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Onnx__NodeProto *conv;
        Model *m = small(&conv);
        Onnx__TensorProto *t = m->init[0];
        const char *values[] = { cases[i].location, cases[i].offset, cases[i].length };
        t->has_raw_data = 0;
        t->has_data_location = 1;
        t->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
        t->external_data = NEW(&mem, Onnx__StringStringEntryProto *, 3);
        for (size_t k = 0; k < 3; k++) {
            t->external_data[k] = MAKE(Onnx__StringStringEntryProto,
                                       ONNX__STRING_STRING_ENTRY_PROTO__INIT);
            t->external_data[k]->key   = arena_str(&mem, keys[k]);
            t->external_data[k]->value = arena_str(&mem, values[k]);
        }
        t->n_external_data = 3;
        size_t n;
        const unsigned char *p = model_pack(m, &n);
        Err e = read_bytes(p, n, io_join(&mem, dir, "m.onnx"));
        const Ctx *c = taken();
        assert_int_not_equal(e, ERR_NONE);
        assert_int_equal(c->n_problem, 1);
        if (!strstr(c->problem[0].text, strchr(cases[i].want, '|') + 1))
            fail_msg("'%s', want '%s'", c->problem[0].text, cases[i].want);
    }
    unlink(outside);
}

static void inputs_that_are_wrong(void **state)
{
    (void)state;
    static const struct { int rank; int64_t dim[5]; const char *want; } cases[] = {
        { 4, { -1, 2, -1, 6 }, "x|input: size 2 is not fixed" },
        { 4, { -1, 2, 0, 6 }, "x|input: size 2 is 0" },
        { 4, { -1, 2, 1ll << 40, 6 }, "x|input: size 2 is 1099511627776" },
        { 4, { -1, 60000, 60000, 60000 }, "x|input: images of 60000x60000x60000" },
        { 3, { -1, 2, 6 }, "x|input: 3 axes" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Onnx__NodeProto *conv;
        Model *m = small(&conv);
        m->in[0] = model_value("x", cases[i].rank, cases[i].dim);
        PROBLEMS(m, cases[i].want);
    }
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    m->in[0]->type->tensor_type->elem_type = 2;
    PROBLEMS(m, "x|input: ONNX data type 2");
    m = small(&conv);
    m->in[0]->type->tensor_type->shape = NULL;
    PROBLEMS(m, "x|input: no tensor with a shape");
    m = small(&conv);
    m->graph.n_input = 0;
    wrong(read_model(m), ERR_FORMAT, "no input");
}

static void layers_that_do_not_fit(void **state)
{
    (void)state;
    Model *m = model_new(13);
    model_input(m, "x", DIMS(-1, 2, 6, 6));
    model_init(m, "w", DIMS(72, 3), NULL);
    model_node(m, "MatMul", "mm", "x w", "y");
    model_output(m, "y");
    PROBLEMS(m, "mm|MatMul: its input is images [N,C,H,W], not a matrix");
    m = model_new(13);
    model_input(m, "x", DIMS(-1, 2));
    model_init(m, "w", DIMS(2, 3), NULL);
    model_init(m, "b", DIMS(2), NULL);
    model_node(m, "Gemm", "fc", "x w b", "a");
    model_node(m, "Softmax", "s", "a", "b2");
    model_node(m, "Relu", "r", "b2", "y");
    model_output(m, "y");
    PROBLEMS(m, "fc|Gemm: its biases are 2 numbers for 3 channels",
             "r|Relu: it follows the Softmax 's'");
    m = model_new(13);
    model_input(m, "x", DIMS(-1, 2));
    for (int k = 0; k < 4; k++)
        model_init(m, (char[]){ 'n', (char)('0' + k), 0 }, DIMS(2), (float[]){ 1, -1 });
    model_node(m, "BatchNormalization", "bn", "x n0 n1 n2 n3", "y");
    model_output(m, "y");
    PROBLEMS(m, "bn|BatchNormalization: the variance of channel 1 is -1");
    attr_int(m->node[0], "training_mode", 1);
    PROBLEMS(m, "bn|BatchNormalization: training_mode is 1");
}

static void models_that_are_no_models(void **state)
{
    (void)state;
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    wrong(read_bytes((const unsigned char *)"", 0, "m.onnx"), ERR_FORMAT, "empty");
    wrong(read_bytes((const unsigned char *)"hello, world", 12, "m.onnx"), ERR_FORMAT, "protobuf");
    m->model.graph = NULL;
    wrong(read_model(m), ERR_FORMAT, "no graph");
    m = small(&conv);
    m->model.n_opset_import = 0;
    PROBLEMS(m, "|the model names no version");
    m = small(&conv);
    conv->domain = arena_str(&mem, "com.microsoft");
    PROBLEMS(m, "c1|Conv: an operator of the domain 'com.microsoft'");
    m = small(&conv);
    conv->n_output = 0;
    wrong(read_model(m), ERR_FORMAT, "node 0 has no operator or no output");
    m = small(&conv);
    conv->op_type = NULL;
    wrong(read_model(m), ERR_FORMAT, "node 0 has no operator or no output");
}

/* Cut at every byte: an error each time, never a crash; flipped at every byte: never a crash. */
static void every_cut_and_flip(void **state)
{
    (void)state;
    size_t n;
    Onnx__NodeProto *conv;
    Model *m = small(&conv);
    attr_ints(conv, "pads", DIMS(1, 1, 1, 1));
    const unsigned char *p = model_pack(m, &n);
    for (size_t k = 0; k < n; k++) {
        unsigned char *q = malloc(n);
        memcpy(q, p, n);
        if (read_bytes(q, k, "m.onnx") == ERR_NONE)
            fail_msg("%zu of %zu bytes are taken for a model", k, n);
        taken();
        for (int bit = 0; bit < 8; bit += 3) {
            q[k] ^= (unsigned char)(1 << bit);
            Err e = read_bytes(q, n, "m.onnx");
            assert_int_equal(e, taken()->code);
        }
        free(q);
    }
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator),           cmocka_unit_test(numbers_arrive),
        cmocka_unit_test(automatic_padding),        cmocka_unit_test(shapes_of_reshape),
        cmocka_unit_test(sizes_from_the_input),    
        cmocka_unit_test(weights_in_every_form),    cmocka_unit_test(notes_are_taken),
        cmocka_unit_test(ceil_mode_where_it_changes_nothing), cmocka_unit_test(nodes_in_any_order),
        cmocka_unit_test(all_problems_at_once),     cmocka_unit_test(no_attribute_is_ignored),
        cmocka_unit_test(windows_that_are_wrong),   cmocka_unit_test(graphs_that_are_no_chain),
        cmocka_unit_test(cycles_are_told),          cmocka_unit_test(weights_that_are_wrong),
        cmocka_unit_test(external_data_stays_inside), cmocka_unit_test(inputs_that_are_wrong),
        cmocka_unit_test(layers_that_do_not_fit),   cmocka_unit_test(models_that_are_no_models),
        cmocka_unit_test(every_cut_and_flip),
    };
    return RUN(tests);
}
