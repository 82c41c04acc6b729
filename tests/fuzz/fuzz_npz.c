/* fuzz_npz.c - any bytes as fmt/npz's input. */
#include "fuzz.h"
#include "fmt/npz.h"

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    Npz z;
    return npz_parse(p, n, "x", mem, &z, c);
}
