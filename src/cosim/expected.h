/* cosim/expected.h - what the simulator says of the images that were sent, simulated in blocks when
 * they are asked for. */
#ifndef COSIM_EXPECTED_H
#define COSIM_EXPECTED_H
#include "sim/sim.h"

enum { EXPECTED_BLOCKS = 4 };

typedef struct ExpectedBlock {
    int       number;     /* which, -1: none yet             */
    int16_t **code;       /* [n_node] [BLOCK, C,H,W] or NULL */
    int64_t  *logit;      /* [BLOCK, classes]                */
    int      *label;      /* [BLOCK]                         */
} ExpectedBlock;

typedef struct Expected {
    const Graph    *snn;
    const Sim      *sim;
    const SimInput *input;
    const int      *which;   /* [n] index into input; NULL: 0..n-1 */
    int             n, classes;
    ExpectedBlock   block[EXPECTED_BLOCKS];
} Expected;

/* One image's. */
typedef struct Answer {
    const ExpectedBlock *block;
    int                  at;      /* in the block */
    const int64_t       *logit;   /* [classes]    */
    int                  label;
} Answer;

/* snn, sim, input, which, n are set; images are asked for in order, or not far apart. */
void expected_begin(Expected *x, Arena *a);
/* image < n. */
MUST_USE Err expected_image(Expected *x, int image, Answer *out, Arena scratch, Ctx *c);

/* The code of node's output at (channel, pixel y * W + x). */
static inline int64_t expected_code(const Expected *x, const Answer *a, int node, int channel, int pixel)
{
    Shape s = x->snn->node[node].shape;
    return a->block->code[node][a->at * shape_count(s) + (int64_t)channel * s.h * s.w + pixel];
}
#endif
