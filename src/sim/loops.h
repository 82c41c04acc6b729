/* sim/loops.h - the loops of sim/cpu.h that a compiler vectorises by itself: included once by each
 * kind of CPU, and compiled with its instructions. */
#ifndef SIM_LOOPS_H
#define SIM_LOOPS_H
#include "sim/cpu.h"
#include <assert.h>
#include <string.h>

static inline int dot_quads(const Dot *d) { return (d->run + QUAD - 1) / QUAD; }

/* w [outs][rows*run] -> [outs/PANEL][rows][quads][PANEL][QUAD], zeros in the gaps. */
static inline void pack_quads(Dot *d, const int8_t *w, Arena *perm)
{
    int quads = dot_quads(d), taps = d->rows * d->run;
    size_t panels = (size_t)(d->outs + PANEL - 1) / PANEL;
    d->panel_bytes = (size_t)d->rows * (size_t)quads * PANEL * QUAD;
    int8_t *all = d->w = arena_take(perm, d->panel_bytes, 64, panels);
    for (int o = 0; o < d->outs; o++) {
        int8_t *to = all + (size_t)(o / PANEL) * d->panel_bytes + o % PANEL * QUAD;
        for (int u = 0; u < d->rows; u++)
            for (int x = 0; x < d->run; x++)
                to[((int64_t)u * quads + x / QUAD) * (PANEL * QUAD) + x % QUAD] =
                    w[(int64_t)o * taps + u * d->run + x];
    }
}

static void loop_max(uint8_t *restrict to, const uint8_t *restrict from, int64_t n)
{
    for (int64_t x = 0; x < n; x++) to[x] = from[x] > to[x] ? from[x] : to[x];
}

static const uint64_t every_byte = 0x0101010101010101;

/* Sum of the 8 bytes of a word. */
static inline int64_t sum_bytes(uint64_t x)
{
    const uint64_t even = 0x00ff00ff00ff00ff;
    return (int64_t)((((x & even) + (x >> 8 & even)) * 0x0001000100010001) >> 48);
}

/* Ones in bit `bit` of 8-byte words, fewer than 256 so that 8-bit sums suffice. */
static inline int64_t bit_ones(const uint8_t *code, int64_t words, uint64_t flips, int bit)
{
    uint64_t sum = 0;
    for (int64_t k = 0; k < words; k++) {
        uint64_t x;
        memcpy(&x, code + 8 * k, sizeof x);
        sum += (x ^ flips) >> bit & every_byte;
    }
    return sum_bytes(sum);
}

static void loop_spikes(const uint8_t *code, int64_t n, int flip, int steps, int64_t *spikes)
{
    enum { PART = 248 };
    int64_t words = n / 8;
    for (int64_t k = 0; k < words; k += PART)
        for (int t = 0; t < steps; t++)
            spikes[t] += bit_ones(code + 8 * k, words - k < PART ? words - k : PART,
                                  (uint64_t)flip * every_byte, steps - 1 - t);
    for (int64_t x = 8 * words; x < n; x++)
        for (int t = 0; t < steps; t++) spikes[t] += (code[x] ^ flip) >> (steps - 1 - t) & 1;
}

static int64_t loop_sops(const uint8_t *restrict code, const int16_t *restrict reach, int64_t n,
                         int flip)
{
    enum { PART = 4096 }; /* 8 ones at most, reach below 2^15: a sum of 32 bits holds them */
    int64_t all = 0;
    for (int64_t from = 0; from < n; from += PART) {
        int part = (int)(n - from < PART ? n - from : PART), sum = 0;
        for (int i = 0; i < part; i++) {
            uint8_t b = (uint8_t)(code[from + i] ^ flip);
            b = (uint8_t)(b - (b >> 1 & 0x55));
            b = (uint8_t)((b & 0x33) + (b >> 2 & 0x33));
            b = (uint8_t)((b + (b >> 4)) & 0x0f);
            sum += (int16_t)b * reach[from + i];
        }
        all += sum;
    }
    return all;
}

/* With T and sign known at compile time the loop over steps unrolls and the loop over values
 * vectorises. A signed code's byte is its own bits with the first one inverted. */
#define FIRE(name, U, SU)                                                                       \
    static inline __attribute__((always_inline)) int name(                                      \
        const Fire *f, const int32_t *restrict v, const U *restrict th, const U *restrict b,    \
        int n, int steps, bool sign, uint8_t *restrict code)                                    \
    {                                                                                           \
        int beyond = 0, wrap = f->wrap, left = f->left, frac = f->frac;                         \
        for (int x = 0; x < n; x++) {                                                           \
            int32_t s = (int32_t)((uint32_t)v[x] << wrap) >> wrap;                              \
            U u = ((U)(SU)s << left << frac) + b[x], theta = th[x];                             \
            int k = 0;                                                                          \
            if (sign) {                                                                         \
                k = (SU)u >= 0;                                                                 \
                u += k ? 0 : theta << (steps - 1);                                              \
                beyond += (SU)u < 0;                                                            \
            }                                                                                   \
            for (int t = sign; t < steps; t++) {                                                \
                U trial = u - (theta << (steps - 1 - t));                                       \
                int spike = (SU)trial >= 0;                                                     \
                u = spike ? trial : u;                                                          \
                k = 2 * k + spike;                                                              \
            }                                                                                   \
            beyond += (SU)u >= (SU)theta;                                                       \
            code[x] = (uint8_t)k;                                                               \
        }                                                                                       \
        return beyond;                                                                          \
    }
FIRE(fire_32, uint32_t, int32_t)
FIRE(fire_64, uint64_t, int64_t)
#undef FIRE

/* f(steps, sign) of the values that a layer can have, as constants. */
#define FIRE_CASES(steps, sign, CALL)                                                           \
    switch (2 * (steps) + (sign)) {                                                             \
    case  2: CALL(1, 0);                                                                        \
    case  4: CALL(2, 0);                                                                        \
    case  5: CALL(2, 1);                                                                        \
    case  6: CALL(3, 0);                                                                        \
    case  7: CALL(3, 1);                                                                        \
    case  8: CALL(4, 0);                                                                        \
    case  9: CALL(4, 1);                                                                        \
    case 10: CALL(5, 0);                                                                        \
    case 11: CALL(5, 1);                                                                        \
    case 12: CALL(6, 0);                                                                        \
    case 13: CALL(6, 1);                                                                        \
    case 14: CALL(7, 0);                                                                        \
    case 15: CALL(7, 1);                                                                        \
    case 16: CALL(8, 0);                                                                        \
    case 17: CALL(8, 1);                                                                        \
    default: assert(false); /* refused when the layer was made ready */                         \
    }

static inline int loop_fire(const Fire *f, const int32_t *v, int block, int outs, int images,
                            uint8_t *code)
{
    int n = outs * images;
    if (!f->narrow)
        return fire_64(f, v, f->theta.u64 + block * (TILE_N * TILE_O),
                       f->bias.u64 + block * (TILE_N * TILE_O), n, f->steps, f->sign, code);
    const uint32_t *th = f->theta.u32 + block * (TILE_N * TILE_O);
    const uint32_t *b  = f->bias.u32 + block * (TILE_N * TILE_O);
#define CALL(T, S) return fire_32(f, v, th, b, n, T, S, code)
    FIRE_CASES(f->steps, f->sign, CALL)
#undef CALL
    return 0;
}
#endif
