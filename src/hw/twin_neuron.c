/* The neuron's twin: fires as the contract is written, undoing each trial that did not spike. */
#include "base/num.h"
#include "hw/twin.h"

enum { WARM = 2 }; /* clocks after reset that read the first thresholds */

typedef struct Neuron {
    const Unit *u;
    int         step;  /* of the word being fired, 0 .. Bits-1 */
    int         group; /* of the next word                     */
    int         warm;  /* clocks since reset, at most WARM     */
    bool        busy, have;
    int64_t    *next, *out; /* [POut] codes being fired, code word at the output */
} Neuron;

static void *neuron_make(const Unit *u, Arena *a)
{
    Neuron *s = NEW(a, Neuron, 1);
    int     n = u->p[P_NEURON_POut];
    *s = (Neuron){ .u = u, .next = NEW(a, int64_t, (size_t)n), .out = NEW(a, int64_t, (size_t)n) };
    return s;
}

/* The code of potential v: U = (v << F) + bias, then halving thresholds, modulo 2^PotBits. */
static int64_t neuron_fire(const int *p, int64_t v, int64_t theta, int64_t bias)
{
    int     pot = p[P_NEURON_PotBits], bits = p[P_NEURON_Bits];
    int64_t u = num_wrap((int64_t)((uint64_t)v << p[P_NEURON_FracBits]) + bias, pot), code = 0;
    for (int t = 0; t < bits; t++) {
        int64_t th   = theta << (bits - 1 - t);
        bool    sign = p[P_NEURON_SignedOut] && t == 0;
        int64_t to   = num_wrap(sign ? u + th : u - th, pot);
        bool spike = sign ? u < 0 : to >= 0;
        if (spike) u = to;
        code = sign ? -(int64_t)spike : 2 * code + spike;
    }
    return code;
}

static bool neuron_valid(const void *state, int port)
{
    (void)port;
    return ((const Neuron *)state)->have;
}

/* The word being fired leaves at this clock edge. */
static bool emits(const Neuron *s, const bool *out_ready)
{
    return s->busy && s->step == s->u->p[P_NEURON_Bits] - 1 && (!s->have || out_ready[0]);
}

static bool accepts(const Neuron *s, const bool *out_ready)
{
    return s->warm == WARM && (!s->busy || emits(s, out_ready));
}

static bool neuron_ready(const void *state, int port, const bool *in_valid, const bool *out_ready)
{
    (void)port, (void)in_valid;
    return accepts(state, out_ready);
}

static void fire_word(Neuron *s, const int64_t *v)
{
    const Unit *u = s->u;
    int         n = u->p[P_NEURON_POut];
    for (int o = 0; o < n; o++)
        s->next[o] = neuron_fire(u->p, v[o], u->image[0].v[s->group * n + o],
                                 u->image[1].v[s->group * n + o]);
}

static void neuron_clock(void *state, const bool *in_valid, const int64_t *const *in,
                         const bool *out_ready)
{
    Neuron *s    = state;
    bool    emit = emits(s, out_ready);
    bool    take = in_valid[0] && accepts(s, out_ready);
    if (emit) {
        int64_t *t = s->out;
        s->out  = s->next;
        s->next = t;
    }
    s->have = emit || (s->have && !out_ready[0]);
    if (s->warm < WARM) s->warm++;
    if (take && in) fire_word(s, in[0]);
    if (take) s->group = (s->group + 1) % s->u->p[P_NEURON_Groups];
    if (take || emit) s->step = 0;
    else if (s->busy && s->step < s->u->p[P_NEURON_Bits] - 1) s->step++;
    s->busy = take || (s->busy && !emit);
}

static const int64_t *neuron_out(const void *state, int port)
{
    (void)port;
    return ((const Neuron *)state)->out;
}

const TwinKind twin_neuron = { neuron_make,  neuron_valid, neuron_ready,
                               neuron_clock, neuron_out,   1, 1 };
