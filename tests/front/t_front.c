/* t_front.c - front/front: which reader, folders, and the models that come with the project. */
#include "fixture.h"
#include "fmt/dataset.h"
#include "front/front.h"
#include "front/prep.h"
#include "ir/eval.h"
#include "pass/pass.h"
#include <math.h>

static void folders_and_strangers(void **state)
{
    (void)state;
    Graph g = graph_new(&mem);
    FrontNotes notes;
    wrong(front_read(dir, &g, &notes, &ctx), ERR_IO, "holds no model.onnx");
    wrong(front_read(io_join(&mem, dir, "none.onnx"), &g, &notes, &ctx), ERR_IO, "open");
    wrong(front_read(io_join(&mem, dir, "none.xyz"), &g, &notes, &ctx), ERR_IO, "open");
    wrong(front_read(file_of("m.pt", "PK\3\4....", 8), &g, &notes, &ctx), ERR_UNSUPPORTED,
          "e3ne_export.py");
    wrong(front_read(file_of("m.h5", "\x89HDF", 4), &g, &notes, &ctx), ERR_UNSUPPORTED,
          "no reader for this kind");
    wrong(front_read(file_of("m.onnx", "no model", 8), &g, &notes, &ctx), ERR_FORMAT, "protobuf");
    const char *file;
    file_of("model.onnx", "", 0);
    ok(front_path(dir, &mem, &file, &ctx));
    assert_string_equal(io_base(file), "model.onnx");
}

static void expect_layers(const char *path, const char *const *want, int n)
{
    Graph g = graph_new(&mem);
    FrontNotes notes;
    ok(front_read(path, &g, &notes, &ctx));
    assert_int_equal(g.n_node, n);
    for (int i = 0; i < n; i++) {
        const Node *d = &g.node[i];
        assert_string_equal(want[i], arena_printf(&mem, "%s %s %dx%dx%d", op_info[d->op].name,
                                                  d->name, d->shape.c, d->shape.h, d->shape.w));
    }
}

static void lenet5_is_read(void **state)
{
    (void)state;
    static const char *const want[] = {
        "input input 1x32x32",       "conv2d /0/Conv 6x28x28",   "relu /1/Relu 6x28x28",
        "maxpool /2/MaxPool 6x14x14", "conv2d /3/Conv 16x10x10", "relu /4/Relu 16x10x10",
        "maxpool /5/MaxPool 16x5x5", "conv2d /6/Conv 120x1x1",   "relu /7/Relu 120x1x1",
        "flatten /8/Flatten 120x1x1", "dense /9/MatMul 84x1x1",  "relu /10/Relu 84x1x1",
        "dense /11/MatMul 10x1x1",
    };
    expect_layers("examples/lenet5/lenet5.onnx", want, sizeof want / sizeof *want);
}

/* The logits that PyTorch gave for the same 32 images, before and after the passes. */
static void golden(const char *model, const char *test)
{
    Graph g = graph_new(&mem);
    FrontNotes notes;
    Dataset ds;
    PassStat st[PASS_COUNT];
    Arena scratch = arena_new((size_t)256 << 20);
    ok(front_read(model, &g, &notes, &ctx));
    ok(dataset_read(test, &mem, &ds, &ctx));
    ok(dataset_check(&ds, 10, &ctx));
    ok(prep_check(&(Prep){ 0 }, &ds, g.node[0].shape, &ctx));
    float *x = NEW(&mem, float, (size_t)ds.n * dataset_image_size(&ds));
    prep_range(&(Prep){ 0 }, &ds, 0, ds.n, x);
    for (int round = 0; round < 2; round++) {
        float **out = NEW(&mem, float *, (size_t)g.n_node);
        float *y = out[g.n_node - 1] = NEW(&mem, float, (size_t)ds.n * 10);
        ok(eval_graph(&g, x, ds.n, out, scratch, &ctx));
        for (int i = 0; i < ds.n * 10; i++)
            if (!(fabsf(y[i] - ds.logits[i]) <= 1e-4f * (1 + fabsf(ds.logits[i]))))
                fail_msg("logit %d is %g, PyTorch's %g", i, (double)y[i], (double)ds.logits[i]);
        ok(pass_run_all(&g, scratch, st, &ctx));
    }
    arena_delete(scratch);
}

static void lenet5_computes_what_pytorch_does(void **state)
{
    (void)state;
    golden("examples/lenet5/lenet5.onnx", "tests/golden/lenet5/test.npz");
}

static void fang_computes_what_pytorch_does(void **state)
{
    (void)state;
    golden("tests/golden/fang", "tests/golden/fang/test.npz");
}

/* A large model of the shared folder: how many nodes, and its classes. */
static void large(const char *name, int nodes, int classes)
{
    const char *path = shared(name, name);
    if (!path)
        return;
    Graph g = graph_new(&mem);
    FrontNotes notes;
    ok(front_read(path, &g, &notes, &ctx));
    assert_int_equal(g.n_node, nodes);
    assert_int_equal(g.node[nodes - 1].shape.c, classes);
}

static void alexnet_is_read(void **state)
{
    (void)state;
    large("models/alexnet/alexnet_fp16.onnx", 20, 10);
}

static void vgg11_is_read(void **state)
{
    (void)state;
    large("models/vgg11/vgg11_fp16.onnx", 28, 100);
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_and_strangers), cmocka_unit_test(lenet5_is_read),
        cmocka_unit_test(lenet5_computes_what_pytorch_does),
        cmocka_unit_test(fang_computes_what_pytorch_does),
        cmocka_unit_test(alexnet_is_read),       cmocka_unit_test(vgg11_is_read),
    };
    return RUN(tests);
}
