/* sim/rate_in.h - inside the rate-coded simulator: a graph in the order in which it is used.
 *
 * Maps run channel last, [H,W,C]; a spike adds a run of weights to contiguous potentials. Weights
 * are kept multiplied by what one spike is worth, so that a potential is only added to and
 * compared. A dense layer is a convolution whose window is the whole map. */
#ifndef SIM_RATE_IN_H
#define SIM_RATE_IN_H
#include "sim/rate.h"

typedef struct Reach { int first, n; } Reach; /* output rows (columns) that an input row meets */

/* Potentials are 32 bits wide where steps of the worst input fit them, else 64 (wide). */
typedef union Ints { void *p; int32_t *i32; int64_t *i64; } Ints;

typedef struct Place { int i, j, c; } Place; /* row, column, channel */

typedef struct RateLayer {
    const Node *n;
    Shape  in;
    Place *place;      /* of each input neuron, [H,W,C]                               */
    int    kh, kw, sh, sw, pt, pl;
    Reach *row, *col;  /* [H], [W] of the input                                       */
    bool   wide;
    Ints   w;          /* [C][kh][kw, descending][O], premultiplied                   */
    Ints   gain, peak; /* [W_out*O]: what every step adds; the threshold, NULL: none  */
} RateLayer;

struct Rate {
    const Graph *g;
    int          steps;
    bool         half;
    RateLayer   *layer; /* per node; of the input unused */
};

/* One image in flight. */
typedef struct RateState {
    uint8_t **spike;  /* per node [H,W,C]: of this step                              */
    Ints     *u;      /* per node: potentials; of the input A (i32)                  */
    uint16_t **fired; /* per pool: spikes so far of its input [H,W,C]                */
    uint16_t **lead;  /* per pool: the greatest of each window [H,W,C]               */
    int16_t  *code;   /* input codes [H,W,C]                                         */
} RateState;

/* Everything of node i that one step needs, from the spikes of the node before it. Returns spikes
 * that it gives; *sops += synapses met. */
int64_t rate_step(const Rate *r, int node, const RateState *s, int64_t *sops);
/* Potentials at the start. */
void rate_charge(const Rate *r, const RateState *s);
MUST_USE Err rate_lay(const Graph *g, int node, int steps, RateLayer *l, Arena *perm, Ctx *c);
#endif
