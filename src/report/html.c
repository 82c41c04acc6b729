#include "report/html.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* The code point at s in *len bytes; jansson hands out valid UTF-8 only, other input gives its
 * bytes one by one. */
static unsigned decode(const unsigned char *s, size_t *len)
{
    size_t n = s[0] < 0xc0 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    unsigned code = n == 1 ? s[0] : s[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            *len = 1;
            return 0xfffd;
        }
        code = code << 6 | (s[i] & 0x3fu);
    }
    *len = n;
    return n == 1 && s[0] >= 0x80 ? 0xfffd : code;
}

static bool harmful(unsigned code)
{
    return (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7f && code < 0xa0)
        || (code >= 0x200e && code <= 0x200f) || (code >= 0x202a && code <= 0x202e)
        || (code >= 0x2066 && code <= 0x2069) || (code >= 0xd800 && code < 0xe000)
        || (code & 0xfffe) == 0xfffe || code > 0x10ffff || code == 0xfffd;
}

static const char *reference(unsigned code)
{
    switch (code) {
    case '&':  return "&amp;";
    case '<':  return "&lt;";
    case '>':  return "&gt;";
    case '"':  return "&quot;";
    case '\'': return "&#39;";
    default:   return NULL;
    }
}

void html_text(Buf *b, const char *s)
{
    size_t len;
    for (const unsigned char *p = (const unsigned char *)s; *p; p += len) {
        unsigned code = decode(p, &len);
        const char *as = harmful(code) ? REPLACEMENT : reference(code);
        if (as)
            buf_add(b, as, strlen(as));
        else
            buf_add(b, p, len);
    }
}

void html_num(Buf *b, double x, int decimals)
{
    char text[64];
    if (fabs(x) >= 1e15) {
        buf_printf(b, "%.3g", x);
        return;
    }
    int n = snprintf(text, sizeof text, "%.*f", decimals, x);
    int whole = (int)strcspn(text, ".");
    for (int i = 0; i < n; i++) {
        buf_add(b, text + i, 1);
        int after = whole - 1 - i; /* digits of the whole part still to come */
        if (after > 0 && after % 3 == 0 && text[i] != '-')
            buf_add(b, ",", 1);
    }
}

/* 9.50 -> 9.5, 10.00 -> 10 */
static void trim(Buf *b)
{
    while (b->p[b->n - 1] == '0') b->n--;
    b->n -= b->p[b->n - 1] == '.';
    b->p[b->n] = '\0';
}

void html_num_auto(Buf *b, double x)
{
    double size = fabs(x);
    bool whole = x == floor(x);
    if (!whole && size < 0.0005) {
        buf_printf(b, "%.1e", x);
        return;
    }
    html_num(b, x, whole || size >= 10000 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
    if (!whole && size < 10)
        trim(b);
}

void html_share(Buf *b, double part, double whole)
{
    double percent = 100 * part / whole;
    if (percent > 0 && percent < 0.1)
        buf_printf(b, "&lt;0.1 %%");
    else {
        html_num(b, percent, part == 0 ? 0 : 1);
        buf_printf(b, " %%");
    }
}
