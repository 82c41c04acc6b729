#include "report/html.h"
#include "report/sections.h"
#include <string.h>

#define DASH "<span class=\"none\">\xe2\x80\x93</span>" /* U+2013 */

void part_num(Buf *b, const json_t *j, const char *path)
{
    double x;
    if (fact_num(j, path, &x))
        html_num_auto(b, x);
    else
        buf_printf(b, DASH);
}

void part_str(Buf *b, const json_t *j, const char *path)
{
    const char *s = fact_str(j, path);
    if (s)
        html_text(b, s);
    else
        buf_printf(b, DASH);
}

static void item(Buf *b, const json_t *v)
{
    if (json_is_number(v))
        part_num(b, v, "");
    else if (json_is_boolean(v))
        buf_printf(b, "%s", json_is_true(v) ? "yes" : "no");
    else
        part_str(b, v, "");
}

void part_value(Buf *b, const json_t *v)
{
    if (!json_is_array(v))
        item(b, v);
    for (size_t i = 0; i < json_array_size(v); i++) {
        buf_printf(b, "%s", i ? ", " : "");
        item(b, json_array_get(v, i));
    }
}

void part_missing(Buf *b, const char *what)
{
    buf_printf(b, "<p class=\"missing\"><b>Not run:</b> %s</p>\n", what);
}

bool part_bram(const json_t *j, double *count, const char **label)
{
    *label = "RAMB36";
    if (fact_num(j, "bram36", count))
        return true;
    *label = "block RAM";
    return fact_num(j, "bram", count);
}

bool part_placed(const json_t *area)
{
    const char *kind = fact_str(area, "fmax_kind");
    return kind && !strncmp(kind, "placed", 6) && fact_num_or(area, "fmax_mhz", 0) > 0;
}

const char *part_lut(const json_t *area)
{
    const char *kind = fact_str(area, "lut_kind");
    return kind ? kind : "LUT";
}
