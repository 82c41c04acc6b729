/* t_dataset.c - fmt/dataset: every container, labels, what does not fit. */
#include "fixture.h"
#include "fmt/dataset.h"
#include "fmt/npz.h"
#include <math.h>

enum { CIFAR = 3072 };

static unsigned char bytes[2 * (CIFAR + 2)];

/* Records of `skip` label bytes and an image; record i's labels are 3 + i (and 40 + i). */
static const char *cifar(const char *name, size_t skip, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char *r = bytes + i * (CIFAR + skip);
        r[0] = (unsigned char)(3 + i);
        if (skip == 2)
            r[1] = (unsigned char)(40 + i);
        for (size_t k = 0; k < CIFAR; k++) r[skip + k] = (unsigned char)(k + 7 * i);
    }
    return file_of(name, bytes, n * (CIFAR + skip));
}

static void cifar_by_size(void **state)
{
    (void)state;
    Dataset ds;
    for (size_t skip = 1; skip <= 2; skip++) {
        ok(dataset_read(cifar("c.bin", skip, 2), &mem, &ds, &ctx));
        assert_true(ds.n == 2 && ds.c == 3 && ds.h == 32 && ds.w == 32 && ds.is_u8);
        assert_int_equal(ds.label[1], skip == 1 ? 4 : 41);
        for (int k = 0; k < 2 * CIFAR; k++)
            assert_int_equal(ds.u8[k], (unsigned char)(k % CIFAR + k / CIFAR * 7));
    }
    wrong(dataset_read(file_of("c.bin", bytes, CIFAR), &mem, &ds, &ctx), ERR_FORMAT,
          "the file has 3072");
    bytes[0] = 10; /* no such class */
    wrong(dataset_read(file_of("c.bin", bytes, CIFAR + 1), &mem, &ds, &ctx), ERR_FORMAT,
          "no images");
}

static void idx_with_labels(void **state)
{
    (void)state;
    static const unsigned char x[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3,
                                       1, 2, 3, 4, 5, 6 };
    static const unsigned char y[] = { 0, 0, 8, 1, 0, 0, 0, 2, 9, 0 };
    Dataset ds;
    ok(dataset_read(file_of("x", x, sizeof x), &mem, &ds, &ctx));
    assert_true(ds.n == 2 && ds.c == 1 && ds.h == 1 && ds.w == 3 && ds.is_u8 && !ds.label);
    wrong(dataset_check(&ds, 10, &ctx), ERR_SHAPE, "without labels");
    ok(dataset_read_labels(file_of("y", y, sizeof y), &mem, &ds, &ctx));
    ok(dataset_check(&ds, 10, &ctx));
    wrong(dataset_check(&ds, 9, &ctx), ERR_RANGE, "label 0 is 9; the network has classes 0 to 8");
    ds.n_label = 1;
    wrong(dataset_check(&ds, 10, &ctx), ERR_SHAPE, "1 labels for the 2 images");
}

/* An IDX file of exactly one CIFAR record's size stays an IDX file. */
static void an_idx_of_cifars_size(void **state)
{
    (void)state;
    static unsigned char p[CIFAR + 1] = { 0, 0, 8, 2, 0, 0, 0, 1, 0, 0, (CIFAR - 11) >> 8,
                                          (CIFAR - 11) & 255 };
    Dataset ds;
    ok(dataset_parse(p, sizeof p, "x", &mem, &ds, &ctx));
    assert_true(ds.n == 1 && ds.c == CIFAR - 11 && !ds.label);
}

static void npy_shapes(void **state)
{
    (void)state;
    static const float x[12] = { 0.5f, 1, 2 };
    static const struct { int rank, dim[5]; int c, h, w; } cases[] = {
        { 4, { 2, 3, 2, 1 }, 3, 2, 1 }, { 3, { 2, 3, 2 }, 1, 3, 2 }, { 2, { 2, 6 }, 6, 1, 1 },
    };
    Dataset ds;
    for (size_t i = 0; i < 3; i++) {
        Npy a = npy_of(NPY_F4, x, cases[i].rank, cases[i].dim);
        const char *path = io_join(&mem, dir, "x.npy");
        ok(npy_write(path, &a, &ctx));
        ok(dataset_read(path, &mem, &ds, &ctx));
        assert_true(ds.n == 2 && ds.c == cases[i].c && ds.h == cases[i].h && ds.w == cases[i].w);
        assert_true(!ds.is_u8 && ds.f32[2] == 2.0f);
    }
}

static Err read_array(NpyType t, const void *p, int rank, const int *dim, Dataset *ds)
{
    Npy a = npy_of(t, p, rank, dim);
    const char *path = io_join(&mem, dir, "a.npy");
    ok(npy_write(path, &a, &ctx));
    return dataset_read(path, &mem, ds, &ctx);
}

