/* The first thing read: which network, and whether its hardware was shown to be right. */
#include "report/html.h"
#include "report/sections.h"

static size_t layers_that_compute(const Facts *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_layer; i++) n += !fact_layer_is(fact_layer(f, i), "input");
    return n;
}

/* "conv2, image 3, pixel 12, ...": an object's members in their order, or the sentence given. */
static void first_difference(Buf *b, const json_t *v)
{
    if (json_is_string(v)) {
        html_text(b, json_string_value(v));
        return;
    }
    const char *key, *separator = "";
    json_t *member;
    json_object_foreach((json_t *)(size_t)v, key, member) {
        buf_printf(b, "%s", separator);
        html_text(b, key);
        buf_printf(b, " ");
        part_value(b, member);
        separator = ", ";
    }
}

static void equal(Buf *b, const Facts *f, double images)
{
    double layers, all = (double)layers_that_compute(f);
    buf_printf(b, "<p class=\"verdict good\"><b>RTL equals model on ");
    html_num(b, images, 0);
    buf_printf(b, " image%s", images == 1 ? "" : "s");
    if (fact_num(f->run, "verify.layers", &layers) && all > 0) {
        if (layers >= all)
            buf_printf(b, ", every layer");
        else
            buf_printf(b, ", %.0f of %.0f layers", layers, all);
    }
    buf_printf(b, "</b>");
    double stalls = fact_num_or(f->run, "verify.stall_images", 0);
    if (stalls > 0) {
        buf_printf(b, " <span>");
        html_num(b, stalls, 0);
        buf_printf(b, " of them under random stalls</span>");
    }
    buf_printf(b, "</p>\n");
}

static void differs(Buf *b, const Facts *f, double images, double mismatches)
{
    buf_printf(b, "<p class=\"verdict bad\"><b>RTL differs from model: ");
    html_num(b, mismatches, 0);
    buf_printf(b, " mismatch%s in ", mismatches == 1 ? "" : "es");
    html_num(b, images, 0);
    buf_printf(b, " image%s</b>", images == 1 ? "" : "s");
    const json_t *first = fact_at(f->run, "verify.first_difference");
    if (json_is_string(first) || json_object_size(first) > 0) {
        buf_printf(b, " <span>first: ");
        first_difference(b, first);
        buf_printf(b, "</span>");
    }
    buf_printf(b, "</p>\n");
}

static void verdict(Buf *b, const Facts *f)
{
    double images = fact_num_or(f->run, "verify.images", 0);
    double mismatches;
    if (images < 1 || !fact_num(f->run, "verify.mismatches", &mismatches))
        buf_printf(b, "<p class=\"verdict open\"><b>Not verified</b> <span>the RTL was not "
                      "compared with the model</span></p>\n");
    else if (mismatches > 0)
        differs(b, f, images, mismatches);
    else
        equal(b, f, images);
}

/* Was the clock count what was said beforehand? */
static void prediction(Buf *b, const Facts *f)
{
    double images = fact_num_or(f->run, "cycles.images", 0), wrong;
    if (images < 1 || !fact_num(f->run, "cycles.wrong_predictions", &wrong))
        return;
    buf_printf(b, "<li class=\"%s\">", wrong > 0 ? "bad" : "good");
    if (wrong > 0) {
        buf_printf(b, "cycles predicted wrongly on ");
        html_num(b, wrong, 0);
        buf_printf(b, " of ");
    } else
        buf_printf(b, "cycles predicted exactly on ");
    html_num(b, images, 0);
    buf_printf(b, " image%s</li>", images == 1 ? "" : "s");
}

static void framework(Buf *b, const Facts *f)
{
    double images = fact_num_or(f->run, "framework.images", 0), agree;
    if (images < 1 || !fact_num(f->run, "framework.argmax_agreement", &agree))
        return;
    buf_printf(b, "<li>same class as the framework's on ");
    html_num_auto(b, agree);
    buf_printf(b, " %% of ");
    html_num(b, images, 0);
    buf_printf(b, " image%s</li>", images == 1 ? "" : "s");
}

static void count(Buf *b, const Facts *f, const char *path, const char *what)
{
    double x;
    if (!fact_num(f->run, path, &x))
        return;
    buf_printf(b, "<li>");
    html_num(b, x, 0);
    buf_printf(b, " %s</li>", what);
}

static void device(Buf *b, const Facts *f)
{
    const char *part = fact_str(f->run, "device.part");
    if (!f->device_name)
        return;
    buf_printf(b, "<li>for ");
    html_text(b, f->device_name);
    if (part) {
        buf_printf(b, " (");
        html_text(b, part);
        buf_printf(b, ")");
    }
    buf_printf(b, "</li>");
}

void headline_write(Buf *b, const Facts *f, Arena scratch)
{
    (void)scratch;
    const char *name = fact_str(f->run, "model.name"), *note = fact_str(f->run, "note");
    buf_printf(b, "<header>\n<p class=\"kind\">e3ne report</p>\n<h1>");
    html_text(b, name ? name : "unnamed network");
    buf_printf(b, "</h1>\n");
    if (note) {
        buf_printf(b, "<p class=\"note\">");
        html_text(b, note);
        buf_printf(b, "</p>\n");
    }
    verdict(b, f);
    buf_printf(b, "<ul class=\"facts\">");
    prediction(b, f);
    framework(b, f);
    count(b, f, "model.params", "parameters");
    count(b, f, "model.macs", "multiply-accumulates");
    device(b, f);
    buf_printf(b, "</ul>\n</header>\n");
}
