#include "fmt/image.h"
#include "fmt/image_in.h"
#include <string.h>

bool image_is_png(const unsigned char *p, size_t n)
{
    return n >= 8 && !memcmp(p, "\x89PNG\r\n\x1a\n", 8);
}

bool image_is_pgm(const unsigned char *p, size_t n)
{
    return n >= 3 && p[0] == 'P' && (p[1] == '2' || p[1] == '5');
}

Err image_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Image *out,
                Ctx *c)
{
    if (image_is_png(p, n))
        return png_parse(p, n, file, perm, out, c);
    if (image_is_pgm(p, n))
        return pgm_parse(p, n, file, perm, out, c);
    return fail(c, ERR_FORMAT, (Loc){ .file = file }, "neither PNG nor PGM (P2, P5)");
}
