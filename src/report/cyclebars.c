/* Where the clock cycles go: a bar per layer, the slowest marked. */
#include "report/html.h"
#include "report/sections.h"
#include "report/svg.h"
#include <math.h>

typedef struct Busy { double busy, interval; } Busy; /* cycles per image; 0: not given */

static Busy busy_of(const json_t *layer)
{
    return (Busy){ fmax(0, fact_num_or(layer, "cycles", 0)),
                   fmax(0, fact_num_or(layer, "interval_cycles", 0)) };
}

/* What a layer costs the stream: its own interval, else the cycles in which it works. */
static double cost(Busy c) { return c.interval > 0 ? c.interval : c.busy; }

/* The layer with the greatest cost, the first of equals; f->n_layer if none has any. */
static size_t bottleneck(const Facts *f)
{
    size_t at = f->n_layer;
    double most = 0;
    for (size_t i = 0; i < f->n_layer; i++) {
        double own = cost(busy_of(fact_layer(f, i)));
        if (own > most) {
            most = own;
            at = i;
        }
    }
    return at;
}

static void bar(Buf *b, Busy c, double full, double mark, bool slowest)
{
    svg_open_stretched(b, 100, 14, "track", "cycles");
    svg_rect(b, (Point){ 0, 0 }, 100, 14, "track");
    svg_rect(b, (Point){ 0, 0 }, 100 * c.interval / full, 14, slowest ? "pale hot" : "pale");
    svg_rect(b, (Point){ 0, 0 }, 100 * c.busy / full, 14, slowest ? "fill hot" : "fill");
    if (mark > 0)
        svg_line(b, (Point){ 100 * mark / full, 0 }, (Point){ 100 * mark / full, 14 }, "mark");
    svg_close(b);
}

static void row(Buf *b, const Facts *f, size_t i, double full, double mark, bool slowest,
                Arena scratch)
{
    Busy c = busy_of(fact_layer(f, i));
    buf_printf(b, "<div class=\"bar\"><span class=\"who\">");
    html_text(b, fact_layer_name(f, i, &scratch));
    buf_printf(b, "%s</span>", slowest ? " <em>bottleneck</em>" : "");
    bar(b, c, full, mark, slowest);
    buf_printf(b, "<span class=\"what\">");
    part_num(b, fact_layer(f, i), "cycles");
    if (c.interval > 0) {
        buf_printf(b, " <small>of ");
        html_num_auto(b, c.interval);
        buf_printf(b, "</small>");
    }
    buf_printf(b, "</span></div>\n");
}

static void legend(Buf *b, const Facts *f, bool intervals, double mark)
{
    buf_printf(b, "<p class=\"legend\"><span class=\"item\"><span class=\"key fill\"></span>cycles "
                  "in which the unit works on an image</span>");
    if (intervals)
        buf_printf(b, " <span class=\"item\"><span class=\"key pale\"></span>(of) the shortest "
                      "interval that the unit alone allows</span>");
    if (mark > 0) {
        bool measured = fact_at(f->run, "cycles.interval.mean") != NULL;
        buf_printf(b, " <span class=\"item\"><span class=\"key mark\"></span>%s interval of the "
                      "whole, ", measured ? "measured" : "predicted");
        html_num_auto(b, mark);
        buf_printf(b, " cycles</span>");
    }
    buf_printf(b, "</p>\n");
}

void cyclebars_write(Buf *b, const Facts *f, Arena scratch)
{
    size_t slowest = bottleneck(f);
    if (slowest == f->n_layer) {
        part_missing(b, "no layer has a cycle count.");
        return;
    }
    double full = 0;
    bool intervals = false;
    for (size_t i = 0; i < f->n_layer; i++) {
        Busy c = busy_of(fact_layer(f, i));
        full = fmax(full, fmax(c.busy, c.interval));
        intervals |= c.interval > 0;
    }
    double mark = fact_num_or(f->run, "cycles.interval.mean",
                              fact_num_or(f->run, "cycles.predicted_interval.mean", 0));
    if (mark < 0 || mark > 1.25 * full) /* an engine: layers follow one another, no line to draw */
        mark = 0;
    full = fmax(full, mark);
    buf_printf(b, "<div class=\"bars\">\n");
    for (size_t i = 0; i < f->n_layer; i++) row(b, f, i, full, mark, i == slowest, scratch);
    buf_printf(b, "</div>\n");
    legend(b, f, intervals, mark);
}
