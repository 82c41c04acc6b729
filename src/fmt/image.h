/* fmt/image.h - single pictures: PNG (through libpng) and PGM (P2, P5).
 *
 * Pixels come out as 8 bits a channel, 1 channel (grey) or 3 (colour): palettes are looked up,
 * fewer bits are scaled to 0..255, 16 bits lose their lower byte, transparency is dropped, gamma
 * is left alone. Source: PNG specification 1.2; netpbm's pgm(5). Test: tests/fmt/t_image.c. */
#ifndef FMT_IMAGE_H
#define FMT_IMAGE_H
#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>

enum { IMAGE_SIDE_MAX = 1 << 14 };

typedef struct Image { int c, h, w; const unsigned char *p; } Image; /* p: [C,H,W], in perm */

bool image_is_png(const unsigned char *p, size_t n);
bool image_is_pgm(const unsigned char *p, size_t n);

MUST_USE Err image_parse(const unsigned char *p, size_t n, const char *file, Arena *perm,
                         Image *out, Ctx *c);
#endif
