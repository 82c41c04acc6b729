/* fuzz_image.c - any bytes as fmt/image's input. */
#include "fuzz.h"
#include "fmt/image.h"

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    Image m;
    return image_parse(p, n, "x", mem, &m, c);
}
