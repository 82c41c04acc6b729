/* Firing, a row of outputs at a time: T trial subtractions, vectorised over the outputs. */
#include "sim/fast.h"
#include "base/num.h"
#include <assert.h>

/* V reduced to acc_bits, moved to where U lives, plus B. */
#define START(name, A, SA, U, SU, bits)                                                         \
    static void name(const Synapse *l, const A *restrict v, const U *restrict b, U *restrict u, \
                     int n)                                                                     \
    {                                                                                           \
        int wrap = (int)sizeof(A) * 8 - l->n->acc_bits[0];                                      \
        int left = bits - l->n->pot_bits[0] + l->n->frac_bits[0];                               \
        for (int x = 0; x < n; x++) {                                                           \
            SA s = (SA)((SA)(A)(v[x] << wrap) >> wrap);                                         \
            u[x] = ((U)(SU)s << left) + b[x];                                                   \
        }                                                                                       \
    }
START(start_16_32, uint16_t, int16_t, uint32_t, int32_t, 32)
START(start_32_32, uint32_t, int32_t, uint32_t, int32_t, 32)
START(start_16_64, uint16_t, int16_t, uint64_t, int64_t, 64)
START(start_32_64, uint32_t, int32_t, uint64_t, int64_t, 64)
START(start_64_64, uint64_t, int64_t, uint64_t, int64_t, 64)
#undef START

/* u -> code, and how many stay beyond the top code (signed: or the bottom). With T and sign known
 * at compile time the loop over steps unrolls and the loop over outputs vectorises. */
#define FIRE(name, U, SU)                                                                       \
    static inline __attribute__((always_inline)) int name(U *restrict u, const U *restrict th,  \
                                                          int n, int steps, bool sign,          \
                                                          int16_t *restrict code)               \
    {                                                                                           \
        int beyond = 0;                                                                         \
        for (int x = 0; x < n; x++) {                                                           \
            U p = u[x], theta = th[x];                                                          \
            int k = 0;                                                                          \
            if (sign) {                                                                         \
                k = -((SU)p < 0);                                                               \
                p += (U)(SU)k & theta << (steps - 1);                                           \
                beyond += (SU)p < 0;                                                            \
            }                                                                                   \
            for (int t = sign; t < steps; t++) {                                                \
                U trial = p - (theta << (steps - 1 - t));                                       \
                int spike = (SU)trial >= 0;                                                     \
                p = spike ? trial : p;                                                          \
                k = 2 * k + spike;                                                              \
            }                                                                                   \
            beyond += (SU)p >= (SU)theta;                                                       \
            code[x] = (int16_t)k;                                                               \
        }                                                                                       \
        return beyond;                                                                          \
    }
FIRE(fire_32, uint32_t, int32_t)
FIRE(fire_64, uint64_t, int64_t)
#undef FIRE

static int fire_row_32(uint32_t *u, const uint32_t *th, int n, int steps, bool sign, int16_t *code)
{
    switch (2 * steps + sign) {
#define CASE(T, S) case 2 * T + S: return fire_32(u, th, n, T, S, code)
    CASE(1, 0);
    CASE(2, 0); CASE(2, 1);
    CASE(3, 0); CASE(3, 1);
    CASE(4, 0); CASE(4, 1);
    CASE(5, 0); CASE(5, 1);
    CASE(6, 0); CASE(6, 1);
    CASE(7, 0); CASE(7, 1);
    CASE(8, 0); CASE(8, 1);
#undef CASE
    default:
        assert(false); /* fast_lay refuses all other steps */
        return 0;
    }
}

static void start_row(const Synapse *l, const void *acc, size_t at, void *row, int n)
{
    const uint16_t *a16 = (const uint16_t *)acc + at;
    const uint32_t *a32 = (const uint32_t *)acc + at;
    const uint64_t *a64 = (const uint64_t *)acc + at;
    switch (l->acc) {
    case ACC_16:
        if (l->narrow) start_16_32(l, a16, l->bias.u32, row, n);
        else           start_16_64(l, a16, l->bias.u64, row, n);
        break;
    case ACC_32:
        if (l->narrow) start_32_32(l, a32, l->bias.u32, row, n);
        else           start_32_64(l, a32, l->bias.u64, row, n);
        break;
    case ACC_64:
        start_64_64(l, a64, l->bias.u64, row, n);
        break;
    }
}

int64_t fast_fire(const Synapse *l, const void *acc, void *row, int16_t *code)
{
    int n = l->n->shape.w * l->n->shape.c, steps = l->n->steps[0];
    bool sign = l->n->signed_out[0];
    int64_t beyond = 0;
    for (int i = 0; i < l->n->shape.h; i++, code += n) {
        start_row(l, acc, (size_t)i * (size_t)n, row, n);
        beyond += l->narrow ? fire_row_32(row, l->theta.u32, n, steps, sign, code)
                            : fire_64(row, l->theta.u64, n, steps, sign, code);
    }
    return beyond;
}

static int64_t potential(const Synapse *l, const void *acc, int64_t at)
{
    int64_t v = 0;
    switch (l->acc) {
    case ACC_16: v = ((const int16_t *)acc)[at]; break;
    case ACC_32: v = ((const int32_t *)acc)[at]; break;
    case ACC_64: v = ((const int64_t *)acc)[at]; break;
    }
    return num_wrap(v, l->n->acc_bits[0]);
}

void fast_logits(const Synapse *l, const int64_t *bias, const void *acc, int64_t *logit)
{
    int64_t pixels = (int64_t)l->n->shape.h * l->n->shape.w;
    for (int o = 0; o < l->n->shape.c; o++)
        for (int64_t i = 0; i < pixels; i++)
            *logit++ = num_wrap(potential(l, acc, i * l->n->shape.c + o) + bias[o], 32);
}
