/* t_num.c - base/num and base/rng: tables of cases against the definitions. */
#include "fixture.h"
#include "base/num.h"
#include "base/rng.h"
#include <math.h>

static void divisions(void **state)
{
    (void)state;
    for (int64_t a = -20; a <= 20; a++)
        for (int64_t b = 1; b <= 7; b++) {
            assert_int_equal(num_floor_div(a, b), (int64_t)floor((double)a / (double)b));
            if (a >= 0)
                assert_int_equal(num_ceil_div(a, b), (int64_t)ceil((double)a / (double)b));
        }
    assert_int_equal(num_floor_div(INT64_MIN, 1), INT64_MIN);
}

static void widths(void **state)
{
    (void)state;
    static const struct { int64_t lo, hi; int bits; } cases[] = {
        { 0, 0, 1 },   { -1, 0, 1 },  { 0, 1, 2 },   { -2, 1, 2 },  { -3, 1, 3 },
        { 0, 127, 8 }, { 0, 128, 9 }, { -128, 0, 8 }, { -129, 0, 9 },
        { INT64_MIN, INT64_MAX, 64 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(num_sbits(cases[i].lo, cases[i].hi), cases[i].bits);
    assert_int_equal(num_ubits(0), 0);
    assert_int_equal(num_ubits(7), 3);
    assert_int_equal(num_ubits(8), 4);
    assert_int_equal(num_ubits(UINT64_MAX), 64);
}

static void wraps(void **state)
{
    (void)state;
    for (int bits = 1; bits <= 10; bits++)
        for (int64_t x = -3000; x <= 3000; x++) {
            int64_t w = num_wrap(x, bits), m = (int64_t)1 << bits;
            assert_true(w >= -m / 2 && w < m / 2 && (x - w) % m == 0);
        }
    assert_int_equal(num_wrap(INT64_MIN, 64), INT64_MIN);
    assert_int_equal(num_clamp(5, -1, 3), 3);
    assert_int_equal(num_clamp(-5, -1, 3), -1);
}

static void bytes(void **state)
{
    (void)state;
    static const unsigned char p[4] = { 0x81, 0x92, 0xa3, 0xb4 };
    assert_int_equal(rd_u16le(p), 0x9281);
    assert_int_equal(rd_u32le(p), 0xb4a39281u);
    assert_int_equal(rd_u32be(p), 0x8192a3b4u);
}

/* The first numbers of SplitMix64 from seed 1234567, as published with the algorithm. */
static void random_numbers(void **state)
{
    (void)state;
    static const uint64_t want[] = { 6457827717110365317u, 3203168211198807973u,
                                     9817491932198370423u, 4593380528125082431u };
    Rng r = { 1234567 };
    for (int i = 0; i < 4; i++) assert_true(rng_u64(&r) == want[i]);
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        int64_t k = rng_range(&r, -2, 2);
        double u = rng_unit(&r);
        assert_true(k >= -2 && k <= 2 && u >= 0 && u < 1 && rng_below(&r, 3) < 3);
        sum += u;
    }
    assert_true(fabs(sum / 100000 - 0.5) < 0.01);
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divisions), cmocka_unit_test(widths), cmocka_unit_test(wraps),
        cmocka_unit_test(bytes),     cmocka_unit_test(random_numbers),
    };
    return RUN(tests);
}
