/* fuzz_npy.c - any bytes as fmt/npy's input. */
#include "fuzz.h"
#include "fmt/npy.h"

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    Npy a;
    TRY(npy_parse(p, n, "x", &a, c));
    double sum = 0; /* every element can be read */
    for (int64_t i = 0; i < a.n; i++) sum += npy_at(&a, i);
    (void)sum;
    (void)mem;
    return ERR_NONE;
}
