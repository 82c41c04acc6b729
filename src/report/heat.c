/* Spikes of each layer and step. The codes are mostly small, so that the first steps, which carry
 * the most significant bits, are nearly empty: the picture shows how nearly. */
#include "report/html.h"
#include "report/sections.h"
#include "report/svg.h"
#include <math.h>

enum { STEPS_SHOWN = 16 };

/* Neurons whose spikes a layer's counts are: the places of its map, 0 where not known. */
static double neurons(const json_t *layer)
{
    double chw[3];
    return fact_shape(fact_at(layer, "shape"), chw) ? chw[0] * chw[1] * chw[2] : 0;
}

static size_t steps_of(const json_t *layer)
{
    size_t n = json_array_size(fact_at(layer, "spikes_by_step"));
    return n < STEPS_SHOWN ? n : STEPS_SHOWN;
}

/* Mean spikes of a step; false where there is no such number. */
static bool spikes_at(const json_t *layer, size_t t, double *x)
{
    return fact_num(json_array_get(fact_at(layer, "spikes_by_step"), t), "", x) && *x >= 0;
}

static double most_spikes(const json_t *layer)
{
    double most = 0, x;
    for (size_t t = 0; t < steps_of(layer); t++)
        if (spikes_at(layer, t, &x))
            most = fmax(most, x);
    return most;
}

/* A bar that rises from the cell's floor, and the figure on it. */
static void cell(Buf *b, const json_t *layer, size_t t)
{
    double x, all = neurons(layer), most = most_spikes(layer);
    if (!spikes_at(layer, t, &x)) {
        buf_printf(b, "<td></td>");
        return;
    }
    double share = all > 0 ? fmin(1, x / all) : most > 0 ? x / most : 0;
    buf_printf(b, "<td class=\"heat\">");
    svg_open_stretched(b, 10, 100, "cell", "share of neurons that spike");
    svg_rect(b, (Point){ 0, 100 - 100 * share }, 10, 100 * share, "spike");
    svg_close(b);
    buf_printf(b, "<b>");
    if (all > 0)
        html_share(b, x, all);
    else
        html_num_auto(b, x);
    buf_printf(b, "</b><small>");
    html_num_auto(b, x);
    buf_printf(b, "</small></td>");
}

static void total(Buf *b, const json_t *layer)
{
    double sum = 0, x, all = neurons(layer);
    for (size_t t = 0; t < steps_of(layer); t++)
        if (spikes_at(layer, t, &x))
            sum += x;
    buf_printf(b, "<td class=\"n total\"><b>");
    html_num_auto(b, sum);
    buf_printf(b, "</b>");
    if (all > 0) {
        buf_printf(b, "<small>");
        html_share(b, sum, all * (double)steps_of(layer));
        buf_printf(b, " of bits</small>");
    }
    buf_printf(b, "</td>");
}

static void head(Buf *b, size_t steps)
{
    buf_printf(b, "<thead><tr><th>layer</th>");
    for (size_t t = 0; t < steps; t++) buf_printf(b, "<th class=\"c\">step %zu</th>", t);
    buf_printf(b, "<th class=\"n\">all steps</th></tr></thead>\n");
}

void heat_write(Buf *b, const Facts *f, Arena scratch)
{
    size_t steps = 0;
    for (size_t i = 0; i < f->n_layer; i++) {
        size_t own = steps_of(fact_layer(f, i));
        steps = own > steps ? own : steps;
    }
    if (steps == 0) {
        part_missing(b, "no spikes were counted by step.");
        return;
    }
    buf_printf(b, "<div class=\"scroll\"><table class=\"spikes\" style=\"min-width:%zupx\">\n",
               60 * (steps + 2)); /* below that, figures would run into each other: it scrolls */
    head(b, steps);
    buf_printf(b, "<tbody>\n");
    for (size_t i = 0; i < f->n_layer; i++) {
        const json_t *l = fact_layer(f, i);
        if (steps_of(l) == 0)
            continue;
        Arena row = scratch;
        buf_printf(b, "<tr><th scope=\"row\">");
        html_text(b, fact_layer_name(f, i, &row));
        buf_printf(b, "</th>");
        for (size_t t = 0; t < steps; t++) cell(b, l, t);
        total(b, l);
        buf_printf(b, "</tr>\n");
    }
    buf_printf(b, "</tbody></table></div>\n<p class=\"legend\">The share of a layer's neurons that "
                  "spike in each step, and below it spikes per image (means). Step 0 carries the "
                  "most significant bit. Bars reach the top where every neuron spikes.</p>\n");
}
