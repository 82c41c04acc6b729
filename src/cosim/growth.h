/* cosim/growth.h - how far simulations are that run as processes of their own: their traces grow by
 * a known number of bytes an image. */
#ifndef COSIM_GROWTH_H
#define COSIM_GROWTH_H
#include "hw/design.h"
#include "ir/graph.h"
#include <stdint.h>

enum { GROWTH_MAX = 4 };

typedef struct Growth {
    const char *file[GROWTH_MAX]; /* traces; one that is not there counts nothing */
    int         n_file;
    int64_t     image_bytes;      /* of a trace */
} Growth;

/* Images in all traces together; of: a Growth (for watch_start). */
long growth_images(void *of);
/* Bytes that an image leaves in a trace (rtl/sim/e3_harness.cpp). */
int64_t growth_image_bytes(const Design *d, const Graph *snn);
#endif
