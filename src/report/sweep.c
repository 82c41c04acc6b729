/* Accuracy against cycles of the designs that a sweep tried, as one picture. */
#include "base/arena.h"
#include "base/io.h"
#include "report/report.h"
#include "report/style.h"
#include "report/svg.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE_W = 860, PAGE_H = 500, LEFT = 62, RIGHT = 740, TOP = 76, BOTTOM = 436 };

typedef struct Axes { Scale x, y; } Axes;

/* All points inside, with some air; a single value gets a range of its own. */
static Axes axes_of(const SweepPoint *p, int n)
{
    double x0 = INFINITY, x1 = 0, y0 = INFINITY, y1 = -INFINITY;
    for (int i = 0; i < n; i++) {
        x0 = fmin(x0, p[i].cycles);
        x1 = fmax(x1, p[i].cycles);
        y0 = fmin(y0, p[i].accuracy);
        y1 = fmax(y1, p[i].accuracy);
    }
    double air = fmax(0.08 * (y1 - y0), 0.05);
    Scale y = { y0 - air, fmin(y1 + air, fmax(100, y1)), BOTTOM, TOP, false };
    bool is_log = x1 / x0 > 10;
    double wide = fmax(0.06 * (x1 - x0), 0.05 * x1);
    Scale x = is_log ? (Scale){ x0 / 1.3, x1 * 1.3, LEFT, RIGHT, true }
                     : (Scale){ fmax(0, x0 - wide), x1 + wide, LEFT, RIGHT, false };
    if (y.hi - y.lo < air)
        y.hi = y.lo + 2 * air;
    return (Axes){ x, y };
}

/* By T, then cycles, then the more accurate first. */
static int by_cycles(const void *a, const void *b)
{
    const SweepPoint *p = a, *q = b;
    if (p->steps != q->steps)
        return p->steps - q->steps;
    if (p->cycles != q->cycles)
        return p->cycles < q->cycles ? -1 : 1;
    return (p->accuracy < q->accuracy) - (p->accuracy > q->accuracy);
}

static Point place(Axes a, const SweepPoint *p)
{
    return (Point){ svg_at(a.x, p->cycles), svg_at(a.y, p->accuracy) };
}

static void dot(Buf *b, Axes a, const SweepPoint *p, bool best)
{
    char cls[32], tip[160];
    snprintf(cls, sizeof cls, "u%d%s", p->steps - 1, best ? "" : " other");
    snprintf(tip, sizeof tip, "T %d, W %d, %d slots: %.2f %% in %.0f cycles", p->steps,
             p->weight_bits, p->slots, p->accuracy, p->cycles);
    svg_dot(b, place(a, p), best ? 5 : 3.5, cls, tip);
}

/* The labels that are there; one that would cover another is left out (the dot's tip says it). */
typedef struct Labels { Point *at; int n; } Labels;

static void label(Buf *b, Labels *l, Point at, int weight_bits)
{
    char w[16];
    at.y -= 9;
    for (int i = 0; i < l->n; i++)
        if (fabs(l->at[i].x - at.x) < 24 && fabs(l->at[i].y - at.y) < 12)
            return;
    l->at[l->n++] = at;
    snprintf(w, sizeof w, "W%d", weight_bits);
    svg_text(b, at, ANCHOR_MIDDLE, "w", w);
}

/* The points of one T, cheapest first: dots for all, a line through each that is more accurate
 * than every cheaper one. */
static void series(Buf *b, Axes a, const SweepPoint *p, int n, Labels *l, Arena scratch)
{
    Point *line = NEW(&scratch, Point, (size_t)n);
    int on_line = 0;
    double best = -INFINITY;
    for (int i = 0; i < n; i++) {
        bool better = p[i].accuracy > best;
        dot(b, a, &p[i], better);
        if (!better)
            continue;
        best = p[i].accuracy;
        line[on_line++] = place(a, &p[i]);
        label(b, l, place(a, &p[i]), p[i].weight_bits);
    }
    char cls[16];
    snprintf(cls, sizeof cls, "l%d", p->steps - 1);
    svg_polyline(b, line, on_line, cls);
}

static void legend(Buf *b, int row, int steps)
{
    char cls[16], text[16];
    double y = TOP + 10 + 22 * row;
    snprintf(cls, sizeof cls, "u%d", steps - 1);
    snprintf(text, sizeof text, "T = %d", steps);
    svg_dot(b, (Point){ RIGHT + 34, y }, 5, cls, NULL);
    svg_text(b, (Point){ RIGHT + 46, y + 4 }, ANCHOR_START, "key", text);
}

static void all_series(Buf *b, Axes a, const SweepPoint *p, int n, Arena scratch)
{
    Labels l = { NEW(&scratch, Point, (size_t)n), 0 };
    for (int i = 0, end, row = 0; i < n; i = end, row++) {
        for (end = i; end < n && p[end].steps == p[i].steps;) end++;
        series(b, a, p + i, end - i, &l, scratch);
        legend(b, row, p[i].steps);
    }
}

static void picture(Buf *b, const char *title, const SweepPoint *p, int n, Arena scratch)
{
    Axes a = axes_of(p, n);
    style_open_picture(b, PAGE_W, PAGE_H, title);
    svg_axis_x(b, a.x, BOTTOM, TOP, a.x.is_log ? "cycles per image (logarithmic)"
                                               : "cycles per image");
    svg_axis_y(b, a.y, LEFT, RIGHT, "accuracy, %");
    all_series(b, a, p, n, scratch);
    buf_printf(b, "\n</svg>\n");
}

Err report_sweep_svg(const char *path, const char *title, const SweepPoint *points, int n, Ctx *c)
{
    assert(n > 0);
    Arena scratch = arena_new((size_t)n * (sizeof *points + 2 * sizeof(Point)) + 64);
    Arena room = scratch;
    SweepPoint *sorted = NEW(&room, SweepPoint, (size_t)n);
    for (int i = 0; i < n; i++) {
        assert(points[i].steps >= 1 && points[i].steps <= SWEEP_STEPS_MAX && points[i].cycles > 0);
        sorted[i] = points[i];
    }
    qsort(sorted, (size_t)n, sizeof *sorted, by_cycles);
    Buf b = { 0 };
    picture(&b, title, sorted, n, room);
    Err e = io_write(path, b.p, b.n, c);
    buf_free(&b);
    arena_delete(scratch);
    return e;
}
