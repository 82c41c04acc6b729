/* quant/chain.h - the quantised network as something to be improved: forward in whole codes,
 * backward as if rounding were the identity within the codes' range (the straight-through
 * estimator: Bengio, Leonard and Courville 2013, section 4; bounds as in Esser et al. 2020, LSQ).
 *
 * A synapse layer computes
 *     v = q k,   q = round(latent),   y = gain[o] v + shift[o],   code = clamp(floor(y + 1/2))
 * and the last one, where it does not fire, gives y itself. A whole batch is one matrix product a
 * layer: maps are [C, n*H*W], channel first and then image. Products are cut into fixed tiles, each
 * by one thread, so that results do not depend on the number of threads.
 */
#ifndef QUANT_CHAIN_H
#define QUANT_CHAIN_H
#include "quant/fit.h"

/* Numbers that Adam moves, its two running means, and the size of a step at rate 1. */
typedef struct Param { float *x, *mean, *square; int64_t n; double unit; } Param;

typedef struct Link { /* of one node of the spiking graph, after the input */
    const Node *n;
    Fit   *f;           /* NULL: a pool                                                       */
    Shape  in, out;
    int    kernel[2], stride[2], pad[2], taps; /* of a dense layer: its window is the whole map */
    float  lo, hi;      /* of the codes; without codes: everything                            */
    Param  latent;      /* [out,taps]; n = 0: weights stay                                    */
    Param  gain, shift; /* [out]; gain of the last layer: [1]                                 */
    float *q;           /* [out,taps], whole numbers                                          */
    float *v, *y, *dy;  /* [out, batch * positions]: q k, the codes or scores, their gradient */
} Link;

typedef struct Chain {
    int    batch, n_link;
    Shape  in;
    Link  *link;
    float *k;        /* [C, batch*H*W]: the input's codes                       */
    float *col, *dq; /* greatest window matrix, greatest weight matrix          */
} Chain;

/* From a spiking graph and what its synapse layers, in order, were fitted to. weights: they too are
 * to be moved. spread: standard deviation of the network's scores. Everything is from perm. */
Chain chain_new(const Graph *snn, Fit *fit, int batch, bool weights, double spread, Arena *perm);
/* c->k, n <= batch images -> y of every link. */
void chain_forward(Chain *c, int n);
/* dy of the last link -> one step of Adam, number `step` from 1 on, at rate `rate` (in units of half
 * a weight; of the layer's mean gain; of a code or, last, of the spread). */
void chain_backward(Chain *c, int n, int step, double rate);
/* The parameters, rounded, back into the layers' q, a and offset. */
void chain_store(const Chain *c);
#endif
