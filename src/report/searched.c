/* The frontier of `quantize --search`. */
#include "report/html.h"
#include "report/sections.h"

bool searched_applies(const Facts *f)
{
    return json_array_size(fact_at(f->run, "search.frontier")) > 0;
}

static void text_cell(Buf *b, const json_t *p, const char *key)
{
    buf_printf(b, "<td>");
    part_str(b, p, key);
    buf_printf(b, "</td>");
}

static void num_cell(Buf *b, const json_t *p, const char *key)
{
    buf_printf(b, "<td class=\"n\">");
    part_num(b, p, key);
    buf_printf(b, "</td>");
}

/* Percent with two places: the figures of a row differ in the last one. */
static void percent_cell(Buf *b, const json_t *p, const char *key, double unit)
{
    double x;
    buf_printf(b, "<td class=\"n\">");
    if (fact_num(p, key, &x))
        html_num(b, unit * x, 2);
    else
        part_str(b, NULL, "");
    buf_printf(b, "</td>");
}

static void row(Buf *b, const json_t *p, bool chosen)
{
    buf_printf(b, "<tr%s>", chosen ? " class=\"ours\"" : "");
    num_cell(b, p, "input_steps");
    text_cell(b, p, "steps");
    text_cell(b, p, "weights");
    num_cell(b, p, "weight_bits");
    num_cell(b, p, "sops");
    percent_cell(b, p, "logit_error", 100);
    percent_cell(b, p, "agreement", 1);
    percent_cell(b, p, "test_accuracy_not_used", 1);
    buf_printf(b, "</tr>\n");
}

void searched_write(Buf *b, const Facts *f, Arena scratch)
{
    (void)scratch;
    const json_t *all = fact_at(f->run, "search.frontier");
    const json_t *chosen = fact_at(f->run, "search.chosen");
    buf_printf(b, "<div class=\"scroll\"><table><thead><tr><th class=\"n\">T input</th>"
                  "<th>T of layers</th><th>W of layers</th><th class=\"n\">weight bits</th>"
                  "<th class=\"n\">SOPs per image</th><th class=\"n\">error of scores, %%</th>"
                  "<th class=\"n\">agrees with float, %%</th><th class=\"n\">test accuracy, %%</th>"
                  "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < json_array_size(all); i++)
        row(b, json_array_get(all, i), json_equal(json_array_get(all, i), chosen));
    buf_printf(b, "</tbody></table></div>\n<p class=\"legend\">Steps of the descent that no other "
                  "beats in weight bits, SOPs and error at once; the chosen one is marked. Error "
                  "and agreement are of ");
    part_num(b, f->run, "search.held_images");
    buf_printf(b, " calibration images; test images are shown, not used.</p>\n");
}