static void arrays_that_are_no_images(void **state)
{
    (void)state;
    Dataset ds;
    float x[4] = { 0, 1, NAN, 2 };
    double d[4] = { 0, 1, 1e300, 2 };
    int64_t v[4] = { 0 };
    wrong(read_array(NPY_F4, x, 2, (int[]){ 2, 2 }, &ds), ERR_RANGE, "number 2");
    wrong(read_array(NPY_F8, d, 2, (int[]){ 2, 2 }, &ds), ERR_RANGE, "number 2");
    wrong(read_array(NPY_I8, v, 2, (int[]){ 2, 2 }, &ds), ERR_UNSUPPORTED, "uint8 or float32");
    wrong(read_array(NPY_F4, x, 1, (int[]){ 4 }, &ds), ERR_SHAPE, "1 dimensions");
    wrong(read_array(NPY_F4, x, 2, (int[]){ 0, 4 }, &ds), ERR_SHAPE, "dimension of 0");
    ok(read_array(NPY_U1, x, 3, (int[]){ 2, 2, 2 }, &ds));
    assert_true(ds.is_u8 && ds.n == 2);
}

static void npz_with_everything(void **state)
{
    (void)state;
    static const float x[8] = { 1 }, logits[6] = { 0, 1, 2, 3, 4, 5 };
    static const int64_t y[2] = { 2, 0 };
    NpzMember m[] = { { "y", npy_of(NPY_I8, y, 1, (int[]){ 2 }) },
                      { "logits", npy_of(NPY_F4, logits, 2, (int[]){ 2, 3 }) },
                      { "x", npy_of(NPY_F4, x, 4, (int[]){ 2, 1, 2, 2 }) } };
    const char *path = io_join(&mem, dir, "t.npz");
    Dataset ds;
    ok(npz_write(path, m, 3, &ctx));
    ok(dataset_read(path, &mem, &ds, &ctx));
    ok(dataset_check(&ds, 3, &ctx));
    assert_true(ds.n_logits == 3 && ds.logits[5] == 5.0f && ds.label[0] == 2);
    wrong(dataset_check(&ds, 4, &ctx), ERR_SHAPE, "logits of 3 classes; the network has 4");
    ok(dataset_read_labels(path, &mem, &ds, &ctx));
    ok(npz_write(path, m, 2, &ctx));
    wrong(dataset_read(path, &mem, &ds, &ctx), ERR_FORMAT, "no array 'x'");
    m[0].a = npy_of(NPY_F4, x, 1, (int[]){ 2 });
    ok(npz_write(path, m, 3, &ctx));
    wrong(dataset_read(path, &mem, &ds, &ctx), ERR_SHAPE, "vector of integers");
    m[0].a = npy_of(NPY_I8, (int64_t[]){ 1, -1 }, 1, (int[]){ 2 });
    ok(npz_write(path, m, 3, &ctx));
    wrong(dataset_read(path, &mem, &ds, &ctx), ERR_RANGE, "label 1 is -1");
    m[1].a = npy_of(NPY_F4, logits, 2, (int[]){ 3, 2 });
    m[0].name = "z";
    ok(npz_write(path, m, 3, &ctx));
    wrong(dataset_read(path, &mem, &ds, &ctx), ERR_SHAPE, "logits");
}

static void one_picture(void **state)
{
    (void)state;
    Dataset ds;
    ok(dataset_read(file_of("p.pgm", "P5 2 1 255 ab", 13), &mem, &ds, &ctx));
    assert_true(ds.n == 1 && ds.c == 1 && ds.h == 1 && ds.w == 2 && ds.is_u8 && ds.u8[1] == 'b');
}

static void all_of_mnist(const char *images, const char *labels)
{
    Dataset ds;
    ok(dataset_read(images, &mem, &ds, &ctx));
    ok(dataset_read_labels(labels, &mem, &ds, &ctx));
    ok(dataset_check(&ds, 10, &ctx));
    assert_true(ds.n == 10000 && ds.h == 28 && ds.w == 28 && ds.label[0] == 7);
}

static void mnist_is_read(void **state)
{
    (void)state;
    all_of_mnist("examples/data/mnist/t10k-images-idx3-ubyte.gz",
                 "examples/data/mnist/t10k-labels-idx1-ubyte.gz");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cifar_by_size),         cmocka_unit_test(idx_with_labels),
        cmocka_unit_test(an_idx_of_cifars_size), cmocka_unit_test(npy_shapes),
        cmocka_unit_test(arrays_that_are_no_images), cmocka_unit_test(npz_with_everything),
        cmocka_unit_test(one_picture),           cmocka_unit_test(mnist_is_read),
    };
    return RUN(tests);
}
