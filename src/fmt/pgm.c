/* PGM: "P5" or "P2", width, height, greatest value, then bytes (P5) or decimal numbers (P2). */
#include "fmt/image_in.h"
#include "fmt/take.h"

typedef struct Text { const unsigned char *p; size_t i, n; const char *file; Ctx *c; } Text;
#define WRONG(t, code, ...) fail((t)->c, code, (Loc){ .file = (t)->file, .byte = (t)->i }, \
                                 __VA_ARGS__)

static bool is_space(int ch) { return ch == ' ' || (ch >= '\t' && ch <= '\r'); }

/* White space, and comments from # to the end of the line. */
static void skip_space(Text *t)
{
    for (bool comment = false; t->i < t->n; t->i++) {
        int ch = t->p[t->i];
        comment = comment ? ch != '\n' : ch == '#';
        if (!comment && !is_space(ch))
            return;
    }
}

static Err read_number(Text *t, int max, const char *what, int *out)
{
    skip_space(t);
    size_t start = t->i;
    *out = 0;
    for (; t->i < t->n && t->p[t->i] >= '0' && t->p[t->i] <= '9'; t->i++) {
        *out = *out * 10 + (t->p[t->i] - '0');
        if (*out > max)
            return WRONG(t, ERR_UNSUPPORTED, "PGM: %s is more than %d", what, max);
    }
    return t->i > start ? ERR_NONE : WRONG(t, ERR_FORMAT, "PGM: %s is missing", what);
}

/* v of 0..most as 0..255, rounded to the nearest. */
static unsigned char scaled(int v, int most)
{
    return (unsigned char)((v * 255 + most / 2) / most);
}

static Err read_binary(Text *t, int most, unsigned char *to, size_t n)
{
    if (t->i >= t->n || !is_space(t->p[t->i]))
        return WRONG(t, ERR_FORMAT, "PGM: no white space before the pixels");
    t->i++;
    if (t->n - t->i != n)
        return WRONG(t, ERR_FORMAT, "PGM: %zu pixels announced, %zu are there", n, t->n - t->i);
    for (size_t k = 0; k < n; k++, t->i++) {
        if (t->p[t->i] > most)
            return WRONG(t, ERR_FORMAT, "PGM: a pixel is more than %d", most);
        to[k] = scaled(t->p[t->i], most);
    }
    return ERR_NONE;
}

static Err read_plain(Text *t, int most, unsigned char *to, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        int v;
        TRY(read_number(t, most, "a pixel", &v));
        to[k] = scaled(v, most);
    }
    skip_space(t);
    return t->i == t->n ? ERR_NONE : WRONG(t, ERR_FORMAT, "PGM: something follows the pixels");
}

Err pgm_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Image *out, Ctx *c)
{
    Text t = { p, 2, n, file, c };
    int most;
    void *to;
    *out = (Image){ .c = 1 };
    TRY(read_number(&t, IMAGE_SIDE_MAX, "the width", &out->w));
    TRY(read_number(&t, IMAGE_SIDE_MAX, "the height", &out->h));
    TRY(read_number(&t, 255, "the greatest value", &most));
    size_t pixels = (size_t)out->w * (size_t)out->h;
    if (pixels == 0 || most == 0)
        return WRONG(&t, ERR_FORMAT, "PGM: a picture of %dx%d with values up to %d", out->h, out->w,
                     most);
    if (pixels > n - t.i) /* each takes a byte at least */
        return WRONG(&t, ERR_FORMAT, "PGM: %zu pixels announced, %zu bytes left", pixels, n - t.i);
    TRY(take(perm, pixels, 1, file, &to, c));
    out->p = to;
    return p[1] == '5' ? read_binary(&t, most, to, pixels) : read_plain(&t, most, to, pixels);
}
