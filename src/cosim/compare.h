/* cosim/compare.h - a trace of the hardware against the simulator: every code of every layer of
 * every image, every output word, and when they came. */
#ifndef COSIM_COMPARE_H
#define COSIM_COMPARE_H
#include "cosim/difference.h"
#include "cosim/trace.h"
#include "hw/lower.h"
#include "sim/sim.h"

typedef struct Comparison {
    Tally      tally;
    int64_t   *first_in;     /* [images] clock of the first pixel  */
    int64_t   *last_out;     /* [images] clock of the last word    */
    int       *label;        /* [images] the class that the hardware put out */
    int        err;          /* err_o at the end                */
} Comparison;

typedef struct CompareJob {
    const Design   *d;
    const Graph    *snn;
    const Sim      *sim;
    const SimInput *input;   /* the images, in the order in which they were sent       */
    int             n;       /* images that must come out                              */
    const int      *which;   /* [n] index into input; NULL: 0..n-1                     */
    bool            taps;    /* false: only the output words (some images are dropped) */
} CompareJob;

MUST_USE Err compare_trace(const CompareJob *job, const char *trace, Arena *perm, Arena scratch,
                           Comparison *out, Ctx *c);
#endif
