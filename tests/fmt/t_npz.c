/* t_npz.c - fmt/npz: arrays come back, the same bytes twice, cuts, damage, lies, doubled names. */
#include "fixture.h"
#include "fmt/npz.h"
#include <time.h>

static const float   f[6]  = { 1, 2, 3, 4, 5, 6 };
static const int64_t big[2] = { -1, 1ll << 40 };

static const char *write_two(const char *name)
{
    const NpzMember m[] = {
        { "x",          npy_of(NPY_F4, f, 2, (int[]){ 2, 3 }) },
        { "/0/Conv.b",  npy_of(NPY_I8, big, 1, (int[]){ 2 }) },
        { "none",       npy_of(NPY_U1, NULL, 2, (int[]){ 0, 4 }) },
    };
    const char *path = io_join(&mem, dir, name);
    ok(npz_write(path, m, 3, &ctx));
    return path;
}

static void arrays_come_back(void **state)
{
    (void)state;
    Npz z;
    ok(npz_read(write_two("a.npz"), &mem, &z, &ctx));
    assert_int_equal(z.n, 3);
    assert_string_equal(z.member[0].name, "x");
    assert_memory_equal(npz_find(&z, "x")->p, f, sizeof f);
    assert_memory_equal(npz_find(&z, "/0/Conv.b")->p, big, sizeof big);
    assert_int_equal(npz_find(&z, "none")->n, 0);
    assert_null(npz_find(&z, "y"));
}

static void the_same_bytes_twice(void **state)
{
    (void)state;
    size_t n1, n2;
    const unsigned char *a = bytes_of(write_two("b.npz"), &n1);
    nanosleep(&(struct timespec){ 2, 100000000 }, NULL); /* zip's clock ticks in 2 s */
    const unsigned char *b = bytes_of(write_two("c.npz"), &n2);
    assert_int_equal(n1, n2);
    assert_memory_equal(a, b, n1);
}

static void no_temporary_file_is_left(void **state)
{
    (void)state;
    write_two("d.npz");
    const char *count = arena_printf(&mem, "test \"$(ls %s | grep -c '^d.npz')\" = 1", dir);
    assert_int_equal(system(count), 0);
    const NpzMember m = { "x", npy_of(NPY_F4, f, 1, (int[]){ 6 }) };
    wrong(npz_write("/nonexistent/a.npz", &m, 1, &ctx), ERR_IO, "cannot");
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    size_t n;
    const unsigned char *p = bytes_of(write_two("e.npz"), &n);
    for (size_t k = 0; k < n; k++) {
        Npz z;
        Arena scratch = mem;
        Err e = npz_parse(p, k, "e.npz", &scratch, &z, &ctx);
        wrong(e, e, "");
        assert_int_not_equal(e, ERR_NONE);
    }
}

/* Any one byte of the file's payload or lengths damaged: an error, or the same arrays. */
static void every_flip_is_safe(void **state)
{
    (void)state;
    size_t n;
    int refused = 0;
    const char *path = write_two("g.npz");
    const unsigned char *p = bytes_of(path, &n);
    for (size_t k = 0; k < n; k++) {
        Npz z;
        Arena scratch = mem;
        unsigned char *q = NEW(&scratch, unsigned char, n);
        memcpy(q, p, n);
        q[k] ^= 0x41;
        Err e = npz_parse(q, n, "g.npz", &scratch, &z, &ctx);
        const Npy *x = e ? NULL : npz_find(&z, "x");
        if (x && x->type == NPY_F4 && x->n == 6)
            assert_memory_equal(x->p, f, sizeof f);
        refused += e != ERR_NONE;
        taken();
    }
    assert_true(refused > 100);
}

static void doubled_names_are_told(void **state)
{
    (void)state;
    const char *path = io_join(&mem, dir, "h.npz");
    const NpzMember m[] = { { "x", npy_of(NPY_F4, f, 1, (int[]){ 6 }) },
                            { "y", npy_of(NPY_F4, f, 1, (int[]){ 6 }) } };
    ok(npz_write(path, m, 2, &ctx));
    size_t n;
    const unsigned char *made = bytes_of(path, &n);
    unsigned char *p = NEW(&mem, unsigned char, n);
    memcpy(p, made, n);
    for (size_t k = 0; k + 5 < n; k++)
        if (!memcmp(p + k, "y.npy", 5))
            p[k] = 'x';
    Npz z;
    wrong(npz_parse(p, n, path, &mem, &z, &ctx), ERR_FORMAT, "member 'x' is there twice");
}

static void no_arrays_are_a_file_too(void **state)
{
    (void)state;
    Npz z;
    const char *path = io_join(&mem, dir, "empty.npz");
    ok(npz_write(path, NULL, 0, &ctx));
    ok(npz_read(path, &mem, &z, &ctx));
    assert_int_equal(z.n, 0);
}

static void not_arrays_are_told(void **state)
{
    (void)state;
    Npz z;
    wrong(npz_parse((const unsigned char *)"hello", 5, "x", &mem, &z, &ctx), ERR_FORMAT, "zip");
    wrong(npz_read(io_join(&mem, dir, "nowhere.npz"), &mem, &z, &ctx), ERR_IO, "open");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_come_back),          cmocka_unit_test(the_same_bytes_twice),
        cmocka_unit_test(no_temporary_file_is_left), cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(every_flip_is_safe),        cmocka_unit_test(doubled_names_are_told),
        cmocka_unit_test(no_arrays_are_a_file_too),  cmocka_unit_test(not_arrays_are_told),
    };
    return RUN(tests);
}
