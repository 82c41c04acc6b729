/* t_onnx_nodes.c - front/onnx and ir/eval against ONNX's own node tests (package libonnx-testdata):
 * each is a model of one operator with inputs and the outputs that must come. Inputs but the first
 * become initialisers, since the reader takes networks. */
#include "model.h"
#include "front/onnx.h"
#include "fmt/onnxpb.h"
#include "ir/eval.h"
#include <math.h>

#define ROOT "/usr/share/libonnx-testdata/data/node/"

typedef struct Case { const char *name; const char *problem; } Case; /* NULL: must be read */

/* Everything of these operators that ONNX 1.12 tests and a chain of 2-d images can hold. */
static const Case cases[] = {
    { "test_basic_conv_with_padding", NULL },
    { "test_basic_conv_without_padding", NULL },
    { "test_conv_with_autopad_same", NULL },
    { "test_conv_with_strides_padding", NULL },
    { "test_conv_with_strides_no_padding", NULL },
    { "test_conv_with_strides_and_asymmetric_padding", NULL },
    { "test_batchnorm_epsilon", NULL },
    { "test_batchnorm_example", NULL },
    { "test_batchnorm_example_training_mode", "training_mode is 1" },
    { "test_maxpool_2d_default", NULL },
    { "test_maxpool_2d_pads", NULL },
    { "test_maxpool_2d_precomputed_pads", NULL },
    { "test_maxpool_2d_precomputed_same_upper", NULL },
    { "test_maxpool_2d_precomputed_strides", NULL },
    { "test_maxpool_2d_same_lower", NULL },
    { "test_maxpool_2d_same_upper", NULL },
    { "test_maxpool_2d_strides", NULL },
    { "test_maxpool_2d_ceil", "ceil_mode is 1" },
    { "test_maxpool_2d_dilations", "dilations is 2" },
    { "test_maxpool_2d_uint8", "data type 2" },
    { "test_maxpool_1d_default", "axes" },
    { "test_maxpool_3d_default", "axes" },
    { "test_maxpool_with_argmax_2d_precomputed_pads", "Indices" },
    { "test_maxpool_with_argmax_2d_precomputed_strides", "Indices" },
    { "test_flatten_axis1", NULL },
    { "test_flatten_negative_axis3", NULL },
    { "test_flatten_axis2", "axis is 2" },
    { "test_gemm_default_vector_bias", NULL },
    { "test_gemm_default_single_elem_vector_bias", NULL },
    { "test_gemm_default_scalar_bias", NULL },
    { "test_gemm_default_no_bias", NULL },
    { "test_gemm_alpha", NULL },
    { "test_gemm_beta", NULL },
    { "test_gemm_transposeB", NULL },
    { "test_gemm_transposeA", "transA is 1" },
    { "test_gemm_all_attributes", "transA is 1" },
    { "test_gemm_default_matrix_bias", "differ from image to image" },
    { "test_matmul_2d", NULL },
    { "test_matmul_3d", "axes" },
    { "test_dropout_default_mask", "mask" },
    { "test_training_dropout", "training mode" },
    { "test_softmax_axis_1", "axes" },
    { "test_averagepool_2d_default", "use max pooling" },
    { "test_globalaveragepool", "use max pooling" },
    { "test_leakyrelu", "train with ReLU" },
    { "test_reshape_zero_dim", "axes" },
};
enum { N_CASES = sizeof cases / sizeof *cases };

static const char *data_file(const char *test, const char *name)
{
    return arena_printf(&mem, ROOT "%s/%s", test, name);
}

static void *pb_alloc(void *arena, size_t n) { return arena_take(arena, 1, 16, n); }
static void pb_free(void *arena, void *p) { (void)arena; (void)p; }
static ProtobufCAllocator in_mem = { pb_alloc, pb_free, &mem };

static Onnx__TensorProto *tensor_of(const char *path)
{
    size_t n;
    const unsigned char *p = bytes_of(path, &n);
    Onnx__TensorProto *t = onnx__tensor_proto__unpack(&in_mem, n, p);
    assert_non_null(t);
    return t;
}

/* The test's model, all inputs but the first given as initialisers. */
static const unsigned char *model_of(const char *test, size_t *n)
{
    const unsigned char *p = bytes_of(data_file(test, "model.onnx"), n);
    Onnx__ModelProto *m = onnx__model_proto__unpack(&in_mem, *n, p);
    assert_non_null(m);
    Onnx__TensorProto *init[8];
    size_t n_init = 0;
    for (size_t i = 1; i < m->graph->n_input && i < 8; i++) {
        init[n_init] = tensor_of(data_file(test, arena_printf(&mem, "test_data_set_0/input_%zu.pb",
                                                              i)));
        init[n_init++]->name = m->graph->input[i]->name;
    }
    m->graph->n_initializer = n_init;
    m->graph->initializer   = init;
    *n = onnx__model_proto__get_packed_size(m);
    unsigned char *out = NEW(&mem, unsigned char, *n + 1);
    onnx__model_proto__pack(m, out);
    return out;
}

/* |got - want| <= 1e-3 + 1e-4 |want| in every number, over the whole batch. */
static void compare(const char *test, const Graph *g)
{
    Npy x, want;
    const char *in_file = data_file(test, "test_data_set_0/input_0.pb");
    const char *out_file = data_file(test, "test_data_set_0/output_0.pb");
    ok(onnxpb_tensor(tensor_of(in_file), "x", &mem, &x, &ctx));
    ok(onnxpb_tensor(tensor_of(out_file), "y", &mem, &want, &ctx));
    int n = (int)(x.n / shape_count(g->node[0].shape)), last = g->n_node - 1;
    float *in = NEW(&mem, float, (size_t)x.n), **out = NEW(&mem, float *, (size_t)g->n_node);
    for (int64_t i = 0; i < x.n; i++) in[i] = (float)npy_at(&x, i);
    assert_int_equal(want.n, n * shape_count(g->node[last].shape));
    out[last] = NEW(&mem, float, (size_t)want.n);
    ok(eval_graph(g, in, n, out, mem, &ctx));
    for (int64_t i = 0; i < want.n; i++) {
        double w = npy_at(&want, i), d = fabs((double)out[last][i] - w);
        if (!(d <= 1e-3 + 1e-4 * fabs(w)))
            fail_msg("%s: number %lld is %g, want %g", test, (long long)i, (double)out[last][i], w);
    }
}

static void one_case(void **state)
{
    const Case *t = *state;
    size_t n;
    const unsigned char *p = model_of(t->name, &n);
    Graph g = graph_new(&mem);
    FrontNotes notes;
    Err e = onnx_parse(p, n, t->name, &g, &notes, &ctx);
    if (!t->problem) {
        ok(e);
        compare(t->name, &g);
        return;
    }
    const Ctx *c = taken();
    assert_int_not_equal(e, ERR_NONE);
    for (int i = 0; i < c->n_problem; i++)
        if (strstr(c->problem[i].text, t->problem))
            return;
    fail_msg("'%s', want '%s'", c->problem[0].text, t->problem);
}

int main(void)
{
    if (access(ROOT, R_OK) != 0) {
        printf("ok - ONNX's node tests # SKIP install libonnx-testdata\n");
        return 0;
    }
    fixture_start();
    struct CMUnitTest tests[N_CASES];
    for (int i = 0; i < N_CASES; i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, one_case, NULL, NULL,
                                        (void *)(uintptr_t)&cases[i] };
    return RUN(tests);
}
