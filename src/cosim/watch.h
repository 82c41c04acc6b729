/* cosim/watch.h - a progress bar over simulations that run as processes of their own: their traces
 * grow by a known number of bytes an image. */
#ifndef COSIM_WATCH_H
#define COSIM_WATCH_H
#include "base/progress.h"
#include "hw/design.h"
#include "ir/graph.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum { WATCH_MAX = 4 };

typedef struct Watch {
    const char *file[WATCH_MAX]; /* traces; one that is not there counts nothing */
    int         n_file;
    int64_t     image_bytes;     /* of a trace */
    Progress    bar;
    atomic_bool stop;
    pthread_t   thread;
} Watch;

/* Fill file, n_file and image_bytes first; `images` of all traces together. */
void watch_start(Watch *w, long images);
void watch_end(Watch *w);
/* Bytes that an image leaves in a trace (rtl/sim/e3_harness.cpp). */
int64_t watch_image_bytes(const Design *d, const Graph *snn);
#endif
