/* base/num.h - small exact arithmetic that everyone needs. */
#ifndef BASE_NUM_H
#define BASE_NUM_H
#include <stdint.h>
#include <stddef.h>

static inline uint16_t rd_u16le(const unsigned char *p) { return (uint16_t)(p[0] | p[1] << 8); }
static inline uint32_t rd_u32le(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint32_t rd_u32be(const unsigned char *p)
{
    return (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}

/* ceil(a / b) for a >= 0, b > 0. */
static inline int64_t num_ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* floor(a / b) for b > 0. */
static inline int64_t num_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static inline int64_t num_clamp(int64_t x, int64_t lo, int64_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* Bits of an unsigned number that must hold 0..max: 0 needs 0 bits. */
static inline int num_ubits(uint64_t max)
{
    int n = 0;
    for (; max; max >>= 1) n++;
    return n;
}

/* Bits of a two's complement number that must hold lo..hi (at least 1). */
static inline int num_sbits(int64_t lo, int64_t hi)
{
    int a = hi > 0 ? num_ubits((uint64_t)hi) : 0;
    int b = lo < 0 ? num_ubits((uint64_t)(-(lo + 1))) : 0;
    return 1 + (a > b ? a : b);
}

/* x reduced modulo 2^bits into -2^(bits-1) .. 2^(bits-1)-1; 1 <= bits <= 64. */
static inline int64_t num_wrap(int64_t x, int bits)
{
    uint64_t v = (uint64_t)x << (64 - bits);
    return (int64_t)v >> (64 - bits);
}
#endif
