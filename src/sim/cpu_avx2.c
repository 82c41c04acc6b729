/* AVX2: vpmaddubsw adds two products of unsigned and signed bytes, and saturates at 16 bits (safe
 * while T + W <= 15). Where codes and weights are small enough, several such pairs are added in 16
 * bits before vpmaddwd widens them; elsewhere vpmaddwd does all, with products of 16 bits. */
#ifdef __x86_64__
#include "sim/loops.h"
#include <immintrin.h>
#include <stdlib.h>

enum { LANES = 8, AT_ONCE = 4 /* images */, DEPTH_MIN = 4, DEPTH_MAX = 1 << 20 };

/* vpmaddubsw results, each at most 2 * max_code * |w|, that 16 bits can add up. */
static int depth_of(const Dot *d, const int8_t *w)
{
    int top = 0;
    for (int64_t x = 0; x < (int64_t)d->outs * d->rows * d->run; x++)
        top = abs(w[x]) > top ? abs(w[x]) : top;
    int depth = top ? INT16_MAX / (2 * d->max_code * top) : DEPTH_MAX;
    return depth >= DEPTH_MIN ? depth : 0;
}

/* [panel][row][quad][output][4] -> int16 [..][quad][2][output][2]: taps 0 and 2, 1 and 3. */
static void widen(Dot *d, Arena *perm)
{
    const int8_t *from = d->w;
    size_t panels = (size_t)(d->outs + PANEL - 1) / PANEL;
    size_t quads = panels * d->panel_bytes / (PANEL * QUAD);
    int16_t *to = d->w = arena_take(perm, 2 * PANEL * QUAD, 64, quads);
    d->panel_bytes *= 2;
    for (size_t q = 0; q < quads; q++, from += PANEL * QUAD, to += PANEL * QUAD)
        for (int o = 0; o < PANEL; o++)
            for (int t = 0; t < QUAD; t++)
                to[t % 2 * (2 * PANEL) + 2 * o + t / 2] = from[QUAD * o + t];
}

static void avx2_pack(Dot *d, const int8_t *w, Arena *perm)
{
    d->depth = depth_of(d, w);
    pack_quads(d, w, perm);
    if (!d->depth)
        widen(d, perm);
}

static inline __m256i quad_at(const uint8_t *p)
{
    int32_t x;
    memcpy(&x, p, sizeof x);
    return _mm256_set1_epi32(x);
}

/* 4 images times 16 outputs: sum[2 * image + half]. */
typedef struct Sums { __m256i s[2 * AT_ONCE]; } Sums;

#define EACH_IMAGE(X) X(0, a) X(1, a + s) X(2, a2) X(3, a2 + s)

