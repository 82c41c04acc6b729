/* t_npy.c - fmt/npy: every type round, every cut refused, lying headers, halves. */
#include "fixture.h"
#include "fmt/npy.h"
#include <math.h>

/* An array file with the given header text (version 1, padded to 64) and n bytes of data. */
static const unsigned char *npy_with(const char *dict, size_t data, size_t *n)
{
    size_t len = strlen(dict), pad = 63 - (10 + len) % 64;
    unsigned char *p = NEW(&mem, unsigned char, 10 + len + pad + 1 + data);
    memcpy(p, "\x93NUMPY\1\0", 8);
    p[8] = (unsigned char)(len + pad + 1);
    p[9] = (unsigned char)((len + pad + 1) >> 8);
    memcpy(p + 10, dict, len);
    memset(p + 10 + len, ' ', pad);
    p[10 + len + pad] = '\n';
    *n = 10 + len + pad + 1 + data;
    return p;
}

static void every_type_comes_back(void **state)
{
    (void)state;
    static const unsigned char raw[3 * 2 * 8] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 60 };
    for (NpyType t = 0; t < NPY_TYPE_COUNT; t++) {
        Npy a = npy_of(t, raw, 2, (int[]){ 3, 2 }), b;
        const char *path = io_join(&mem, dir, "a.npy");
        ok(npy_write(path, &a, &ctx));
        ok(npy_read(path, &mem, &b, &ctx));
        assert_int_equal(b.type, t);
        assert_int_equal(b.rank, 2);
        assert_int_equal(b.dim[0], 3);
        assert_int_equal(b.dim[1], 2);
        assert_memory_equal(a.p, b.p, npy_bytes(&a));
        for (int i = 0; i < 6; i++) assert_memory_equal(&(double){ npy_at(&a, i) },
                                                        &(double){ npy_at(&b, i) }, sizeof(double));
    }
}

static void header_is_numpys(void **state)
{
    (void)state;
    Buf b = { 0 };
    Npy a = npy_of(NPY_F4, NULL, 1, (int[]){ 5 });
    npy_header(&b, &a);
    assert_int_equal(b.n % 64, 0);
    assert_non_null(strstr(b.p + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }"));
    assert_int_equal(b.p[b.n - 1], '\n');
    buf_free(&b);
}

static void values_of_each_type(void **state)
{
    (void)state;
    static const struct { NpyType t; unsigned char raw[8]; double want; } cases[] = {
        { NPY_F2, { 0x00, 0xc0 }, -2 },          { NPY_F4, { 0, 0, 0xc0, 0x3f }, 1.5 },
        { NPY_F8, { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f }, 1 }, { NPY_U1, { 200 }, 200 },
        { NPY_I1, { 0xff }, -1 },                { NPY_I2, { 0xfe, 0xff }, -2 },
        { NPY_I4, { 1, 1, 0, 0 }, 257 },
        { NPY_I8, { 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, -3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Npy a = npy_of(cases[i].t, cases[i].raw, 0, NULL);
        assert_true(npy_at(&a, 0) == cases[i].want);
    }
}

static void halves_are_exact(void **state)
{
    (void)state;
    assert_true(half_to_float(0x3c00) == 1.0f);
    assert_true(half_to_float(0x0001) == 0x1p-24f);
    assert_true(half_to_float(0x83ff) == -1023 * 0x1p-24f);
    assert_true(half_to_float(0x7bff) == 65504.0f);
    assert_true(isinf(half_to_float(0xfc00)) && half_to_float(0xfc00) < 0);
    assert_true(isnan(half_to_float(0x7e00)));
    for (int h = 0; h < 65536; h++) { /* every one against its definition */
        int exp = h >> 10 & 31, frac = h & 1023;
        double m = exp ? ldexp(1024 + frac, exp - 25) : ldexp(frac, -24);
        if (exp < 31)
            assert_true((double)half_to_float((uint16_t)h) == (h >> 15 ? -m : m));
    }
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    size_t n;
    const unsigned char *p =
        npy_with("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }", 6, &n);
    Npy a;
    ok(npy_parse(p, n, "x", &a, &ctx));
    for (size_t k = 0; k < n; k++) {
        unsigned char *cut = malloc(k ? k : 1); /* so that the sanitizer sees the end */
        memcpy(cut, p, k);
        wrong(npy_parse(cut, k, "x", &a, &ctx), ERR_FORMAT, "");
        free(cut);
    }
}

static void lies_are_told(void **state)
{
    (void)state;
    static const struct { const char *dict; Err want; const char *text; } cases[] = {
        { "{'descr': '|u1', 'fortran_order': True, 'shape': (6,), }", ERR_UNSUPPORTED, "Fortran" },
        { "{'descr': '>f4', 'fortran_order': False, 'shape': (6,), }", ERR_UNSUPPORTED, "'>f4'" },
        { "{'descr': '', 'fortran_order': False, 'shape': (6,), }", ERR_UNSUPPORTED, "''" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }", ERR_FORMAT,
          "more elements" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", ERR_FORMAT, "5 bytes, 6" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", ERR_FORMAT, "1 bytes, 6" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
          ERR_FORMAT, "more elements" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }",
          ERR_FORMAT, "too large" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,6), }", ERR_LIMIT,
          "dimensions" },
        { "{'descr': '|u1', 'shape': (6,), }", ERR_FORMAT, "expected" },
        { "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (6,), }", ERR_FORMAT,
          "twice" },
        { "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (6,), }", ERR_FORMAT, "neither" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (6 7), }", ERR_FORMAT, "comma" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (6,), } x", ERR_FORMAT,
          "nothing else" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", ERR_FORMAT,
          "quoted" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n;
        Npy a;
        const unsigned char *p = npy_with(cases[i].dict, 6, &n);
        wrong(npy_parse(p, n, "x", &a, &ctx), cases[i].want, cases[i].text);
    }
    wrong_at(npy_parse((const unsigned char *)"\x93NUMPY\7\0\0\0\0\0", 12, "x", &(Npy){ 0 }, &ctx),
             ERR_UNSUPPORTED, 6, "version 7");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_comes_back), cmocka_unit_test(header_is_numpys),
        cmocka_unit_test(values_of_each_type),   cmocka_unit_test(halves_are_exact),
        cmocka_unit_test(every_cut_is_refused),  cmocka_unit_test(lies_are_told),
    };
    return RUN(tests);
}
