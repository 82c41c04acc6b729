/* sim/rate.h - the same weights with rate-coded input and integrate-and-fire neurons: what radix
 * encoding is compared with. A simulator only, in exact integers; no hardware is made of it.
 *
 * A neuron gives at most one spike a step, all spikes weigh the same, and the share of steps with a
 * spike is the value: 1 means the top code K = 2^T - 1 of the radix network that the weights were
 * quantised for, so that both saturate at the same real value. K_in, K_out: of a layer's input and
 * output codes. q, Theta, B, F: the spiking graph's own (doc/arithmetic.md 1.2).
 *
 *   input    A <- A + code; a spike where A >= K, then A <- A - K         (evenly spaced)
 *   neuron   U <- U + 2 K_in 2^F sum_i q_i spike_i + 2B - Theta;
 *            a spike where U >= P = 2 Theta K_out, then U <- U - P        (reset by subtraction)
 *   pool     a spike where the greatest spike count in the window, this step's included, grows
 *   last     V <- V + K_in sum_i q_i spike_i + B;  the class is argmax V after any step
 *
 * A and U start empty, at 0, as in the first two sources, or half charged, at K/2 and P/2 rounded
 * down, as in the others. A neuron's rate tends to what its code is before rounding, over K_out:
 * the half Theta in B that rounds a code is taken out (B - Theta/2; where all weights are zero B is
 * the code itself and stays). The half charge is its counterpart: it rounds the number of spikes.
 * All layers take part in every step, the input's spikes of a step reach the last layer in it.
 * After any n steps all is as if the run had been of n steps: one run shows all shorter ones.
 *
 * Sources: Diehl et al. 2015, "Fast-classifying, high-accuracy spiking deep networks through weight
 * and threshold balancing" (scales by the greatest activation); Rueckauer et al. 2017, "Conversion
 * of continuous-valued deep networks to efficient event-driven networks for image classification"
 * (reset by subtraction; max pooling gated by spike counts, here with the gate kept by the neuron
 * that was ahead first). Half charged: Hwang et al. 2021, "Low-latency spiking neural networks
 * using pre-charged membrane potential and delayed evaluation"; Bu et al. 2022, "Optimized
 * potential initialization for low-latency spiking neural networks".
 * Test: tests/sim/t_rate.c. */
#ifndef SIM_RATE_H
#define SIM_RATE_H
#include "sim/sim.h"

enum { RATE_MAX_STEPS = 256 };

/* Where results go; either pointer may be NULL. Step t's entry is the result of t+1 steps. */
typedef struct RateOut {
    int64_t *logit; /* [n,steps,classes]: V, or the spikes so far where the last layer fires */
    int     *label; /* [n,steps]: index of the greatest, the lowest one wins                 */
} RateOut;

/* Of one node, summed over the images of a run (added to what is there), each step alone. */
typedef struct RateCount {
    int64_t spikes[RATE_MAX_STEPS]; /* of its output                                           */
    int64_t sops[RATE_MAX_STEPS];   /* spikes that meet a synapse, as doc/arithmetic.md 1.14   */
} RateCount;

typedef struct Rate Rate; /* a graph made ready for a number of steps */

/* half: start half charged. The graph must be verified, shaped, proved and outlive the Rate; memory
 * from perm.
 * OPTION: steps outside 1 .. RATE_MAX_STEPS. UNSUPPORTED: signed codes (a rate is never negative)
 * or an operator that is not a spiking one. RANGE: a potential beyond 62 bits. */
MUST_USE Err rate_new(const Graph *snn, int steps, bool half, Arena *perm, Rate **rate, Ctx *c);

/* count: per node, or NULL. Errors as sim_run. */
MUST_USE Err rate_run(const Rate *rate, const SimInput *in, const RateOut *out, RateCount *count,
                      Arena scratch, Ctx *c);
#endif
