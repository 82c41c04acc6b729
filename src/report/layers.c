/* The table of layers: one row each on paper and wide screens, one card each on a phone, where the
 * column's name stands in the cell (data-l). */
#include "report/html.h"
#include "report/sections.h"

typedef void Cell(Buf *b, const json_t *layer);
typedef struct Column { const char *name, *cls; Cell *write; } Column;

static void c_op(Buf *b, const json_t *l) { part_str(b, l, "op"); }
static void c_unit(Buf *b, const json_t *l) { part_str(b, l, "unit"); }
static void c_weight_bits(Buf *b, const json_t *l) { part_num(b, l, "weight_bits"); }
static void c_cycles(Buf *b, const json_t *l) { part_num(b, l, "cycles"); }
static void c_spikes(Buf *b, const json_t *l) { part_num(b, l, "spikes"); }
static void c_sops(Buf *b, const json_t *l) { part_num(b, l, "sops"); }
static void c_saturated(Buf *b, const json_t *l) { part_num(b, l, "saturated"); }
static void c_frac(Buf *b, const json_t *l) { part_num(b, l, "frac_bits"); }

static void c_shape(Buf *b, const json_t *l)
{
    const json_t *shape = fact_at(l, "shape");
    double chw[3];
    if (!fact_shape(shape, chw)) {
        part_str(b, NULL, "");
        return;
    }
    html_num(b, chw[0], 0);
    if (json_array_size(shape) == 3)
        buf_printf(b, "\xc3\x97%.0f\xc3\x97%.0f", chw[1], chw[2]);
}

static void c_steps(Buf *b, const json_t *l)
{
    part_num(b, l, "steps_in");
    buf_printf(b, " \xe2\x86\x92 "); /* arrow */
    if (fact_num_or(l, "steps", 1) == 0)
        buf_printf(b, "V");
    else
        part_num(b, l, "steps");
    if (json_is_true(fact_at(l, "signed")) || fact_num_or(l, "signed", 0) > 0)
        buf_printf(b, " <small>signed</small>");
}

static void c_folding(Buf *b, const json_t *l)
{
    const json_t *f = fact_at(l, "folding");
    if (!json_is_object(f)) {
        part_str(b, NULL, "");
        return;
    }
    part_num(b, f, "pin");
    buf_printf(b, "\xc3\x97");
    part_num(b, f, "pout");
    buf_printf(b, "<small>");
    part_num(b, f, "slots");
    buf_printf(b, " slots</small><small>");
    part_num(b, f, "chunks");
    buf_printf(b, " ch, ");
    part_num(b, f, "groups");
    buf_printf(b, " gr</small>");
}

static void c_acc(Buf *b, const json_t *l)
{
    double lo, hi, pot;
    part_num(b, l, "acc_bits");
    if (fact_num(l, "pot_bits", &pot))
        buf_printf(b, " / %.0f", pot);
    if (!fact_num(l, "acc_min", &lo) || !fact_num(l, "acc_max", &hi))
        return;
    buf_printf(b, "<small>");
    html_num(b, lo, 0);
    buf_printf(b, " \xe2\x80\xa6 "); /* ellipsis */
    html_num(b, hi, 0);
    buf_printf(b, "</small>");
}

static void c_theta(Buf *b, const json_t *l)
{
    part_num(b, l, "theta_error_codes");
}

static const Column columns[] = {
    { "operator",    "",  c_op },
    { "unit",        "",  c_unit },
    { "shape",       "n", c_shape },
    { "T",           "n", c_steps },
    { "W",           "n", c_weight_bits },
    { "folding",     "n", c_folding },
    { "cycles",      "n", c_cycles },
    { "spikes",      "n", c_spikes },
    { "SOPs",        "n", c_sops },
    { "bits V / U, bound of V", "n", c_acc },
    { "saturated",   "n", c_saturated },
    { "F",           "n", c_frac },
    { "\xce\x98 error", "n", c_theta }, /* Theta */
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static void row(Buf *b, const Facts *f, size_t i, Arena scratch)
{
    buf_printf(b, "<tr><th scope=\"row\">");
    html_text(b, fact_layer_name(f, i, &scratch));
    buf_printf(b, "</th>");
    for (int k = 0; k < COLUMNS; k++) {
        buf_printf(b, "<td class=\"%s\" data-l=\"%s\">", columns[k].cls, columns[k].name);
        columns[k].write(b, fact_layer(f, i));
        buf_printf(b, "</td>");
    }
    buf_printf(b, "</tr>\n");
}

void layers_write(Buf *b, const Facts *f, Arena scratch)
{
    if (!f->layers) {
        part_missing(b, "no layers are recorded.");
        return;
    }
    buf_printf(b, "<div class=\"scroll\"><table class=\"layers\">\n<thead><tr><th>layer</th>");
    for (int k = 0; k < COLUMNS; k++)
        buf_printf(b, "<th class=\"%s\">%s</th>", columns[k].cls, columns[k].name);
    buf_printf(b, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < f->n_layer; i++) row(b, f, i, scratch);
    buf_printf(b, "</tbody></table></div>\n<p class=\"legend\">T: steps of the input \xe2\x86\x92 "
                  "output codes (V: the potential itself). Folding: inputs \xc3\x97 outputs per "
                  "clock, with chunks (ch) of inputs and groups (gr) of outputs. Cycles, spikes "
                  "and SOPs: means per image. V cannot leave its bound, whatever the image. "
                  "Saturated: codes cut at the top, over all simulated images. F: fractional bits "
                  "of \xce\x98; \xce\x98 error: the worst that its rounding can move a code, in "
                  "codes.</p>\n");
}
