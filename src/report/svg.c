#include "report/svg.h"
#include "report/html.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static void open_with(Buf *b, double w, double h, const char *cls, const char *more,
                      const char *label)
{
    buf_printf(b, "<svg class=\"%s\" viewBox=\"0 0 %g %g\"%s role=\"img\" aria-label=\"", cls, w,
               h, more);
    html_text(b, label);
    buf_printf(b, "\">");
}

void svg_open(Buf *b, double w, double h, const char *cls, const char *label)
{
    open_with(b, w, h, cls, "", label);
}

void svg_open_stretched(Buf *b, double w, double h, const char *cls, const char *label)
{
    open_with(b, w, h, cls, " preserveAspectRatio=\"none\"", label);
}

void svg_close(Buf *b) { buf_printf(b, "</svg>"); }

void svg_rect(Buf *b, Point at, double w, double h, const char *cls)
{
    buf_printf(b, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>", cls,
               at.x, at.y, fmax(w, 0), fmax(h, 0));
}

void svg_line(Buf *b, Point from, Point to, const char *cls)
{
    buf_printf(b, "<line class=\"%s\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>", cls,
               from.x, from.y, to.x, to.y);
}

static void points(Buf *b, const char *element, const Point *p, int n, const char *cls)
{
    buf_printf(b, "<%s class=\"%s\" points=\"", element, cls);
    for (int i = 0; i < n; i++) buf_printf(b, "%s%.2f,%.2f", i ? " " : "", p[i].x, p[i].y);
    buf_printf(b, "\"/>");
}

void svg_polyline(Buf *b, const Point *p, int n, const char *cls)
{
    points(b, "polyline", p, n, cls);
}

void svg_polygon(Buf *b, const Point *p, int n, const char *cls)
{
    points(b, "polygon", p, n, cls);
}

void svg_dot(Buf *b, Point at, double radius, const char *cls, const char *tip)
{
    buf_printf(b, "<circle class=\"%s\" cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\">", cls, at.x, at.y,
               radius);
    if (tip) {
        buf_printf(b, "<title>");
        html_text(b, tip);
        buf_printf(b, "</title>");
    }
    buf_printf(b, "</circle>");
}

void svg_text(Buf *b, Point at, Anchor anchor, const char *cls, const char *text)
{
    static const char *const name[] = { "start", "middle", "end" };
    buf_printf(b, "<text class=\"%s\" x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\">", cls, at.x, at.y,
               name[anchor]);
    html_text(b, text);
    buf_printf(b, "</text>");
}

double svg_at(Scale s, double v)
{
    double share = s.is_log ? log(v / s.lo) / log(s.hi / s.lo) : (v - s.lo) / (s.hi - s.lo);
    return s.from + share * (s.to - s.from);
}

static const double mantissa[] = { 1, 2, 5 };

static int log_ticks(Scale s, double tick[SVG_TICKS])
{
    int n = 0, step = s.hi / s.lo > 1e4 ? 3 : 1; /* over four decades: powers of ten alone */
    for (int e = (int)floor(log10(s.lo)); pow(10, e) <= s.hi; e++)
        for (int m = 0; m < 3; m += step) {
            double v = mantissa[m] * pow(10, e);
            if (v >= s.lo && v <= s.hi && n < SVG_TICKS)
                tick[n++] = v;
        }
    return n;
}

static int linear_ticks(Scale s, double tick[SVG_TICKS])
{
    double rough = (s.hi - s.lo) / 6, unit = pow(10, floor(log10(rough)));
    double step = rough <= unit ? unit : rough <= 2 * unit ? 2 * unit
                : rough <= 5 * unit ? 5 * unit : 10 * unit;
    int n = 0;
    for (double k = ceil(s.lo / step - 1e-9); k * step <= s.hi + 1e-9 * step; k++)
        if (n < SVG_TICKS)
            tick[n++] = k * step;
    return n;
}

int svg_ticks(Scale s, double tick[SVG_TICKS])
{
    assert(s.lo < s.hi && (!s.is_log || s.lo > 0));
    return s.is_log ? log_ticks(s, tick) : linear_ticks(s, tick);
}

/* As many decimals as the round value has, six at most. */
static int decimals(double value)
{
    int d = 0;
    for (double v = value; d < 6 && fabs(v - round(v)) > 1e-6 * fmax(1, fabs(v)); v *= 10) d++;
    return d;
}

static void tick_text(Buf *b, Point at, Anchor anchor, double value)
{
    Buf t = { 0 };
    html_num(&t, value, decimals(value));
    svg_text(b, at, anchor, "tick", t.p);
    buf_free(&t);
}

void svg_axis_x(Buf *b, Scale s, double y, double far, const char *label)
{
    double tick[SVG_TICKS];
    int n = svg_ticks(s, tick);
    for (int i = 0; i < n; i++) {
        double x = svg_at(s, tick[i]);
        svg_line(b, (Point){ x, y }, (Point){ x, far }, "grid");
        tick_text(b, (Point){ x, y + 16 }, ANCHOR_MIDDLE, tick[i]);
    }
    svg_text(b, (Point){ s.to, y + 34 }, ANCHOR_END, "axis", label);
}

void svg_axis_y(Buf *b, Scale s, double x, double far, const char *label)
{
    double tick[SVG_TICKS];
    int n = svg_ticks(s, tick);
    for (int i = 0; i < n; i++) {
        double y = svg_at(s, tick[i]);
        svg_line(b, (Point){ x, y }, (Point){ far, y }, "grid");
        tick_text(b, (Point){ x - 7, y + 4 }, ANCHOR_END, tick[i]);
    }
    svg_text(b, (Point){ x, s.to - 10 }, ANCHOR_START, "axis", label);
}
