/* fuzz_idx.c - any bytes as fmt/idx's input. */
#include "fuzz.h"
#include "fmt/idx.h"

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    Npy a;
    return idx_parse(p, n, "x", mem, &a, c);
}
