/* cosim/difference.h - where hardware and simulator differ, and how much was compared. */
#ifndef COSIM_DIFFERENCE_H
#define COSIM_DIFFERENCE_H
#include "base/arena.h"
#include "ir/graph.h"

typedef struct Difference {
    int     image, node, pixel, channel;
    int     step;          /* of the code, 0 first; -1: not a code (a potential, a logit, a class) */
    int64_t expected, got;
    const char *what;      /* "code", "potential", "logit", "class", "missing word", ...           */
} Difference;

typedef struct Tally {
    int64_t    n_values;     /* compared                */
    int64_t    n_mismatch;
    Difference first;        /* valid if n_mismatch > 0, in the order image, layer, pixel, channel */
} Tally;

/* One more mismatch. */
void tally_differ(Tally *t, Difference d);
/* Two codes of `steps` steps are compared; steps 0: two other values. */
void tally_compare(Tally *t, int steps, Difference d);
/* What `more` found in other images or another run; the first of t stays, if there is one. */
void tally_add(Tally *t, const Tally *more);

/* "image 3, layer conv2, pixel 17, channel 4, step 1: expected code 5, got 4" */
const char *difference_text(const Difference *d, const Graph *snn, Arena *a);
#endif
