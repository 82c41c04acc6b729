/* t_buf.c - base/buf: grows, keeps a NUL behind the end, holds any bytes. */
#include "fixture.h"
#include "base/buf.h"

static void grows_and_keeps(void **state)
{
    (void)state;
    Buf b = { 0 };
    for (int i = 0; i < 10000; i++) buf_printf(&b, "%04d,", i);
    assert_int_equal(b.n, 50000);
    assert_int_equal(b.p[b.n], '\0');
    assert_memory_equal(b.p + 5 * 1234, "1234,", 5);
    buf_add(&b, "\0x", 2);
    assert_memory_equal(b.p + 50000, "\0x\0", 3);
    buf_free(&b);
    assert_true(!b.p && !b.n && !b.cap);
}

static void nothing_is_something(void **state)
{
    (void)state;
    Buf b = { 0 };
    buf_add(&b, NULL, 0);
    buf_printf(&b, "%s", "");
    assert_string_equal(b.p, "");
    buf_free(&b);
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = { cmocka_unit_test(grows_and_keeps),
                                        cmocka_unit_test(nothing_is_something) };
    return RUN(tests);
}
