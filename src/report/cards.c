/* The key figures, a card each. */
#include "report/html.h"
#include "report/sections.h"
#include "report/svg.h"

static void card_open(Buf *b, const char *cls, const char *label)
{
    buf_printf(b, "<div class=\"card%s\"><h3>%s</h3>", cls, label);
}

static void big(Buf *b, double x, const char *unit)
{
    buf_printf(b, "<p class=\"big\">");
    html_num_auto(b, x);
    buf_printf(b, "%s%s%s</p>", *unit ? " <small>" : "", unit, *unit ? "</small>" : "");
}

static void no_figure(Buf *b, const char *why)
{
    buf_printf(b, "<p class=\"big none\">%s</p>", why);
}

static void accuracy_row(Buf *b, const json_t *run, const char *label, const char *path)
{
    double x;
    buf_printf(b, "<div><dt>%s</dt><dd>", label);
    if (fact_num(run, path, &x)) {
        html_num(b, x, 2);
        buf_printf(b, "<small> %%</small>");
    } else
        buf_printf(b, "<span class=\"none\">not run</span>");
    buf_printf(b, "</dd></div>");
}

static void accuracy(Buf *b, const Facts *f)
{
    double images, same;
    card_open(b, " wide", "Accuracy");
    buf_printf(b, "<dl class=\"three\">");
    accuracy_row(b, f->run, "float", "accuracy.float");
    accuracy_row(b, f->run, "quantised", "accuracy.quantized");
    accuracy_row(b, f->run, "hardware", "accuracy.rtl");
    buf_printf(b, "</dl>");
    if (fact_num(f->run, "accuracy.rtl_images", &images) && images >= 1) {
        buf_printf(b, "<p>hardware: on ");
        html_num(b, images, 0);
        buf_printf(b, " images");
        if (fact_num(f->run, "accuracy.quantized_same_images", &same)) {
            buf_printf(b, "; quantised on the same: ");
            html_num(b, same, 2);
            buf_printf(b, " %%");
        }
        buf_printf(b, "</p>");
    }
    buf_printf(b, "</div>\n");
}

/* The range where images differ, else how it was come by. */
static void spread(Buf *b, const json_t *range, const char *how)
{
    double lo = fact_num_or(range, "min", 0), hi = fact_num_or(range, "max", 0);
    buf_printf(b, "<p>%s", how);
    if (lo < hi) {
        buf_printf(b, "<br/>");
        html_num(b, lo, 0);
        buf_printf(b, " to ");
        html_num(b, hi, 0);
    }
    buf_printf(b, "</p>");
}

static void cycles(Buf *b, const Facts *f, const char *label, const char *measured,
                   const char *predicted)
{
    const json_t *m = fact_at(f->run, measured), *p = fact_at(f->run, predicted);
    double x;
    card_open(b, "", label);
    if (fact_num(m, "mean", &x)) {
        big(b, x, "cycles");
        spread(b, m, "measured in simulated RTL");
    } else if (fact_num(p, "mean", &x)) {
        big(b, x, "cycles");
        spread(b, p, "predicted, not measured");
    } else
        no_figure(b, "not run");
    buf_printf(b, "</div>\n");
}

static bool measured_mhz(const Facts *f, double *mhz)
{
    return part_placed(f->area) && fact_num(f->area, "fmax_mhz", mhz);
}

static void at_clock(Buf *b, double mhz)
{
    buf_printf(b, "<p>at the placed clock, ");
    html_num_auto(b, mhz);
    buf_printf(b, " MHz</p>");
}

/* Time exists only where both the cycles were counted and the clock was placed. */
static void throughput(Buf *b, const Facts *f)
{
    double mhz, interval = fact_num_or(f->run, "cycles.interval.mean", 0);
    card_open(b, "", "Throughput");
    if (!measured_mhz(f, &mhz))
        no_figure(b, "not placed");
    else if (!(interval > 0))
        no_figure(b, "not run");
    else {
        double rate = mhz * 1e6 / interval;
        buf_printf(b, "<p class=\"big\">");
        html_num(b, rate, rate < 100 ? 1 : 0);
        buf_printf(b, " <small>images/s</small></p>");
        at_clock(b, mhz);
    }
    buf_printf(b, "</div>\n");
}

