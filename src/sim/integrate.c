/* V by events: each code that is not zero adds code * weights to the outputs that it reaches. */
#include "sim/fast.h"
#include <string.h>

/* Potentials that one event at column j reaches in one row: n*O of them, contiguous. T is an
 * unsigned C integer, so that a flipped weight wraps as the adder does. */
#define EVENTS(name, T)                                                                         \
    static void name(const Synapse *l, int i, const ColHit *col, int c, int k, T *restrict acc) \
    {                                                                                           \
        int o_n = l->n->shape.c, n = col->n * o_n;                                              \
        for (int r = l->row_first[i]; r < l->row_first[i + 1]; r++) {                           \
            const RowHit *hit = &l->row_hit[r];                                                 \
            T *restrict a = acc + ((size_t)hit->out * (size_t)l->n->shape.w                     \
                                   + (size_t)col->first) * (size_t)o_n;                         \
            const int16_t *restrict w = l->w + col->w                                           \
                + ((size_t)c * (size_t)l->kh + (size_t)hit->u) * (size_t)(l->kw * o_n);         \
            for (int x = 0; x < n; x++) a[x] = (T)(a[x] + (T)(w[x] * k));                       \
        }                                                                                       \
    }
EVENTS(events_16, uint16_t)
EVENTS(events_32, uint32_t)
EVENTS(events_64, uint64_t)
#undef EVENTS

static void event(const Synapse *l, int i, int j, int c, int k, void *acc)
{
    switch (l->acc) {
    case ACC_16: events_16(l, i, &l->col[j], c, k, acc); break;
    case ACC_32: events_32(l, i, &l->col[j], c, k, acc); break;
    case ACC_64: events_64(l, i, &l->col[j], c, k, acc); break;
    }
}

int64_t fast_integrate(const Synapse *l, const int16_t *code, void *acc)
{
    static const size_t bytes[] = { [ACC_16] = 2, [ACC_32] = 4, [ACC_64] = 8 };
    unsigned mask = (1u << l->n->steps_in[0]) - 1;
    int64_t sops = 0;
    memset(acc, 0, (size_t)shape_count(l->n->shape) * bytes[l->acc]);
    for (int i = 0; i < l->in.h; i++)
        for (int j = 0; j < l->in.w; j++, code += l->in.c) {
            int ones = 0;
            for (int c = 0; c < l->in.c; c++)
                if (code[c]) {
                    event(l, i, j, c, code[c], acc);
                    ones += __builtin_popcount((unsigned)code[c] & mask);
                }
            sops += (int64_t)ones * l->col[j].n * (l->row_first[i + 1] - l->row_first[i]);
        }
    return sops * l->n->shape.c;
}
