/* Radix codes beside rates: accuracy, spikes and synaptic operations against steps. */
#include "base/io.h"
#include "report/facts.h"
#include "report/html.h"
#include "report/report.h"
#include "report/style.h"
#include "report/svg.h"
#include <math.h>
#include <stdio.h>

enum { PAGE_TOP = 116, COLUMN = 440, ROW = 232, LEFT = 84, WIDE = 330, HIGH = 158, STEPS_MAX = 256 };

typedef struct Series { const char *key, *name; int colour; } Series;
static const Series series[] = { { "radix", "radix (quantised for each T)", 3 },
                                 { "rate", "rate (empty at the start)", 0 },
                                 { "rate_half_charged", "rate (half charged at the start)", 2 } };
typedef struct Panel { const char *key, *label; } Panel;
static const Panel panels[] = { { "accuracy", "accuracy, %" },
                                { "spikes_per_image", "spikes per image (logarithmic)" },
                                { "sops_per_image", "SOPs per image (logarithmic)" } };
enum { SERIES = sizeof series / sizeof *series, PANELS = sizeof panels / sizeof *panels };

/* y[k] of k+1 steps, positive or NAN; n <= STEPS_MAX. */
typedef struct Curve { int n; double y[STEPS_MAX]; } Curve;

static Curve curve_of(const json_t *run, int s, int p)
{
    Curve c = { 0 };
    const json_t *a = json_object_get(json_object_get(run, series[s].key), panels[p].key), *v;
    size_t k;
    json_array_foreach(a, k, v) {
        if (k == STEPS_MAX)
            break;
        double y = json_number_value(v);
        c.y[c.n++] = y > 0 && y < 1e30 ? y : NAN;
    }
    return c;
}

static bool has_all(const json_t *run)
{
    for (int s = 0; s < SERIES; s++)
        for (int p = 0; p < PANELS; p++)
            if (curve_of(run, s, p).n == 0)
                return false;
    return true;
}

/* Accuracy: the upper four points, what lies below is left out; else all, logarithmic. */
static Scale scale_y(const json_t *run, int p, double top)
{
    double lo = INFINITY, hi = 0;
    for (int s = 0; s < SERIES; s++) {
        Curve c = curve_of(run, s, p);
        for (int k = 0; k < c.n; k++) {
            lo = fmin(lo, c.y[k]);
            hi = fmax(hi, c.y[k]);
        }
    }
    if (p == 0)
        return (Scale){ hi - 4, fmin(hi + 0.3, 100.001), top + HIGH, top, false };
    lo = lo < hi ? lo : 1;
    return (Scale){ lo / 1.3, fmax(hi, 1) * 1.3, top + HIGH, top, true };
}

/* Where the line from point k-1 below the picture to k inside it comes in. */
static Point entry(Scale x, Scale y, const Curve *c, int k)
{
    double a = c->y[k - 1], share = (y.lo - a) / (c->y[k] - a);
    double from = svg_at(x, k), to = svg_at(x, k + 1);
    return (Point){ from + share * (to - from), y.from };
}

static void draw(Buf *b, Scale x, Scale y, const Curve *c, const Series *s)
{
    Point line[STEPS_MAX + 1];
    int n = 0;
    char cls[16], tip[96];
    for (int k = 0; k < c->n; k++) {
        if (!(c->y[k] >= y.lo))
            continue;
        if (n == 0 && k > 0 && c->y[k - 1] < y.lo)
            line[n++] = entry(x, y, c, k);
        line[n++] = (Point){ svg_at(x, k + 1), svg_at(y, c->y[k]) };
    }
    snprintf(cls, sizeof cls, "l%d", s->colour);
    svg_polyline(b, line, n, cls);
    snprintf(cls, sizeof cls, "u%d", s->colour);
    for (int k = 0; k < c->n; k++) {
        bool dot = c->n <= 8 || ((k + 1) & k) == 0; /* of rates: powers of two */
        if (!dot || !(c->y[k] >= y.lo))
            continue;
        snprintf(tip, sizeof tip, "%s: %g at %d steps", s->key, c->y[k], k + 1);
        svg_dot(b, (Point){ svg_at(x, k + 1), svg_at(y, c->y[k]) }, 3.5, cls, tip);
    }
}

static void column(Buf *b, const json_t *run, double left)
{
    const char *name = fact_str(run, "model.name");
    char title[256], w[32] = "";
    double bits = 0, t = 0;
    if (fact_num(run, "rate.network_weights", &bits) && fact_num(run, "rate.network_steps", &t))
        snprintf(w, sizeof w, ", W=%.0f, rates from T=%.0f", bits, t);
    snprintf(title, sizeof title, "%.200s%s", name ? name : "unnamed network", w);
    svg_text(b, (Point){ left, PAGE_TOP - 26 }, ANCHOR_START, "title", title);
    for (int p = 0; p < PANELS; p++) {
        double top = PAGE_TOP + 18 + ROW * p;
        Scale x = { 0.9, 285, left, left + WIDE, true }, y = scale_y(run, p, top);
        svg_axis_x(b, x, top + HIGH, top, p == PANELS - 1 ? "steps (logarithmic)" : "steps");
        svg_axis_y(b, y, left, left + WIDE, panels[p].label);
        for (int s = SERIES - 1; s >= 0; s--) {
            Curve c = curve_of(run, s, p);
            draw(b, x, y, &c, &series[s]);
        }
    }
}

static void legend(Buf *b)
{
    static const double at[] = { 0, 232, 442 };
    for (int s = 0; s < SERIES; s++) {
        char cls[16];
        snprintf(cls, sizeof cls, "u%d", series[s].colour);
        svg_dot(b, (Point){ LEFT + at[s] + 5, 54 }, 5, cls, NULL);
        svg_text(b, (Point){ LEFT + at[s] + 16, 58 }, ANCHOR_START, "key", series[s].name);
    }
}

static void open_page(Buf *b, int n)
{
    int wide = 24 + COLUMN * (n < 2 ? 2 : n), high = PAGE_TOP + ROW * PANELS;
    style_open_picture(b, wide, high, "Radix codes beside rates, against time steps");
    legend(b);
}

static Err add_column(Buf *b, const char *dir, int k, Arena scratch, Ctx *c)
{
    Facts f;
    const char *path = io_join(&scratch, dir, "run.json");
    TRY(facts_read(&f, path, c));
    bool good = has_all(f.run);
    if (good)
        column(b, f.run, LEFT + COLUMN * k);
    facts_free(&f);
    return good ? ERR_NONE
                : fail(c, ERR_FORMAT, (Loc){ .file = path }, "nothing of rates there: run `e3ne "
                       "simulate %s --encoding rate --sweep` first", dir);
}

Err report_encodings_svg(const char *path, const char *const *dir, int n, Ctx *c)
{
    if (n < 1)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "at least one build folder is wanted");
    Arena scratch = arena_new((size_t)1 << 20);
    Buf b = { 0 };
    Err e = ERR_NONE;
    open_page(&b, n);
    for (int k = 0; k < n && !e; k++) e = add_column(&b, dir[k], k, scratch, c);
    buf_printf(&b, "\n</svg>\n");
    if (!e)
        e = io_write(path, b.p, b.n, c);
    buf_free(&b);
    arena_delete(scratch);
    return e;
}
