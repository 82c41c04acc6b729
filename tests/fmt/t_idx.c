/* t_idx.c - fmt/idx: plain and gzipped, every cut, lying sizes, trailing bytes, a bomb. */
#include "fixture.h"
#include "fmt/idx.h"
#include <zlib.h>

static const unsigned char two[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2,
                                     1, 2, 3, 4, 5, 6, 7, 8 };

static unsigned char *gzip(const unsigned char *p, size_t n, size_t *out)
{
    z_stream z = { 0 };
    size_t cap = n / 2 + 4096;
    unsigned char *q = NEW(&mem, unsigned char, cap);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in   = (unsigned char *)(uintptr_t)p;
    z.avail_in  = (uInt)n;
    z.next_out  = q;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    *out = z.total_out;
    deflateEnd(&z);
    return q;
}

static Err parse(const unsigned char *p, size_t n, Npy *a)
{
    Arena scratch = mem;
    unsigned char *copy = malloc(n ? n : 1); /* so that the sanitizer sees the end */
    memcpy(copy, p, n);
    Err e = idx_parse(copy, n, "x.idx", &scratch, a, &ctx);
    free(copy);
    return e;
}

static void both_forms_are_read(void **state)
{
    (void)state;
    size_t n;
    Npy a;
    const unsigned char *z = gzip(two, sizeof two, &n);
    for (int packed = 0; packed < 2; packed++) {
        const char *path = packed ? file_of("a.gz", z, n) : file_of("a", two, sizeof two);
        ok(idx_read(path, &mem, &a, &ctx));
        assert_int_equal(a.rank, 3);
        assert_int_equal(a.n, 8);
        assert_memory_equal(a.p, two + 16, 8);
    }
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    size_t n;
    Npy a;
    const unsigned char *z = gzip(two, sizeof two, &n);
    for (size_t k = 0; k < sizeof two; k++) wrong(parse(two, k, &a), ERR_FORMAT, "");
    for (size_t k = 0; k < n; k++) wrong(parse(z, k, &a), ERR_FORMAT, "");
}

static void lies_are_told(void **state)
{
    (void)state;
    Npy a;
    unsigned char p[32] = { 0 };
    memcpy(p, two, sizeof two);
    wrong_at(parse(p, sizeof two + 1, &a), ERR_FORMAT, sizeof two, "follow");
    p[2] = 0x0d;
    wrong_at(parse(p, sizeof two, &a), ERR_UNSUPPORTED, 2, "0x0d");
    p[2] = 8;
    p[3] = 5;
    wrong_at(parse(p, sizeof two, &a), ERR_UNSUPPORTED, 3, "5 dimensions");
    p[3] = 3;
    memset(p + 4, 0xff, 12); /* 2^96 elements */
    wrong_at(parse(p, sizeof two, &a), ERR_FORMAT, 4, "more elements");
    p[0] = 1;
    wrong(parse(p, sizeof two, &a), ERR_FORMAT, "not an IDX");
}

static void a_bomb_costs_nothing(void **state)
{
    (void)state;
    size_t n, size = 64 << 20;
    unsigned char *big = NEW(&mem, unsigned char, size);
    memcpy(big, two, 16); /* announces 8 elements, 64 MiB follow */
    unsigned char *z = gzip(big, size, &n);
    Npy a;
    wrong(parse(z, n, &a), ERR_FORMAT, "follow");
    big[4] = 0x7f; /* announces 2^31 x 4 elements in a file of 64 kB */
    z = gzip(big, 4096, &n);
    wrong(parse(z, n, &a), ERR_FORMAT, "more elements");
}

static void damage_is_told(void **state)
{
    (void)state;
    size_t n;
    Npy a;
    unsigned char *z = gzip(two, sizeof two, &n);
    z[n - 6] ^= 1; /* its checksum */
    wrong(parse(z, n, &a), ERR_FORMAT, "damaged");
    z[n - 6] ^= 1;
    z[n] = 0;
    wrong(parse(z, n + 1, &a), ERR_FORMAT, "follow");
}

static void memory_is_asked_for_politely(void **state)
{
    (void)state;
    Npy a;
    Arena small = { mem.beg, mem.beg + 66 };
    wrong(idx_parse(two, sizeof two, "x", &small, &a, &ctx), ERR_LIMIT, "memory");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_are_read),  cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(lies_are_told),        cmocka_unit_test(a_bomb_costs_nothing),
        cmocka_unit_test(damage_is_told),       cmocka_unit_test(memory_is_asked_for_politely),
    };
    return RUN(tests);
}
