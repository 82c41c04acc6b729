/* What a search found: agreement with the float network against weight bits and against SOPs. */
#include "base/io.h"
#include "report/html.h"
#include "report/report.h"
#include "report/style.h"
#include "report/svg.h"
#include <assert.h>
#include <math.h>

enum { PAGE_W = 960, PAGE_H = 500, LEFT = 62, WIDE = 390, GAP = 74, TOP = 128, BOTTOM = 436 };

static double x_of(const FrontierPoint *p, int panel) { return panel ? p->sops : p->weight_bits; }

/* Of all points; logarithmic from a decade on. */
static Scale scale_x(const FrontierPoint *p, int n, int panel)
{
    double lo = INFINITY, hi = 0, from = LEFT + panel * (WIDE + GAP);
    for (int i = 0; i < n; i++) {
        lo = fmin(lo, x_of(&p[i], panel));
        hi = fmax(hi, x_of(&p[i], panel));
    }
    bool is_log = hi > 10 * lo;
    double air = 0.05 * (hi - lo) + 0.01 * hi;
    return is_log ? (Scale){ lo / 1.15, hi * 1.15, from, from + WIDE, true }
                  : (Scale){ fmax(0, lo - air), hi + air, from, from + WIDE, false };
}

/* Of the front (of which there may be nothing): what lies far below it is drawn at the edge. */
static Scale scale_y(const FrontierPoint *p, int n)
{
    double lo = 100, hi = 0;
    for (int i = 0; i < n; i++) {
        if (!p[i].front)
            continue;
        double known = p[i].accuracy >= 0 ? p[i].accuracy : p[i].agreement;
        lo = fmin(lo, fmin(p[i].agreement, known));
        hi = fmax(hi, fmax(p[i].agreement, known));
    }
    double air = fmax(0.3 * fabs(hi - lo), 0.25);
    return (Scale){ fmax(0, fmin(lo, hi) - air), fmin(fmax(lo, hi) + 0.5 * air, 100.1), BOTTOM, TOP,
                    false };
}

typedef struct Panel { Scale x, y; int which; } Panel;

static Point place(const Panel *a, const FrontierPoint *p, double y)
{
    return (Point){ svg_at(a->x, x_of(p, a->which)), svg_at(a->y, fmax(y, a->y.lo)) };
}

static void tried(Buf *b, const Panel *a, const FrontierPoint *p, int n)
{
    for (int i = 0; i < n; i++)
        if (!p[i].front)
            svg_dot(b, place(a, &p[i], p[i].agreement), 2.5, "u7 other", p[i].name);
}

static double y_of(const FrontierPoint *p, bool test) { return test ? p->accuracy : p->agreement; }

static bool comes_before(const FrontierPoint *p, const FrontierPoint *q, int panel, bool test)
{
    double d = x_of(p, panel) - x_of(q, panel);
    return d < 0 || (d <= 0 && y_of(p, test) > y_of(q, test));
}

/* The front's points by x, ascending, of equals the better first: their indices in at[]. */
static int front_sorted(const Panel *a, const FrontierPoint *p, int n, bool test, int *at)
{
    int m = 0;
    for (int i = 0; i < n; i++) {
        if (!p[i].front || y_of(&p[i], test) < 0)
            continue;
        int j = m++;
        for (; j > 0 && comes_before(&p[i], &p[at[j - 1]], a->which, test); j--) at[j] = at[j - 1];
        at[j] = i;
    }
    return m;
}

/* A dot for each point of the front, a line through those that are better than all cheaper ones. */
static void series(Buf *b, const Panel *a, const FrontierPoint *p, int n, bool test, Arena scratch)
{
    int *at = NEW(&scratch, int, (size_t)n), m = front_sorted(a, p, n, test, at), k = 0;
    Point *on_line = NEW(&scratch, Point, (size_t)n);
    double best = -INFINITY;
    for (int i = 0; i < m; i++) {
        const FrontierPoint *q = &p[at[i]];
        Point here = place(a, q, y_of(q, test));
        svg_dot(b, here, q->chosen ? 6 : 3.5, test ? "u1" : "u0", q->name);
        if (y_of(q, test) > best)
            on_line[k++] = here;
        best = fmax(best, y_of(q, test));
    }
    svg_polyline(b, on_line, k, test ? "l1" : "l0");
}

static void panel(Buf *b, const Panel *a, const FrontierPoint *p, int n, const char *what,
                  Arena scratch)
{
    svg_axis_x(b, a->x, BOTTOM, TOP, what);
    svg_axis_y(b, a->y, a->x.from, a->x.to, "percent");
    tried(b, a, p, n);
    series(b, a, p, n, true, scratch);
    series(b, a, p, n, false, scratch);
}

static void legend(Buf *b, const FrontierPoint *p, int n, bool test)
{
    static const char *const text[] = { "agreement with the float network, frontier",
                                        "tried",
                                        "accuracy on test images (not used by the search)" };
    static const char *const cls[] = { "u0", "u7", "u1" };
    static const double at[] = { LEFT, LEFT + 300, LEFT + 370 };
    for (int i = 0; i < 2 + test; i++) {
        svg_dot(b, (Point){ at[i] + 5, 60 }, 5, cls[i], NULL);
        svg_text(b, (Point){ at[i] + 16, 64 }, ANCHOR_START, "key", text[i]);
    }
    for (int i = 0; i < n; i++)
        if (p[i].chosen) {
            svg_dot(b, (Point){ LEFT + 5, 84 }, 6, "u0", NULL);
            svg_text(b, (Point){ LEFT + 16, 88 }, ANCHOR_START, "key", p[i].name);
        }
}

static void picture(Buf *b, const char *title, const FrontierPoint *p, int n, Arena scratch)
{
    bool test = false;
    Panel bits = { scale_x(p, n, 0), scale_y(p, n), 0 }, sops = { scale_x(p, n, 1), bits.y, 1 };
    for (int i = 0; i < n; i++) test |= p[i].front && p[i].accuracy >= 0;
    style_open_picture(b, PAGE_W, PAGE_H, title);
    legend(b, p, n, test);
    panel(b, &bits, p, n, "weight bits", scratch);
    panel(b, &sops, p, n, "SOPs per image", scratch);
    buf_printf(b, "\n</svg>\n");
}

Err report_frontier_svg(const char *path, const char *title, const FrontierPoint *points, int n,
                        Ctx *c)
{
    assert(n > 0);
    Arena scratch = arena_new((size_t)n * (sizeof(int) + sizeof(Point)) + 128);
    Buf b = { 0 };
    picture(&b, title, points, n, scratch);
    Err e = io_write(path, b.p, b.n, c);
    buf_free(&b);
    arena_delete(scratch);
    return e;
}
