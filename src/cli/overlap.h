/* cli/overlap.h - calibration images that are test images too: a network fitted to those is
 * measured on what it was fitted to. */
#ifndef CLI_OVERLAP_H
#define CLI_OVERLAP_H
#include "cli/imageset.h"

typedef struct Overlap {
    int n;           /* calibration images that are in the test set */
    int calib, test; /* the first pair, if n > 0                    */
} Overlap;

/* Two images are the same if all their prepared values are (padded bytes, where both sets have
 * bytes). Both sets are prepared by the same options and have the network's shape. */
Overlap overlap_find(const Images *calib, const Images *test, Arena scratch);
#endif
