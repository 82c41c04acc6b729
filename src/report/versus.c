/* Beside E3NE (arXiv 2111.10027): only for the network that its released RTL was measured with,
 * LeNet-5 as 6c5-p2-16c5-p2-120c5-84-10 on 32 x 32, without biases. Figures and label: the
 * the same tools, Verilator and Yosys 0.23, run on it. */
#include "report/html.h"
#include "report/sections.h"
#include <math.h>
#include <string.h>

typedef struct Expected { const char *op; double chw[3]; } Expected;
static const Expected lenet5[] = {
    { "conv2d",  { 6, 28, 28 } }, { "maxpool", { 6, 14, 14 } }, { "conv2d", { 16, 10, 10 } },
    { "maxpool", { 16, 5, 5 } },  { "conv2d",  { 120, 1, 1 } }, { "dense",  { 84, 1, 1 } },
    { "dense",   { 10, 1, 1 } },
};
enum { LAYERS = sizeof lenet5 / sizeof lenet5[0], PARAMS = 61470 };

/* A convolution whose window is its whole input is a dense layer, and may be called so. */
static bool layer_is(const json_t *layer, const Expected *want)
{
    double chw[3];
    bool dense = want->chw[1] == 1 && fact_layer_is(layer, "dense");
    return (dense || fact_layer_is(layer, want->op)) && fact_shape(fact_at(layer, "shape"), chw)
        && chw[0] == want->chw[0] && chw[1] == want->chw[1] && chw[2] == want->chw[2];
}

bool versus_applies(const Facts *f)
{
    double in[3];
    size_t first = fact_layer_is(fact_layer(f, 0), "input");
    if (f->n_layer != first + LAYERS || fact_num_or(f->run, "model.params", 0) != PARAMS
        || !fact_shape(fact_at(f->run, "model.input"), in) || in[0] != 1 || in[1] != 32
        || in[2] != 32)
        return false;
    for (size_t i = 0; i < LAYERS; i++)
        if (!layer_is(fact_layer(f, first + i), &lenet5[i]))
            return false;
    return true;
}

/* Released RTL: its own settings and what they gave. */
static const struct {
    double steps, weight_bits, cycles, lut, ff, bram, dsp;
} e3ne = { 4, 3, 58656, 26718, 20669, 33.5, 0 };

typedef struct Range { double lo, hi; } Range; /* lo > hi: empty */

static void include(Range *r, double x)
{
    r->lo = fmin(r->lo, x);
    r->hi = fmax(r->hi, x);
}

/* The values of a member over all layers that have it as a positive number. */
static Range range_of(const Facts *f, const char *key)
{
    Range r = { INFINITY, -INFINITY };
    for (size_t i = 0; i < f->n_layer; i++) {
        double x = fact_num_or(fact_layer(f, i), key, 0);
        if (x > 0)
            include(&r, x);
    }
    return r;
}

static Range steps_of(const Facts *f)
{
    Range r = range_of(f, "steps"), in = range_of(f, "steps_in");
    return (Range){ fmin(r.lo, in.lo), fmax(r.hi, in.hi) };
}

static void range(Buf *b, Range r)
{
    if (r.lo > r.hi)
        part_str(b, NULL, "");
    else if (r.lo == r.hi)
        buf_printf(b, "%.0f", r.lo);
    else
        buf_printf(b, "%.0f\xe2\x80\x93%.0f", r.lo, r.hi);
}

static bool only(Range r, double x) { return r.lo == x && r.hi == x; }

static void our_row(Buf *b, const Facts *f, const char *cycles)
{
    const char *label;
    double bram;
    buf_printf(b, "<tr class=\"ours\"><th scope=\"row\">this build<small>e3ne ");
    part_str(b, f->run, "e3ne");
    buf_printf(b, ", ");
    part_str(b, f->run, "tools.yosys");
    buf_printf(b, "</small></th><td class=\"n\">");
    range(b, steps_of(f));
    buf_printf(b, " / ");
    range(b, range_of(f, "weight_bits"));
    buf_printf(b, "</td><td class=\"n\">");
    part_num(b, f->run, cycles);
    buf_printf(b, "</td><td class=\"n\">");
    part_num(b, f->area, "lut");
    buf_printf(b, "<small>");
    html_text(b, part_lut(f->area));
    buf_printf(b, "</small></td><td class=\"n\">");
    part_num(b, f->area, "ff");
    buf_printf(b, "</td><td class=\"n\">");
    if (part_bram(f->area, &bram, &label)) {
        html_num_auto(b, bram);
        buf_printf(b, "<small>%s</small>", label);
    } else
        part_str(b, NULL, "");
    buf_printf(b, "</td><td class=\"n\">");
    part_num(b, f->area, "dsp");
    buf_printf(b, "</td></tr>\n");
}

static void its_row(Buf *b)
{
    buf_printf(b, "<tr><th scope=\"row\">E3NE<small>its released RTL, network only, T=4, four "
                  "convolution units, Yosys 0.23</small></th><td class=\"n\">%.0f / %.0f</td>"
                  "<td class=\"n\">", e3ne.steps, e3ne.weight_bits);
    html_num(b, e3ne.cycles, 0);
    buf_printf(b, "</td><td class=\"n\">");
    html_num(b, e3ne.lut, 0);
    buf_printf(b, "<small>LUT6</small></td><td class=\"n\">");
    html_num(b, e3ne.ff, 0);
    buf_printf(b, "</td><td class=\"n\">%.1f<small>RAMB36</small></td><td class=\"n\">%.0f</td>"
                  "</tr>\n", e3ne.bram, e3ne.dsp);
}

static void times_fewer(Buf *b, double theirs, double ours, const char *what)
{
    buf_printf(b, "<li><b>");
    html_num(b, theirs > ours ? theirs / ours : ours / theirs, 1);
    buf_printf(b, " times %s</b> %s</li>", theirs > ours ? "fewer" : "more", what);
}

void versus_write(Buf *b, const Facts *f, Arena scratch)
{
    (void)scratch;
    bool measured = fact_num_or(f->run, "cycles.latency.mean", 0) > 0;
    const char *cycles = measured ? "cycles.latency.mean" : "cycles.predicted_latency.mean";
    const char *kind = fact_str(f->area, "lut_kind");
    double latency = fact_num_or(f->run, cycles, 0), lut = fact_num_or(f->area, "lut", 0);
    bool same = only(steps_of(f), e3ne.steps) && only(range_of(f, "weight_bits"), e3ne.weight_bits);
    buf_printf(b, "<div class=\"scroll\"><table class=\"versus\"><thead><tr><th></th>"
                  "<th class=\"n\">T / W</th><th class=\"n\">latency, cycles%s</th>"
                  "<th class=\"n\">LUT</th>"
                  "<th class=\"n\">FF</th><th class=\"n\">block RAM</th><th class=\"n\">DSP</th>"
                  "</tr></thead>\n<tbody>\n", measured ? "" : " (ours predicted)");
    our_row(b, f, cycles);
    its_row(b);
    buf_printf(b, "</tbody></table></div>\n<ul class=\"facts\">");
    if (latency > 0)
        times_fewer(b, e3ne.cycles, latency, measured ? "cycles, both counted in simulated RTL"
                                                      : "cycles, ours predicted, not measured");
    if (lut > 0 && kind && !strcmp(kind, "LUT6"))
        times_fewer(b, e3ne.lut, lut, "LUT6, both by Yosys");
    buf_printf(b, "<li>T and W are %s</li></ul>\n", same ? "the same" : "not the same");
}
