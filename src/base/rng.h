/* base/rng.h - reproducible random numbers (not for secrets).
 * Source: SplitMix64, Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators". */
#ifndef BASE_RNG_H
#define BASE_RNG_H
#include <stdint.h>

typedef struct Rng { uint64_t s; } Rng; /* s is the seed */

static inline uint64_t rng_u64(Rng *r)
{
    uint64_t z = (r->s += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 0 .. n-1, n > 0 (the bias of at most n / 2^64 is accepted). */
static inline uint64_t rng_below(Rng *r, uint64_t n) { return rng_u64(r) % n; }

/* lo .. hi, both included. */
static inline int64_t rng_range(Rng *r, int64_t lo, int64_t hi)
{
    return lo + (int64_t)rng_below(r, (uint64_t)(hi - lo) + 1);
}

/* uniform in [0, 1) */
static inline double rng_unit(Rng *r) { return (double)(rng_u64(r) >> 11) * 0x1p-53; }
#endif
