/* The roofline of an engine: what each layer does in a clock beside what the array and the memory
 * port allow (Williams, Waterman, Patterson 2009, section 3). Work is counted in gated adds (MACs x
 * T_in), traffic in bytes of the tape. */
#include "report/html.h"
#include "report/sections.h"
#include "report/svg.h"
#include <math.h>
#include <string.h>

enum { PIC_W = 760, PIC_H = 420, LEFT = 70, RIGHT = 740, TOP = 40, BOTTOM = 370 };

typedef struct Roof { double slots, port_bytes; } Roof; /* gated adds and bytes in a clock */

/* A layer of the tape; adds 0: it is none. */
typedef struct Work {
    const char *name, *bound;
    double adds, bytes, cycles, busy;
} Work;

static Roof roof_of(const Facts *f)
{
    const json_t *s = fact_at(f->run, "engine.shape");
    return (Roof){ fact_num_or(s, "PIn", 0) * fact_num_or(s, "POut", 0), fact_num_or(s, "PortBits", 0) / 8 };
}

bool roofline_applies(const Facts *f)
{
    Roof r = roof_of(f);
    return r.slots > 0 && r.port_bytes > 0;
}

static Work work_of(const Facts *f, size_t i, Roof r, Arena *a)
{
    const json_t *l = fact_layer(f, i), *e = fact_at(l, "engine");
    const char *bound = fact_str(e, "bound");
    Work w = { .name = fact_layer_name(f, i, a), .bound = bound ? bound : "",
               .bytes = fact_num_or(e, "port_words", 0) * r.port_bytes,
               .cycles = fact_num_or(l, "cycles", 0), .busy = fact_num_or(e, "busy", 0) };
    if (w.bytes > 0 && w.cycles > 0)
        w.adds = fmax(0, fact_num_or(e, "adds", 0));
    return w;
}

/* The most that the engine could do in a clock, of a layer with so many adds a byte. */
static double ceiling(Roof r, const Work *w) { return fmin(r.slots, w->adds / w->bytes * r.port_bytes); }

typedef struct Plot { Scale x, y; } Plot;

static Plot plot_of(const Work *w, size_t n, Roof r)
{
    double ridge = r.slots / r.port_bytes, lo = ridge, hi = ridge, low = r.slots, high = r.slots;
    for (size_t i = 0; i < n; i++) {
        if (w[i].adds <= 0)
            continue;
        lo   = fmin(lo, w[i].adds / w[i].bytes);
        hi   = fmax(hi, w[i].adds / w[i].bytes);
        low  = fmin(low, w[i].adds / w[i].cycles);
        high = fmax(high, w[i].adds / w[i].cycles);
    }
    return (Plot){ { lo / 2, hi * 2, LEFT, RIGHT, true }, { low / 2, high * 2, BOTTOM, TOP, true } };
}

static Point at(const Plot *p, double x, double y)
{
    return (Point){ svg_at(p->x, x), svg_at(p->y, fmin(fmax(y, p->y.lo), p->y.hi)) };
}

static void roof_line(Buf *b, const Plot *p, Roof r)
{
    double first = fmax(p->x.lo, p->y.lo / r.port_bytes), ridge = r.slots / r.port_bytes;
    Point line[] = { at(p, first, first * r.port_bytes), at(p, ridge, r.slots), at(p, p->x.hi, r.slots) };
    svg_polyline(b, line, 3, "roof");
    svg_text(b, (Point){ RIGHT - 6, line[1].y + 18 }, ANCHOR_END, "tick", "array: all slots");
    svg_text(b, (Point){ line[0].x + 44, line[0].y - 14 }, ANCHOR_START, "tick", "memory port");
}

static const char *class_of(const Work *w)
{
    return !strcmp(w->bound, "port") ? "u1" : !strcmp(w->bound, "lanes") ? "u2" : "u0";
}

