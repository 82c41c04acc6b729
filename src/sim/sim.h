/* sim/sim.h - the exact integer simulator of a spiking graph.
 *
 * sim_naive is the contract taken literally, step by step; sim_run is the same function, fast: dot
 * products of bytes by the CPU's own instructions (E3NE_CPU forces vnni, avx2 or portable, else the
 * fastest that runs here). Both reduce V modulo 2^acc_bits, U and the
 * firing adder's trials modulo 2^pot_bits, exactly as the hardware's adders do. On a graph whose
 * widths are proved (quant_prove) that changes nothing; on one with flipped weights (sim_flip) it
 * is what the hardware computes.
 *
 * Codes of a layer are int16, [n,C,H,W]; inside sim_run they are bytes (sim/fast.h).
 * Source: doc/arithmetic.md, sections 1, 2, 5, 6, 7, 14, 15.
 * Test: tests/sim.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H
#include "ir/graph.h"

enum { SIM_MAX_STEPS = 8 };

/* n images from `first` on of whichever of the three is not NULL. */
typedef struct SimInput {
    const float         *x;    /* prepared values [N,C,H,W]                            */
    const unsigned char *raw;  /* 8-bit values [N,C,H,W], already padded; needs a table */
    const int16_t       *code; /* codes [N,C,H,W]                                      */
    int64_t first;
    int     n;
} SimInput;

/* Where results go; any pointer may be NULL. */
typedef struct SimOut {
    int16_t *const *code;  /* per node [n,C,H,W], NULL where not wanted or where the node gives V */
    int64_t *logit;        /* [n,classes]: V + bias, or the last layer's codes                    */
    int     *label;        /* [n]: index of the greatest logit, the lowest one wins               */
} SimOut;

/* Sums over the images of a run (added to what is there). */
typedef struct SimCount {
    int64_t spikes[SIM_MAX_STEPS]; /* of the node's output codes, step 0 (MSB) first */
    int64_t sops;                  /* one spike 1 meeting one synapse                */
    int64_t saturated;             /* outputs beyond the top code (signed: or the bottom) */
} SimCount;

typedef struct Sim Sim; /* a graph made ready: weights in the order of use */

/* The graph must be verified, shaped and outlive the Sim; everything is taken from perm.
 * UNSUPPORTED: a float operator or a node that is not in one chain; RANGE: attributes outside
 * what the simulator's integers hold (V of a proved layer fits 32 bits); OPTION: E3NE_CPU. */
MUST_USE Err sim_new(const Graph *snn, Arena *perm, Sim **sim, Ctx *c);

/* count: per node, or NULL. RANGE: raw input without a table. */
MUST_USE Err sim_run(const Sim *sim, const SimInput *in, const SimOut *out, SimCount *count,
                     Arena scratch, Ctx *c);
MUST_USE Err sim_naive(const Graph *snn, const SimInput *in, const SimOut *out, SimCount *count,
                       Arena scratch, Ctx *c);

/* Codes of n input images: the only way in. floor(x / scale + 1/2) in double, clamped. */
MUST_USE Err sim_encode(const Graph *snn, const SimInput *in, int16_t *code, Ctx *c);

/* One node that gives codes, not the input, for n images: codes in [n,C,H,W] -> codes out. */
MUST_USE Err sim_node(const Graph *snn, int node, const int16_t *in, int n, int16_t *out,
                      Arena scratch, Ctx *c);

/* A copy of the graph in which bit `bit` of one weight's W-bit field is flipped (W = 1: the sign);
 * all but that tensor is shared. index counts the elements of the node's w. */
MUST_USE Err sim_flip(const Graph *snn, int node, int64_t index, int bit, Arena *perm,
                      Graph *flipped, Ctx *c);

/* Lowest and highest code of a node's output. */
static inline int sim_code_min(const Node *n)
{
    return n->signed_out[0] ? -(1 << (n->steps[0] - 1)) : 0;
}
static inline int sim_code_max(const Node *n)
{
    return (1 << (n->steps[0] - n->signed_out[0])) - 1;
}

/* Index of the greatest; the lowest one of equals. */
int sim_argmax(const int64_t *logit, int64_t n);
/* Every spike of every node, the input's too. */
int64_t sim_spikes(const Graph *snn, const SimCount *count);
int64_t sim_sops(const Graph *snn, const SimCount *count);
#endif