/* n quads in sums of 16 bits, then widened into `to`. */
static inline __attribute__((always_inline))
void add_narrow(const uint8_t *a, int64_t s, const int8_t *w, int n, Sums *to)
{
    const __m256i ones = _mm256_set1_epi16(1);
    const uint8_t *a2 = a + 2 * s;
#define DECLARE(k, at) __m256i lo##k = _mm256_setzero_si256(), hi##k = lo##k;
    EACH_IMAGE(DECLARE)
#undef DECLARE
    for (int q = 0; q < n; q++, w += PANEL * QUAD, a += QUAD, a2 += QUAD) {
        __m256i w0 = _mm256_load_si256((const __m256i *)(const void *)w);
        __m256i w1 = _mm256_load_si256((const __m256i *)(const void *)(w + LANES * QUAD));
#define STEP(k, at) {                                                                           \
        __m256i x = quad_at(at);                                                                \
        lo##k = _mm256_add_epi16(lo##k, _mm256_maddubs_epi16(x, w0));                           \
        hi##k = _mm256_add_epi16(hi##k, _mm256_maddubs_epi16(x, w1));                           \
        /* Keeps the compiler from mixing images, for which there are not enough registers. */  \
        __asm__("" : "+x"(lo##k), "+x"(hi##k)); }
        EACH_IMAGE(STEP)
#undef STEP
    }
#define WIDEN(k, at)                                                                            \
    to->s[2 * k] = _mm256_add_epi32(to->s[2 * k], _mm256_madd_epi16(lo##k, ones));              \
    to->s[2 * k + 1] = _mm256_add_epi32(to->s[2 * k + 1], _mm256_madd_epi16(hi##k, ones));
    EACH_IMAGE(WIDEN)
#undef WIDEN
}

/* n quads by products of 16 bits. */
static inline __attribute__((always_inline))
void add_wide(const uint8_t *a, int64_t s, const int16_t *w, int n, Sums *to)
{
    const __m256i bytes = _mm256_set1_epi16(0xff);
    const uint8_t *a2 = a + 2 * s;
#define DECLARE(k, at) __m256i lo##k = to->s[2 * k], hi##k = to->s[2 * k + 1];
    EACH_IMAGE(DECLARE)
#undef DECLARE
    for (int q = 0; q < n; q++, w += PANEL * QUAD, a += QUAD, a2 += QUAD) {
        const __m256i *wq = (const __m256i *)(const void *)w;
        __m256i w0 = _mm256_load_si256(wq), w1 = _mm256_load_si256(wq + 1);
        __m256i w2 = _mm256_load_si256(wq + 2), w3 = _mm256_load_si256(wq + 3);
#define STEP(k, at) {                                                                           \
        __m256i x = quad_at(at), even = _mm256_and_si256(x, bytes);                             \
        __m256i odd = _mm256_srli_epi16(x, 8);                                                  \
        lo##k = _mm256_add_epi32(lo##k, _mm256_madd_epi16(even, w0));                           \
        hi##k = _mm256_add_epi32(hi##k, _mm256_madd_epi16(even, w1));                           \
        lo##k = _mm256_add_epi32(lo##k, _mm256_madd_epi16(odd, w2));                            \
        hi##k = _mm256_add_epi32(hi##k, _mm256_madd_epi16(odd, w3)); }
        EACH_IMAGE(STEP)
#undef STEP
    }
#define KEEP(k, at) to->s[2 * k] = lo##k; to->s[2 * k + 1] = hi##k;
    EACH_IMAGE(KEEP)
#undef KEEP
}

static void dot_images(const Dot *d, const uint8_t *a, const int8_t *w, const int32_t *start,
                       Sums *sum)
{
    const __m256i *first = (const __m256i *)(const void *)start;
    int quads = dot_quads(d);
    for (int k = 0; k < 2 * AT_ONCE; k++) sum->s[k] = _mm256_loadu_si256(first + k % 2);
    for (int u = 0; u < d->rows; u++, a += d->row) {
        if (!d->depth) {
            const int16_t *w16 = (const int16_t *)(const void *)w;
            add_wide(a, d->step, w16 + (int64_t)u * quads * PANEL * QUAD, quads, sum);
            continue;
        }
        for (int q = 0; q < quads; q += d->depth)
            add_narrow(a + q * QUAD, d->step, w + ((int64_t)u * quads + q) * PANEL * QUAD,
                       quads - q < d->depth ? quads - q : d->depth, sum);
    }
}

static void avx2_dot(const Dot *d, const uint8_t *a, int block, int outs, int32_t *v)
{
    const int8_t *w = (const int8_t *)d->w + (size_t)block * 2 * d->panel_bytes;
    const int32_t *start = d->start + block * TILE_O;
    for (int n = 0; n < TILE_N; n += AT_ONCE) {
        Sums sum[2];
        int panels = outs > PANEL ? 2 : 1;
        for (int p = 0; p < panels; p++)
            dot_images(d, a + n * d->step, w + (size_t)p * d->panel_bytes, start + p * PANEL,
                       &sum[p]);
        for (int k = 0; k < 2 * AT_ONCE; k++)
            for (int p = 0; p < panels; p++)
                _mm256_storeu_si256((__m256i *)(void *)(v + (n + k / 2) * outs + p * PANEL
                                                        + k % 2 * LANES), sum[p].s[k]);
    }
}

const Cpu cpu_avx2 = { "avx2", avx2_pack, avx2_dot, loop_fire, loop_max, loop_spikes, loop_sops };
#else
typedef int NotForThisMachine;
#endif
