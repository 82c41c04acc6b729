/* Text and numbers into markup. */
#include "report/html.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define BAD "\xef\xbf\xbd"

static void check(Buf *b, const char *want)
{
    assert_string_equal(b->n ? b->p : "", want);
    buf_free(b);
}

static void text(void **state)
{
    static const char *const cases[][2] = {
        { "conv1", "conv1" },
        { "", "" },
        { "<b a=\"1\" c='2'>&", "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;" },
        { "&amp;", "&amp;amp;" },
        { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
        { "a\tb\nc", "a\tb\nc" },
        { "a\x01" "b\x1b\x7f", "a" BAD "b" BAD BAD },
        { "\xc2\x9f\xe2\x80\xae\xe2\x81\xa6\xef\xbf\xbe", BAD BAD BAD BAD }, /* C1 RLO LRI FFFE */
        { "\xe2\x80", BAD BAD },                                           /* cut short */
        { "\xff<", BAD "&lt;" },
        { "\x80\x80", BAD BAD },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Buf b = { 0 };
        html_text(&b, cases[i][0]);
        check(&b, cases[i][1]);
    }
}

static void grouped(void **state)
{
    static const struct { double x; int decimals; const char *want; } cases[] = {
        { 0, 0, "0" }, { 7, 0, "7" }, { 999, 0, "999" }, { 1000, 0, "1,000" },
        { 58656, 0, "58,656" }, { -1234567, 0, "-1,234,567" }, { -123, 0, "-123" },
        { 1412.44, 1, "1,412.4" }, { 99.1, 2, "99.10" }, { 0.5, 3, "0.500" },
        { 999999999999, 0, "999,999,999,999" }, { 1e15, 0, "1e+15" }, { -1e300, 2, "-1e+300" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Buf b = { 0 };
        html_num(&b, cases[i].x, cases[i].decimals);
        check(&b, cases[i].want);
    }
}

static void automatic(void **state)
{
    static const struct { double x; const char *want; } cases[] = {
        { 0, "0" }, { 784, "784" }, { 1412.44, "1,412.4" }, { 81.94, "81.9" }, { 9.5, "9.5" },
        { 9.999, "10" }, { 5.25, "5.25" }, { 0.031, "0.031" }, { 0.5, "0.5" },
        { 0.0000076, "7.6e-06" }, { -2.5, "-2.5" }, { 353604.9, "353,605" }, { 1e18, "1e+18" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Buf b = { 0 };
        html_num_auto(&b, cases[i].x);
        check(&b, cases[i].want);
    }
}

static void share(void **state)
{
    static const struct { double part, whole; const char *want; } cases[] = {
        { 8412, 63400, "13.3 %" }, { 0, 240, "0 %" }, { 1, 10000, "&lt;0.1 %" },
        { 3, 2, "150.0 %" }, { 5, 5, "100.0 %" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Buf b = { 0 };
        html_share(&b, cases[i].part, cases[i].whole);
        check(&b, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text), cmocka_unit_test(grouped), cmocka_unit_test(automatic),
        cmocka_unit_test(share),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
