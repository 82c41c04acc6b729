/* fmt/image_in.h - inside the picture reader. */
#ifndef FMT_IMAGE_IN_H
#define FMT_IMAGE_IN_H
#include "fmt/image.h"

MUST_USE Err png_parse(const unsigned char *p, size_t n, const char *file, Arena *perm,
                       Image *out, Ctx *c);
MUST_USE Err pgm_parse(const unsigned char *p, size_t n, const char *file, Arena *perm,
                       Image *out, Ctx *c);
#endif