static void one_image(Buf *b, const Facts *f)
{
    double mhz, latency = fact_num_or(f->run, "cycles.latency.mean", 0);
    card_open(b, "", "One image takes");
    if (!measured_mhz(f, &mhz))
        no_figure(b, "not placed");
    else if (!(latency > 0))
        no_figure(b, "not run");
    else {
        big(b, latency / mhz, "\xc2\xb5s");
        at_clock(b, mhz);
    }
    buf_printf(b, "</div>\n");
}

static void resource(Buf *b, const char *label, double used, double have)
{
    buf_printf(b, "<div><dt>");
    html_text(b, label);
    buf_printf(b, "</dt><dd>");
    html_num_auto(b, used);
    buf_printf(b, "</dd>");
    if (have > 0) {
        svg_open_stretched(b, 100, 6, "meter", label);
        svg_rect(b, (Point){ 0, 0 }, 100, 6, "track");
        svg_rect(b, (Point){ 0, 0 }, 100 * (used < have ? used / have : 1), 6,
                 used > have ? "over" : "fill");
        svg_close(b);
        buf_printf(b, "<dd class=\"of\">");
        html_share(b, used, have);
        buf_printf(b, " of ");
        html_num_auto(b, have);
        buf_printf(b, "</dd>");
    }
    buf_printf(b, "</div>");
}

static void resources(Buf *b, const Facts *f)
{
    const json_t *device = fact_at(f->run, "device");
    const char *bram;
    double used, have;
    card_open(b, " wide", "Resources");
    if (!f->area)
        no_figure(b, "not run");
    else {
        buf_printf(b, "<dl class=\"four\">");
        if (fact_num(f->area, "lut", &used))
            resource(b, part_lut(f->area), used, fact_num_or(device, "lut", 0));
        if (fact_num(f->area, "ff", &used))
            resource(b, "FF", used, fact_num_or(device, "ff", 0));
        if (part_bram(f->area, &used, &bram)) {
            const char *same_kind;
            resource(b, bram, used, part_bram(device, &have, &same_kind) ? have : 0);
        }
        if (fact_num(f->area, "dsp", &used))
            resource(b, "DSP", used, fact_num_or(device, "dsp", 0));
        buf_printf(b, "</dl>");
    }
    buf_printf(b, "</div>\n");
}

static void clock_card(Buf *b, const Facts *f)
{
    double mhz = fact_num_or(f->area, "fmax_mhz", 0);
    card_open(b, "", "Clock");
    if (!(mhz > 0))
        no_figure(b, "not run");
    else {
        big(b, mhz, "MHz");
        buf_printf(b, "<p>%s", part_placed(f->area) ? "" : "estimate: ");
        part_str(b, f->area, "fmax_kind");
        buf_printf(b, "</p>");
    }
    buf_printf(b, "</div>\n");
}

static void per_image(Buf *b, const Facts *f, const char *label, const char *path)
{
    double x;
    card_open(b, "", label);
    if (fact_num(f->run, path, &x)) {
        big(b, x, "");
        buf_printf(b, "<p>mean of ");
        part_num(b, f->run, "simulate.images");
        buf_printf(b, " images</p>");
    } else
        no_figure(b, "not run");
    buf_printf(b, "</div>\n");
}

void cards_write(Buf *b, const Facts *f, Arena scratch)
{
    (void)scratch;
    buf_printf(b, "<div class=\"cards\">\n");
    accuracy(b, f);
    cycles(b, f, "Latency", "cycles.latency", "cycles.predicted_latency");
    cycles(b, f, "Interval", "cycles.interval", "cycles.predicted_interval");
    throughput(b, f);
    one_image(b, f);
    resources(b, f);
    per_image(b, f, "Spikes per image", "simulate.spikes_per_image");
    per_image(b, f, "SOPs per image", "simulate.sops_per_image");
    clock_card(b, f);
    card_open(b, "", "Power");
    no_figure(b, "not measured");
    buf_printf(b, "</div>\n</div>\n");
}
