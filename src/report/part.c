#include "report/html.h"
#include "report/sections.h"
#include <string.h>

#define DASH "<span class=\"none\">\xe2\x80\x93</span>" /* U+2013 */

void part_num(Buf *b, const json_t *j, const char *path, int decimals)
{
    double x;
    if (!fact_num(j, path, &x))
        buf_printf(b, DASH);
    else if (decimals == PART_AUTO)
        html_num_auto(b, x);
    else
        html_num(b, x, decimals);
}

void part_str(Buf *b, const json_t *j, const char *path)
{
    const char *s = fact_str(j, path);
    if (s)
        html_text(b, s);
    else
        buf_printf(b, DASH);
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
