/* C alone, for any machine. Sums of products of 16-bit numbers, side by side in memory, are what
 * compilers turn into the vector instructions that every machine has (SSE2: pmaddwd). */
#include "sim/loops.h"

enum { PART = 1024, ALIGN = 8 /* taps */, WIDE = 4 /* outputs */ };

static int taps_of(const Dot *d) { return (d->rows * d->run + ALIGN - 1) / ALIGN * ALIGN; }

/* w [outs][taps], outputs and each one's taps rounded up with zeros. */
static void portable_pack(Dot *d, const int8_t *w, Arena *perm)
{
    int from = d->rows * d->run, to = taps_of(d);
    size_t outs = (size_t)(d->outs + PANEL - 1) / PANEL * PANEL;
    int16_t *all = NEW(perm, int16_t, outs * (size_t)to);
    d->w = all;
    d->panel_bytes = PANEL * (size_t)to * sizeof *all;
    for (int o = 0; o < d->outs; o++)
        for (int x = 0; x < from; x++) all[(int64_t)o * to + x] = w[(int64_t)o * from + x];
}

/* Taps first .. first+n-1 of one image, run behind run; zeros behind the last. */
static void gather(const Dot *d, const uint8_t *a, int first, int n, int16_t *restrict to)
{
    int u = first / d->run, at = first % d->run;
    int x = 0;
    for (; u < d->rows && x < n; u++, at = 0) {
        int part = d->run - at < n - x ? d->run - at : n - x;
        const uint8_t *restrict from = a + u * d->row + at;
        for (int k = 0; k < part; k++) to[x + k] = from[k];
        x += part;
    }
    for (; x < n; x++) to[x] = 0;
}

/* Two images times four outputs, `taps` apart: eight sums for six loads. */
static void dot_block(const int16_t *restrict a, const int16_t *restrict b,
                      const int16_t *restrict w, int taps, int n, int32_t *restrict sum)
{
    const int16_t *restrict w1 = w + taps, *restrict w2 = w1 + taps, *restrict w3 = w2 + taps;
    int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
#ifdef __clang__ /* takes half the width otherwise, where there is no such instruction */
#pragma clang loop vectorize_width(8) interleave_count(1)
#endif
    for (int i = 0; i < n; i++) {
        a0 += a[i] * w[i];
        a1 += a[i] * w1[i];
        a2 += a[i] * w2[i];
        a3 += a[i] * w3[i];
        b0 += b[i] * w[i];
        b1 += b[i] * w1[i];
        b2 += b[i] * w2[i];
        b3 += b[i] * w3[i];
    }
    int32_t all[] = { a0, a1, a2, a3, b0, b1, b2, b3 };
    memcpy(sum, all, sizeof all);
}

static void add_part(int16_t a[TILE_N][PART], const int16_t *w, int taps, int n, int outs,
                     int32_t *v)
{
    for (int o = 0; o < outs; o += WIDE)
        for (int p = 0; p < TILE_N; p += 2) {
            int32_t sum[2 * WIDE];
            dot_block(a[p], a[p + 1], w + (int64_t)o * taps, taps, n, sum);
            for (int k = 0; k < 2 * WIDE; k++)
                if (o + k % WIDE < outs) {
                    int32_t *to = &v[(p + k / WIDE) * outs + o + k % WIDE];
                    *to = (int32_t)((uint32_t)*to + (uint32_t)sum[k]);
                }
        }
}

static void portable_dot(const Dot *d, const uint8_t *a, int block, int outs, int32_t *v)
{
    int16_t patch[TILE_N][PART];
    int taps = taps_of(d);
    const int16_t *w = (const int16_t *)d->w + (int64_t)block * TILE_O * taps;
    for (int p = 0; p < TILE_N; p++)
        memcpy(v + p * outs, d->start + block * TILE_O, (size_t)outs * sizeof *v);
    for (int x = 0; x < taps; x += PART) {
        int n = taps - x < PART ? taps - x : PART;
        for (int p = 0; p < TILE_N; p++) gather(d, a + p * d->step, x, n, patch[p]);
        add_part(patch, w + x, taps, n, outs, v);
    }
}

const Cpu cpu_portable = { "portable", portable_pack, portable_dot, loop_fire, loop_max,
                           loop_spikes, loop_sops };
