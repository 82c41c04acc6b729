/* explore/measure.h - inside the search: configurations, quantised and measured. */
#ifndef EXPLORE_MEASURE_H
#define EXPLORE_MEASURE_H
#include "explore/search.h"

enum { MEASURE_BATCH = 8 }; /* at most so many at once */

typedef struct Measure {
    const Graph *net;
    const SearchOptions *o;
    const float *z;       /* [n_held, classes]: float scores                  */
    double power;         /* mean square of z                                 */
    int  n_layer, classes, n_thread;
    Arena room[MEASURE_BATCH]; /* of each network of a batch                  */
    Arena scratch;        /* cut into n_thread parts                          */
} Measure;

/* Float scores of the held images, threads and memory. */
MUST_USE Err measure_start(Measure *m, const Graph *net, const SearchOptions *o, Arena *perm,
                           Arena scratch, Ctx *c);
/* n <= MEASURE_BATCH points with their knobs set, measured; all: on all calibration images. snn
 * [n]: the networks, until the next call. */
MUST_USE Err measure_batch(const Measure *m, SearchPoint *p, int n, bool all, Graph *snn, Ctx *c);
#endif
