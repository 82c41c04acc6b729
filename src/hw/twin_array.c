/* The array's twin. Slots only count; a chunk's whole sum is made in the clock of its last step
 * (the closed form of integration), and travels as one bit through the pipeline's stages. */
#include "base/num.h"
#include "hw/twin.h"
#include <assert.h>

enum { FUSED_WORDS = 16 }; /* up to so many weight words, table and first sums share a LUT level */

typedef struct Array {
    const Unit *u;
    int         step, group, chunk;  /* of the next slot                                */
    int         og, at;              /* group and chunk of the next sum to meet V       */
    int         stages;              /* registers up to and including the chunk's sum's */
    uint64_t    ends;                /* bit s: a chunk's last step is in stage s        */
    bool        have;
    int64_t    *sum;                 /* [stages][POut] sums under way, a ring           */
    int         put, get;
    int64_t    *v;                   /* [Groups][POut] potentials                       */
    const int64_t *out;
} Array;

/* Smallest n with 2^n >= x. */
static int clog2(int x) { return num_ubits((uint64_t)x - 1); }

/* The RTL's Lat + 1: registers from spike and weight to the chunk's sum c, both included. */
static int array_stages(const int *p)
{
    int depth = p[P_ARRAY_Chunks] * p[P_ARRAY_Groups], n = p[P_ARRAY_PIn];
    int planes = p[P_ARRAY_WBits] < 2 ? 2 : p[P_ARRAY_WBits];
    if (depth <= FUSED_WORDS) return 3 + clog2((int)num_ceil_div(n, 6 - clog2(depth)));
    return 4 + clog2((int)num_ceil_div(n, 6)) + clog2(planes);
}

static void *array_make(const Unit *u, Arena *a)
{
    Array *s = NEW(a, Array, 1);
    size_t n = (size_t)u->p[P_ARRAY_POut];
    *s     = (Array){ .u = u, .stages = array_stages(u->p) };
    assert(s->stages < 64);
    s->sum = NEW(a, int64_t, (size_t)s->stages * n);
    s->v   = NEW(a, int64_t, (size_t)u->p[P_ARRAY_Groups] * n);
    return s;
}

static bool array_valid(const void *state, int port)
{
    (void)port;
    return ((const Array *)state)->have;
}

static bool advances(const Array *s, const bool *out_ready) { return !s->have || out_ready[0]; }
static bool step_last(const Array *s) { return s->step == s->u->p[P_ARRAY_Bits] - 1; }

static bool array_ready(const void *state, int port, const bool *in_valid, const bool *out_ready)
{
    (void)port, (void)in_valid;
    const Array *s = state;
    return advances(s, out_ready) && step_last(s) && s->group == s->u->p[P_ARRAY_Groups] - 1;
}

/* sum[o] = sum_i w[o][i] * code[i] of the present chunk and group. */
static void dot_chunk(Array *s, const int64_t *code)
{
    const int     *p = s->u->p;
    int            n = p[P_ARRAY_PIn], outs = p[P_ARRAY_POut];
    const int64_t *w = s->u->image[0].v
                     + ((int64_t)s->chunk * p[P_ARRAY_Groups] + s->group) * n * outs;
    int64_t *sum = s->sum + (int64_t)s->put * outs;
    for (int o = 0; o < outs; o++, w += n) {
        sum[o] = 0;
        for (int i = 0; i < n; i++)
            sum[o] += (p[P_ARRAY_WBits] == 1 ? (w[i] ? -1 : 1) : w[i]) * code[i];
    }
    s->put = (s->put + 1) % s->stages;
}

/* The oldest sum meets its potentials. */
static void add_chunk(Array *s)
{
    const int     *p = s->u->p;
    int            outs = p[P_ARRAY_POut];
    int64_t       *v = s->v + (int64_t)s->og * outs;
    const int64_t *sum = s->sum + (int64_t)s->get * outs;
    for (int o = 0; o < outs; o++)
        v[o] = num_wrap((s->at == 0 ? 0 : v[o]) + sum[o], p[P_ARRAY_AccBits]);
    s->out = v;
    s->get = (s->get + 1) % s->stages;
}

/* group and chunk of the following item. */
static void count_item(const int *p, int *group, int *chunk)
{
    *group = (*group + 1) % p[P_ARRAY_Groups];
    if (*group == 0) *chunk = (*chunk + 1) % p[P_ARRAY_Chunks];
}

static void array_clock(void *state, const bool *in_valid, const int64_t *const *in,
                        const bool *out_ready)
{
    Array     *s = state;
    const int *p = s->u->p;
    if (!advances(s, out_ready)) return;
    bool arrives = s->ends >> (s->stages - 1) & 1, ends = in_valid[0] && step_last(s);
    s->have = arrives && s->at == p[P_ARRAY_Chunks] - 1;
    s->ends = s->ends << 1 | ends;
    if (arrives && in) add_chunk(s);
    if (arrives) count_item(p, &s->og, &s->at);
    if (ends && in) dot_chunk(s, in[0]);
    if (ends) count_item(p, &s->group, &s->chunk);
    if (in_valid[0]) s->step = (s->step + 1) % p[P_ARRAY_Bits];
}

static const int64_t *array_out(const void *state, int port)
{
    (void)port;
    return ((const Array *)state)->out;
}

const TwinKind twin_array = { array_make, array_valid, array_ready, array_clock, array_out, 1, 1 };
