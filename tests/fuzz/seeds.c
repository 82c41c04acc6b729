/* seeds.c DIR - small good files of every kind, one folder a target, for the fuzzer to start
 * from. */
#include "../front/model.h"
#include "fmt/jfile.h"
#include "fmt/npz.h"
#include <png.h>

static const char *root;

static const char *in(const char *target, const char *name)
{
    const char *folder = io_join(&mem, root, target);
    ok(io_mkdir_all(folder, &ctx));
    return io_join(&mem, folder, name);
}

static void put(const char *target, const char *name, const void *p, size_t n)
{
    ok(io_write(in(target, name), p, n, &ctx));
}

static void arrays(const char *target)
{
    static const float x[8] = { 1, 2, 3 };
    static const int64_t y[2] = { 1, 0 };
    const NpzMember m[] = { { "x", npy_of(NPY_F4, x, 4, (int[]){ 2, 1, 2, 2 }) },
                            { "y", npy_of(NPY_I8, y, 1, (int[]){ 2 }) },
                            { "logits", npy_of(NPY_F4, x, 2, (int[]){ 2, 2 }) } };
    ok(npz_write(in(target, "a.npz"), m, 3, &ctx));
    ok(npy_write(in(target, "a.npy"), &m[0].a, &ctx));
}

static void pictures(const char *target)
{
    static const unsigned char pixels[48] = { 1, 2, 3 };
    static const png_uint_32 formats[] = { PNG_FORMAT_GRAY, PNG_FORMAT_RGB, PNG_FORMAT_RGBA,
                                           PNG_FORMAT_RGB_COLORMAP };
    for (int i = 0; i < 4; i++) {
        png_image m = { .version = PNG_IMAGE_VERSION, .width = 3, .height = 2,
                        .format = formats[i], .colormap_entries = 4 };
        assert_true(png_image_write_to_file(&m, in(target, arena_printf(&mem, "%d.png", i)), 0,
                                            i < 3 ? pixels : pixels + 40, 0, pixels));
    }
    put(target, "a.pgm", "P5 3 2 255 abcdef", 17);
    put(target, "b.pgm", "P2 2 1 9 # x\n1 9", 16);
}

static void idx(const char *target)
{
    put(target, "a.idx", "\0\0\10\3\0\0\0\1\0\0\0\2\0\0\0\2abcd", 20);
    ok(jfile_save(in("jfile", "a.json"), json_pack("{s:[i,f,b,n],s:s}", "a", 1, 0.5, 1, "b", "c"),
                  &ctx));
}

static void model(void)
{
    size_t n;
    Model *m = model_new(13);
    model_input(m, "x", DIMS(-1, 1, 6, 6));
    model_init(m, "w", DIMS(2, 1, 3, 3), NULL);
    model_init(m, "v", DIMS(8, 3), NULL);
    for (int k = 0; k < 4; k++) model_init(m, (char[]){ 'n', (char)('0' + k), 0 }, DIMS(2), NULL);
    Onnx__NodeProto *c = model_node(m, "Conv", "c", "x w", "a");
    attr_ints(c, "pads", DIMS(0, 0, 0, 0));
    attr_string(c, "auto_pad", "NOTSET");
    attr_float(model_node(m, "BatchNormalization", "", "a n0 n1 n2 n3", "b"), "epsilon", 1);
    c = model_node(m, "MaxPool", "p", "b", "d");
    attr_ints(c, "kernel_shape", DIMS(2, 2));
    attr_ints(c, "strides", DIMS(2, 2));
    model_node(m, "Relu", "r", "d", "e");
    attr_int(model_node(m, "Flatten", "f", "e", "g"), "axis", 1);
    model_node(m, "MatMul", "m", "g v", "h");
    model_node(m, "Softmax", "s", "h", "y");
    model_output(m, "y");
    const unsigned char *p = model_pack(m, &n);
    put("onnx", "chain.onnx", p, n);
}

static void text(void)
{
    static const char il[] = "e3ne-il 1\nprops shaped\ninput \"x\" () -> 1x4x4\n"
        "conv2d \"c\" (\"x\") kernel=3,3 stride=1,1 pad=0,0,0,0 "
        "w=\"c.w\":f32[2,1,3,3] b=\"c.b\":f32[2] -> 2x2x2\n"
        "relu \"r\" (\"c\") -> 2x2x2\ndense \"d\" (\"r\") w=\"d.w\":f32[3,8] -> 3x1x1\n";
    put("text", "a.il", il, sizeof il - 1);
}

static void every_seed(void **state)
{
    (void)state;
    arrays("npy");
    arrays("npz");
    arrays("dataset");
    pictures("image");
    pictures("dataset");
    idx("idx");
    idx("dataset");
    model();
    text();
}

int main(int argc, char **argv)
{
    fixture_start();
    root = argc > 1 ? argv[1] : dir;
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_seed) };
    return RUN(tests);
}
