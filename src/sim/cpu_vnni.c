/* AVX-512 VNNI: vpdpbusd adds four products of unsigned and signed bytes to 32 bits, without
 * saturation. 24 of the 32 registers are sums of a tile: 12 images times 32 outputs. */
#ifdef __x86_64__
#include "sim/loops.h"
#include <immintrin.h>

static inline __m512i quad_at(const uint8_t *p)
{
    int32_t x;
    memcpy(&x, p, sizeof x);
    return _mm512_set1_epi32(x);
}

/* Images 3k .. 3k+2 are reached from pointer k. */
#define EACH_IMAGE(X) X(0, 0, 0) X(1, 0, s) X(2, 0, 2 * s) X(3, 1, 0) X(4, 1, s) X(5, 1, 2 * s) \
                      X(6, 2, 0) X(7, 2, s) X(8, 2, 2 * s) X(9, 3, 0) X(10, 3, s) X(11, 3, 2 * s)

static inline __attribute__((always_inline))
void dot_lanes(const Dot *d, const uint8_t *a, const int8_t *w, const int32_t *start, int wide,
               int outs, int32_t *v)
{
    int64_t s = d->step;
    const int8_t *w2 = wide ? w + d->panel_bytes : w;
    int quads = dot_quads(d);
    __m512i lo = _mm512_loadu_si512(start), hi = _mm512_loadu_si512(start + PANEL);
#define DECLARE(n, k, at) __m512i lo##n = lo, hi##n = hi;
    EACH_IMAGE(DECLARE)
#undef DECLARE
    for (int u = 0; u < d->rows; u++, a += d->row) {
        const uint8_t *a0 = a, *a1 = a + 3 * s, *a2 = a + 6 * s, *a3 = a + 9 * s;
        for (int q = 0; q < quads; q++) {
            lo = _mm512_load_si512(w);
            hi = _mm512_load_si512(w2);
#define STEP(n, k, at) {                                                                        \
            __m512i x = quad_at(a##k + at);                                                     \
            lo##n = _mm512_dpbusd_epi32(lo##n, x, lo);                                          \
            if (wide) hi##n = _mm512_dpbusd_epi32(hi##n, x, hi); }
            EACH_IMAGE(STEP)
#undef STEP
            w += PANEL * QUAD;
            w2 += PANEL * QUAD;
            a0 += QUAD; a1 += QUAD; a2 += QUAD; a3 += QUAD;
        }
    }
#define STORE(n, k, at)                                                                         \
    _mm512_storeu_si512(v + n * outs, lo##n);                                                   \
    if (wide) _mm512_storeu_si512(v + n * outs + PANEL, hi##n);
    EACH_IMAGE(STORE)
#undef STORE
}

static void vnni_dot(const Dot *d, const uint8_t *a, int block, int outs, int32_t *v)
{
    const int8_t *w = (const int8_t *)d->w + (size_t)block * 2 * d->panel_bytes;
    const int32_t *start = d->start + block * TILE_O;
    if (outs > PANEL)
        dot_lanes(d, a, w, start, 1, outs, v);
    else
        dot_lanes(d, a, w, start, 0, outs, v);
}

/* Thresholds and biases of a tile repeat after `period` vectors: loaded once, used for those of all
 * images. Comparisons need sums that stay within their widths (f->safe). */
static inline __attribute__((always_inline))
int fire_lanes(const Fire *f, const int32_t *v, const uint32_t *th, const uint32_t *b, int outs,
               int n, int steps, bool sign, uint8_t *code)
{
    int low = outs & -outs, period = PANEL * (outs / (low < PANEL ? low : PANEL)), beyond = 0;
    __m128i left = _mm_cvtsi32_si128(f->left + f->frac);
    for (int r = 0; r < period && r < n; r += PANEL) {
        __m512i theta[8], bias = _mm512_load_si512(b + r);
        for (int t = 0; t < steps; t++)
            theta[t] = _mm512_slli_epi32(_mm512_load_si512(th + r), (unsigned)(steps - 1 - t));
        for (int x = r; x < n; x += period) {
            __m512i k = _mm512_setzero_si512();
            __m512i u = _mm512_add_epi32(_mm512_sll_epi32(_mm512_loadu_si512(v + x), left), bias);
            unsigned out = 0;
            if (sign) {
                __mmask16 below = _mm512_movepi32_mask(u);
                u = _mm512_mask_add_epi32(u, below, u, theta[0]);
                k = _mm512_maskz_set1_epi32(_knot_mask16(below), 1 << (steps - 1));
                out = _mm512_movepi32_mask(u);
            }
            for (int t = sign; t < steps; t++) {
                __mmask16 spike = _mm512_cmpge_epi32_mask(u, theta[t]);
                u = _mm512_mask_sub_epi32(u, spike, u, theta[t]);
                k = _mm512_mask_or_epi32(k, spike, k, _mm512_set1_epi32(1 << (steps - 1 - t)));
            }
            out |= _mm512_cmpge_epi32_mask(u, theta[steps - 1]);
            beyond += __builtin_popcount(n - x < PANEL ? out & ((1u << (n - x)) - 1) : out);
            _mm_storeu_si128((__m128i *)(void *)(code + x), _mm512_cvtepi32_epi8(k));
        }
    }
    return beyond;
}

static int vnni_fire(const Fire *f, const int32_t *v, int block, int outs, int images,
                     uint8_t *code)
{
    if (!f->safe)
        return loop_fire(f, v, block, outs, images, code);
    const uint32_t *th = f->theta.u32 + block * (TILE_N * TILE_O);
    const uint32_t *b  = f->bias.u32 + block * (TILE_N * TILE_O);
#define CALL(T, S) return fire_lanes(f, v, th, b, outs, outs * images, T, S, code)
    FIRE_CASES(f->steps, f->sign, CALL)
#undef CALL
    return 0;
}

const Cpu cpu_vnni = { "vnni", pack_quads, vnni_dot, vnni_fire, loop_max, loop_spikes, loop_sops };
#else
typedef int NotForThisMachine;
#endif