/* Names stand beside the dots, alternately above and below. */
static void dots(Buf *b, const Plot *p, const Work *w, size_t n)
{
    int shown = 0;
    for (size_t i = 0; i < n; i++) {
        if (w[i].adds <= 0)
            continue;
        Point here = at(p, w[i].adds / w[i].bytes, w[i].adds / w[i].cycles);
        svg_dot(b, here, 5, class_of(&w[i]), w[i].name);
        bool above = shown++ % 2, left = here.x > RIGHT - 90;
        svg_text(b, (Point){ here.x + (left ? -8 : 8), here.y + (above ? -8 : 16) },
                 left ? ANCHOR_END : ANCHOR_START, "tick", w[i].name);
    }
}

static void picture(Buf *b, const Work *w, size_t n, Roof r)
{
    Plot p = plot_of(w, n, r);
    svg_open(b, PIC_W, PIC_H, "roofline", "roofline of the engine");
    svg_axis_x(b, p.x, BOTTOM, TOP, "gated adds per byte of the tape");
    svg_axis_y(b, p.y, LEFT, RIGHT, "gated adds per clock");
    roof_line(b, &p, r);
    dots(b, &p, w, n);
    svg_close(b);
}

static void cell(Buf *b, double x, int places)
{
    buf_printf(b, "<td class=\"n\">");
    html_num(b, x, places);
    buf_printf(b, "</td>");
}

static void row(Buf *b, const Work *w, Roof r)
{
    buf_printf(b, "<tr><th>");
    html_text(b, w->name);
    buf_printf(b, "</th>");
    cell(b, w->adds, 0);
    cell(b, w->bytes, 0);
    cell(b, w->adds / w->bytes, 1);
    cell(b, w->cycles, 0);
    cell(b, w->adds / w->cycles, 0);
    cell(b, 100 * w->adds / w->cycles / ceiling(r, w), 1);
    cell(b, 100 * w->busy / w->cycles, 1);
    cell(b, 100 * w->bytes / r.port_bytes / w->cycles, 1);
    buf_printf(b, "<td>");
    html_text(b, w->bound);
    buf_printf(b, "</td></tr>\n");
}

static void table(Buf *b, const Work *w, size_t n, Roof r)
{
    buf_printf(b, "<div class=\"scroll\"><table><thead><tr><th>layer</th><th class=\"n\">gated adds</th>"
                  "<th class=\"n\">bytes</th><th class=\"n\">adds a byte</th><th class=\"n\">cycles</th>"
                  "<th class=\"n\">adds a clock</th><th class=\"n\">of the roof, %%</th>"
                  "<th class=\"n\">array or lanes busy, %%</th><th class=\"n\">port busy, %%</th><th>bound by</th>"
                  "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++)
        if (w[i].adds > 0)
            row(b, &w[i], r);
    buf_printf(b, "</tbody></table></div>\n");
}

void roofline_write(Buf *b, const Facts *f, Arena scratch)
{
    Roof r = roof_of(f);
    Work *w = NEW(&scratch, Work, f->n_layer + 1);
    double adds = 0;
    for (size_t i = 0; i < f->n_layer; i++) {
        w[i] = work_of(f, i, r, &scratch);
        adds += w[i].adds;
    }
    if (adds <= 0) {
        part_missing(b, "no layer of the engine has its work and cycles.");
        return;
    }
    buf_printf(b, "<figure>");
    picture(b, w, f->n_layer, r);
    buf_printf(b, "</figure>\n");
    table(b, w, f->n_layer, r);
    buf_printf(b, "<p class=\"legend\">An array of ");
    html_num(b, r.slots, 0);
    buf_printf(b, " slots, a memory port of ");
    html_num(b, r.port_bytes, 0);
    buf_printf(b, " bytes a clock, without zero skipping. A gated add is a MAC in one time step. Taps in the "
                  "padding are work, but take no clock: a layer may lie above the roof. Colours: what bounds the "
                  "layer.</p>\n");
}
