/* What the design takes of the device, and which unit takes how much. */
#include "report/html.h"
#include "report/sections.h"
#include "report/svg.h"
#include <math.h>
#include <stdlib.h>

enum { COLOURS = 8 }; /* style.c has u0..u7; u7 is for all the smaller units together */

/* A resource as run.json spells it. */
typedef struct Kind { const char *key, *label; } Kind;
static const Kind kinds[] = {
    { "lut", NULL }, { "ff", "FF" }, { "bram36", "RAMB36" }, { "bram", "block RAM" },
    { "dsp", "DSP" },
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const char *label_of(const Facts *f, int k)
{
    return kinds[k].label ? kinds[k].label : part_lut(f->area);
}

typedef struct Share { const json_t *unit; double lut; size_t order; } Share;

/* Most LUTs first; equals stay in the order of the design. */
static int by_lut(const void *x, const void *y)
{
    const Share *a = x, *b = y;
    if (a->lut != b->lut)
        return a->lut < b->lut ? 1 : -1;
    return (a->order > b->order) - (a->order < b->order);
}

static Share *shares(const json_t *units, size_t n, Arena *a)
{
    Share *s = NEW(a, Share, n + 1);
    for (size_t i = 0; i < n; i++) {
        const json_t *unit = json_array_get(units, i);
        s[i] = (Share){ unit, fmax(0, fact_num_or(unit, "lut", 0)), i };
    }
    qsort(s, n, sizeof *s, by_lut);
    return s;
}

static void device_bar(Buf *b, const Facts *f, int k)
{
    double used, have = fact_num_or(fact_at(f->run, "device"), kinds[k].key, 0);
    if (!fact_num(f->area, kinds[k].key, &used))
        return;
    buf_printf(b, "<div class=\"bar\"><span class=\"who\">");
    html_text(b, label_of(f, k));
    buf_printf(b, "</span>");
    svg_open_stretched(b, 100, 14, "track", "share of the device");
    svg_rect(b, (Point){ 0, 0 }, 100, 14, "track");
    if (have > 0)
        svg_rect(b, (Point){ 0, 0 }, 100 * fmin(1, fmax(0, used / have)), 14,
                 used > have ? "over" : "fill");
    svg_close(b);
    buf_printf(b, "<span class=\"what\">");
    html_num_auto(b, used);
    if (have > 0) {
        buf_printf(b, " <small>of ");
        html_num_auto(b, have);
        buf_printf(b, ", ");
        html_share(b, used, have);
        buf_printf(b, "</small>");
    }
    buf_printf(b, "</span></div>\n");
}

/* One bar is all that the design uses of a resource; what no unit claims stays empty. */
static void unit_bar(Buf *b, const Facts *f, int k, const Share *s, size_t n)
{
    double used = fact_num_or(f->area, kinds[k].key, 0), sum = 0, x = 0;
    for (size_t i = 0; i < n; i++) sum += fmax(0, fact_num_or(s[i].unit, kinds[k].key, 0));
    double full = fmax(used, sum);
    if (!(sum > 0))
        return;
    buf_printf(b, "<div class=\"bar\"><span class=\"who\">");
    html_text(b, label_of(f, k));
    buf_printf(b, "</span>");
    svg_open_stretched(b, 100, 18, "track tall", "share of each unit");
    svg_rect(b, (Point){ 0, 0 }, 100, 18, "track");
    for (size_t i = 0; i < n; i++) {
        double own = fmax(0, fact_num_or(s[i].unit, kinds[k].key, 0));
        char cls[] = "u0";
        cls[1] = (char)('0' + (i < COLOURS - 1 ? i : COLOURS - 1));
        if (own > 0)
            svg_rect(b, (Point){ 100 * x / full, 0 }, 100 * own / full, 18, cls);
        x += own;
    }
    svg_close(b);
    buf_printf(b, "<span class=\"what\">");
    html_num_auto(b, sum);
    buf_printf(b, " <small>in units</small></span></div>\n");
}

static void unit_table(Buf *b, const Facts *f, const Share *s, size_t n)
{
    bool given[KINDS] = { false };
    for (int k = 0; k < KINDS; k++)
        for (size_t i = 0; i < n; i++) given[k] |= fact_at(s[i].unit, kinds[k].key) != NULL;
    buf_printf(b, "<div class=\"scroll\"><table class=\"units\">\n<thead><tr><th>unit</th>");
    for (int k = 0; k < KINDS; k++)
        if (given[k]) {
            buf_printf(b, "<th class=\"n\">");
            html_text(b, label_of(f, k));
            buf_printf(b, "</th>");
        }
    buf_printf(b, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++) {
        size_t c = i < COLOURS - 1 ? i : COLOURS - 1;
        buf_printf(b, "<tr><th scope=\"row\"><span class=\"key u%zu\"></span>", c);
        part_str(b, s[i].unit, "name");
        buf_printf(b, "</th>");
        for (int k = 0; k < KINDS; k++)
            if (given[k]) {
                buf_printf(b, "<td class=\"n\">");
                part_num(b, s[i].unit, kinds[k].key);
                buf_printf(b, "</td>");
            }
        buf_printf(b, "</tr>\n");
    }
    buf_printf(b, "</tbody></table></div>\n");
}

static void units(Buf *b, const Facts *f, Arena scratch)
{
    const json_t *list = fact_at(f->area, "units");
    size_t n = json_array_size(list);
    if (n == 0)
        return;
    const Share *s = shares(list, n, &scratch);
    buf_printf(b, "<h3>By unit</h3>\n<div class=\"bars\">\n");
    for (int k = 0; k < KINDS; k++) unit_bar(b, f, k, s, n);
    buf_printf(b, "</div>\n");
    unit_table(b, f, s, n);
}

/* Every device that was synthesised for, where there is more than one. */
static void other_devices(Buf *b, const Facts *f)
{
    const json_t *areas = fact_at(f->run, "area");
    const char *name;
    json_t *area;
    if (json_object_size(areas) < (f->area ? 2u : 1u))
        return;
    buf_printf(b, "<h3>All devices synthesised for</h3>\n<div class=\"scroll\"><table><thead><tr>"
                  "<th>device</th><th class=\"n\">LUT</th><th class=\"n\">FF</th><th class=\"n\">"
                  "block RAM</th><th class=\"n\">DSP</th><th class=\"n\">MHz</th><th>clock</th>"
                  "</tr></thead>\n<tbody>\n");
    json_object_foreach((json_t *)(size_t)areas, name, area) {
        const char *bram;
        double count;
        buf_printf(b, "<tr><th scope=\"row\">");
        html_text(b, name);
        buf_printf(b, "</th><td class=\"n\">");
        part_num(b, area, "lut");
        buf_printf(b, " <small>");
        html_text(b, part_lut(area));
        buf_printf(b, "</small></td><td class=\"n\">");
        part_num(b, area, "ff");
        buf_printf(b, "</td><td class=\"n\">");
        if (part_bram(area, &count, &bram)) {
            html_num_auto(b, count);
            buf_printf(b, " <small>%s</small>", bram);
        } else
            part_str(b, NULL, "");
        buf_printf(b, "</td><td class=\"n\">");
        part_num(b, area, "dsp");
        buf_printf(b, "</td><td class=\"n\">");
        part_num(b, area, "fmax_mhz");
        buf_printf(b, "</td><td>");
        part_str(b, area, "fmax_kind");
        buf_printf(b, "</td></tr>\n");
    }
    buf_printf(b, "</tbody></table></div>\n");
}

void resources_write(Buf *b, const Facts *f, Arena scratch)
{
    if (!f->area)
        part_missing(b, "the design was not synthesised for this device.");
    else {
        buf_printf(b, "<div class=\"bars\">\n");
        for (int k = 0; k < KINDS; k++) device_bar(b, f, k);
        buf_printf(b, "</div>\n");
        units(b, f, scratch);
    }
    other_devices(b, f);
}
