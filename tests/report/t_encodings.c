/* The picture of radix codes beside rates, from run.json alone. */
#include "report/report.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "report/markup.h"
#include "report/page.h"

/* Rates of 1 .. 4 steps, radix codes of T = 1 .. 3. */
#define RUN_JSON                                                                              \
    "{\"model\":{\"name\":\"net <1>\"},"                                                      \
    "\"radix\":{\"accuracy\":[96,98,99],\"spikes_per_image\":[10,20,30],"                     \
    "\"sops_per_image\":[100,200,300]},"                                                      \
    "\"rate\":{\"network_steps\":4,\"network_weights\":3,\"accuracy\":[10,91,97,98.5],"       \
    "\"spikes_per_image\":[0,5,15,25],\"sops_per_image\":[0,50,150,250]},"                    \
    "\"rate_half_charged\":{\"accuracy\":[96,97,98,99],\"spikes_per_image\":[8,16,24,32],"    \
    "\"sops_per_image\":[80,160,240,320]}}"

static int count(const char *text, const char *what)
{
    int n = 0;
    for (; (text = strstr(text, what)); text++) n++;
    return n;
}

static Err draw(Scratch *s, const char *json, int n, char **text)
{
    Ctx c = { 0 };
    scratch_put(s, "run.json", json);
    const char *dir[] = { s->dir, s->dir }, *path = io_join(&s->a, s->dir, "e.svg");
    Err e = report_encodings_svg(path, dir, n, &c);
    *text = e ? arena_str(&s->a, c.first.text) : text_of(&s->a, path);
    return e;
}

static void two_networks(void **state)
{
    (void)state;
    Scratch s = scratch_new();
    Markup m;
    char *text;
    assert_int_equal(ERR_NONE, draw(&s, RUN_JSON, 2, &text));
    if (!markup_is_ours(&m, text))
        fail_msg("%s", m.why);
    assert_int_equal(count(text, "<polyline"), 2 * 9);
    assert_int_equal(count(text, "net &lt;1&gt;, W=3, rates from T=4"), 2);
    assert_int_equal(count(text, "accuracy, %"), 2);
    assert_int_equal(count(text, "radix: 98 at 2 steps"), 2);
    assert_int_equal(count(text, "rate: 10 at 1 steps"), 0); /* below the picture */
    assert_int_equal(count(text, "rate: 0 at 1 steps"), 0);  /* no logarithm */
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "inf"));
    /* The rate's accuracy enters from below between 2 and 3 steps, then two points. */
    const char *line = strstr(text, "class=\"l0\" points=\"");
    double x[3], y[3];
    assert_non_null(line);
    assert_int_equal(6, sscanf(line + 19, "%lf,%lf %lf,%lf %lf,%lf", &x[0], &y[0], &x[1], &y[1],
                               &x[2], &y[2]));
    assert_true(x[0] < x[1] && x[1] < x[2] && y[0] > y[1] && y[1] > y[2]);
    scratch_delete(&s);
}

static void refused(void **state)
{
    (void)state;
    Scratch s = scratch_new();
    char *text;
    assert_int_equal(ERR_OPTION, draw(&s, "{}", 0, &text));
    assert_int_equal(ERR_FORMAT, draw(&s, "{}", 1, &text));
    assert_non_null(strstr(text, "--encoding rate --sweep"));
    assert_int_equal(ERR_FORMAT, draw(&s, "{\"rate\":{\"accuracy\":3}}", 1, &text));
    scratch_delete(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(two_networks), cmocka_unit_test(refused) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("encodings", tests, NULL, NULL);
}
