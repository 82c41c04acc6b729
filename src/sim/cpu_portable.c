/* C alone, for any machine. Sums of products of 16-bit numbers, side by side in memory, are what
 * compilers turn into the vector instructions that every machine has (SSE2: pmaddwd). */
#include "sim/loops.h"

enum { PART = 1024, ALIGN = 8 /* taps */ };

static int taps_of(const Dot *d) { return (d->rows * d->run + ALIGN - 1) / ALIGN * ALIGN; }

/* w [outs][taps], each output's taps rounded up with zeros. */
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
static void gather(const Dot *d, const uint8_t *a, int first, int n, int16_t *to)
{
    int end = d->rows * d->run, x = first;
    while (x < end && x < first + n) {
        int u = x / d->run, at = x % d->run;
        int part = d->run - at < first + n - x ? d->run - at : first + n - x;
        const uint8_t *from = a + u * d->row + at;
        for (int k = 0; k < part; k++) to[x - first + k] = from[k];
        x += part;
    }
    for (; x < first + n; x++) to[x - first] = 0;
}

/* Two images times two outputs: four sums for four loads. */
static void dot_pairs(const int16_t *restrict a, const int16_t *restrict b,
                      const int16_t *restrict w, const int16_t *restrict x, int n, int32_t *sum)
{
    int32_t aw = 0, ax = 0, bw = 0, bx = 0;
    for (int i = 0; i < n; i++) {
        aw += a[i] * w[i];
        ax += a[i] * x[i];
        bw += b[i] * w[i];
        bx += b[i] * x[i];
    }
    sum[0] = aw;
    sum[1] = ax;
    sum[2] = bw;
    sum[3] = bx;
}

static void add(int32_t *v, int32_t x) { *v = (int32_t)((uint32_t)*v + (uint32_t)x); }

static void add_part(int16_t a[TILE_N][PART], const int16_t *w, int taps, int n, int outs,
                     int32_t *v)
{
    for (int o = 0; o < outs; o += 2)
        for (int p = 0; p < TILE_N; p += 2) {
            int32_t sum[4];
            const int16_t *w0 = w + (int64_t)o * taps, *w1 = o + 1 < outs ? w0 + taps : w0;
            dot_pairs(a[p], a[p + 1], w0, w1, n, sum);
            for (int k = 0; k < 4; k++)
                if (o + k % 2 < outs)
                    add(&v[(p + k / 2) * outs + o + k % 2], sum[k]);
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

const Cpu cpu_portable = { "portable", portable_pack, portable_dot, loop_fire, loop_max, loop_spikes,
                           loop_sops };
