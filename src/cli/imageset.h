/* cli/imageset.h - a data set, ready for the network: as floats, and as raw bytes where it has them. */
#ifndef CLI_IMAGESET_H
#define CLI_IMAGESET_H
#include "cli/options.h"
#include "ir/graph.h"
#include "sim/sim.h"

typedef struct Images {
    int                  n;
    Shape                shape;   /* after padding: the network's input            */
    const unsigned char *raw;     /* [n,C,H,W] 8-bit and padded, or NULL           */
    const float         *x;       /* [n,C,H,W] prepared, or NULL where raw is there */
    const int           *label;   /* [n] or NULL                                   */
    const float         *logits;  /* [n,n_logits] of the framework, or NULL        */
    int                  n_logits;
    double               value[3][256]; /* prepared value of each raw value, per channel mod 3 */
} Images;
#endif
