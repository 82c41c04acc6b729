/* Scales, ticks, shapes, and the pictures of a sweep and of a search. */
#include "report/report.h"
#include "report/svg.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "report/markup.h"
#include "report/page.h"

static void is_near(double got, double want)
{
    assert_float_equal((float)got, (float)want, (float)(1e-5 * (want < 0 ? -want : want) + 1e-9));
}

static void scales(void **state)
{
    Scale linear = { 0, 10, 100, 200, false }, down = { 0, 1, 400, 0, false };
    Scale decades = { 1, 1000, 0, 300, true };
    (void)state;
    is_near(svg_at(linear, 2.5), 125);
    is_near(svg_at(down, 0.25), 300);
    is_near(svg_at(decades, 10), 100);
    is_near(svg_at(decades, 1000), 300);
}

static void ticks(void **state)
{
    static const struct { Scale s; int n; double first, last; } cases[] = {
        { { 0, 10, 0, 1, false }, 6, 0, 10 },
        { { 97.2, 99.4, 0, 1, false }, 4, 97.5, 99 },
        { { -3, 3, 0, 1, false }, 7, -3, 3 },
        { { 0.001, 0.0042, 0, 1, false }, 4, 0.001, 0.004 },
        { { 800, 60000, 0, 1, true }, 6, 1000, 50000 },
        { { 1, 1e9, 0, 1, true }, 10, 1, 1e9 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double tick[SVG_TICKS];
        int n = svg_ticks(cases[i].s, tick);
        assert_int_equal(n, cases[i].n);
        is_near(tick[0], cases[i].first);
        is_near(tick[n - 1], cases[i].last);
        for (int k = 1; k < n; k++) assert_true(tick[k] > tick[k - 1]);
    }
}

static void shapes(void **state)
{
    Buf b = { 0 };
    Point p[] = { { 0, 0 }, { 1, 2 } };
    Markup m;
    (void)state;
    svg_open(&b, 10, 20, "c", "a \"label\" <b>");
    svg_rect(&b, (Point){ 1, 2 }, -3, 4, "r");
    svg_polyline(&b, p, 2, "l");
    svg_dot(&b, p[1], 3, "d", "<tip>");
    svg_text(&b, p[0], ANCHOR_END, "t", "R&D");
    svg_axis_x(&b, (Scale){ 0, 1, 0, 100, false }, 50, 0, "x < y");
    svg_close(&b);
    assert_true(markup_is_ours(&m, b.p));
    assert_non_null(strstr(b.p, "width=\"0.00\""));
    assert_non_null(strstr(b.p, "text-anchor=\"end\">R&amp;D</text>"));
    assert_non_null(strstr(b.p, "points=\"0.00,0.00 1.00,2.00\""));
    assert_non_null(strstr(b.p, ">0.2</text>"));
    buf_free(&b);
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (; (text = strstr(text, what)); text++) n++;
    return n;
}

static char *sweep(Scratch *s, const SweepPoint *p, int n)
{
    Ctx c = { 0 };
    Markup m;
    const char *path = io_join(&s->a, s->dir, "sweep.svg");
    assert_int_equal(report_sweep_svg(path, "LeNet-5 <MNIST>", p, n, &c), ERR_NONE);
    char *text = text_of(&s->a, path);
    if (!markup_is_ours(&m, text))
        fail_msg("%s", m.why);
    return text;
}

static void sweep_lines(void **state)
{
    /* T=3: 900 cycles, then 1,000 that is no better, then 2,000 that is; T=4: one */
    static const SweepPoint p[] = {
        { 3, 3, 64, 99.0, 2000 }, { 4, 3, 128, 99.2, 30000 }, { 3, 2, 100, 98.4, 900 },
        { 3, 2, 80, 98.4, 1000 },
    };
    Scratch s = scratch_new();
    (void)state;
    char *text = sweep(&s, p, 4);
    assert_int_equal(count(text, "<polyline"), 2);
    assert_int_equal(count(text, "<circle"), 4 + 2); /* and two in the legend */
    assert_int_equal(count(text, "u2 other"), 1);
    assert_int_equal(count(text, "u2\" "), 3);
    assert_non_null(strstr(text, "T 3, W 2, 80 slots: 98.40 % in 1000 cycles"));
    assert_non_null(strstr(text, "logarithmic"));
    assert_non_null(strstr(text, "T = 4"));
    assert_int_equal(count(text, "http"), 1); /* the name space, which nobody fetches */
    const char *order = strstr(text, "class=\"l2\" points=\"");
    assert_non_null(order);
    double x0, y0, x1, y1;
    assert_int_equal(sscanf(order + 19, "%lf,%lf %lf,%lf", &x0, &y0, &x1, &y1), 4);
    assert_true(x0 < x1 && y0 > y1); /* to the right and up */
    scratch_delete(&s);
}

static void sweep_flat(void **state)
{
    static const SweepPoint one[] = { { 1, 1, 0, 100, 1 } };
    static const SweepPoint same[] = { { 8, 8, 1, 50, 500 }, { 8, 7, 1, 50, 500 } };
    Scratch s = scratch_new();
    (void)state;
    assert_null(strstr(sweep(&s, one, 1), "nan"));
    assert_null(strstr(sweep(&s, same, 2), "nan"));
    assert_null(strstr(sweep(&s, same, 2), "inf"));
    scratch_delete(&s);
}

static char *frontier(Scratch *s, const FrontierPoint *p, int n)
{
    Ctx c = { 0 };
    Markup m;
    const char *path = io_join(&s->a, s->dir, "search.svg");
    assert_int_equal(report_frontier_svg(path, "LeNet-5 <MNIST>", p, n, &c), ERR_NONE);
    char *text = text_of(&s->a, path);
    assert_non_null(text);
    if (!markup_is_ours(&m, text))
        fail_msg("%s", m.why);
    return text;
}

/* Points of class l0 or l1's first line; returns how many, at most 8. */
static int line_of(const char *text, const char *cls, double x[8], double y[8])
{
    char start[32];
    int n = 0, used;
    snprintf(start, sizeof start, "class=\"%s\" points=\"", cls);
    const char *at = strstr(text, start);
    for (at = at ? at + strlen(start) : ""; n < 8 && sscanf(at, "%lf,%lf%n", &x[n], &y[n], &used) == 2; n++)
        at += used;
    return n;
}

static void frontier_lines(void **state)
{
    static const FrontierPoint p[] = {
        { 400, 90, 99.8, 99.3, true, false, "T <6>" }, { 300, 80, 99.9, 99.1, true, false, "T 5" },
        { 200, 85, 99.0, -1, true, true, "chosen: T 4" }, { 100, 40, 20, -1, false, false, "bad" },
    };
    Scratch s = scratch_new();
    double x[8], y[8];
    (void)state;
    char *text = frontier(&s, p, 4);
    /* Both panels: 3 points, 2 with test accuracy, 1 tried; 3 in the legend and the chosen one. */
    assert_int_equal(count(text, "<circle"), 2 * (3 + 2 + 1) + 4);
    assert_int_equal(line_of(text, "l0", x, y), 2); /* 400 bits are worse than 300 */
    assert_true(x[0] < x[1] && y[0] > y[1]);
    assert_int_equal(line_of(text, "l1", x, y), 2);
    assert_non_null(strstr(text, "chosen: T 4"));
    assert_non_null(strstr(text, "not used by the search"));
    scratch_delete(&s);
}

static void frontier_flat(void **state)
{
    static const FrontierPoint one[] = { { 5, 1, 0, -1, true, true, "T 1" } };
    static const FrontierPoint none[] = { { 5, 1, 100, -1, false, false, "T 1" } };
    Scratch s = scratch_new();
    (void)state;
    assert_null(strstr(frontier(&s, one, 1), "nan"));
    assert_null(strstr(frontier(&s, one, 1), "test images"));
    assert_null(strstr(frontier(&s, none, 1), "nan"));
    scratch_delete(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales), cmocka_unit_test(ticks), cmocka_unit_test(shapes),
        cmocka_unit_test(sweep_lines), cmocka_unit_test(sweep_flat),
        cmocka_unit_test(frontier_lines), cmocka_unit_test(frontier_flat),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("svg", tests, NULL, NULL);
}
