/* quant/mirror.h - twice the calibration images, where the network allows it. */
#ifndef QUANT_MIRROR_H
#define QUANT_MIRROR_H
#include "quant/fit.h"

/* calib: [n,C,H,W]. Where the net's classes of images and mirror images (left and right exchanged)
 * agree with a kappa (Cohen 1960) of at least 0.75, *calib becomes [2n,C,H,W] from perm, the mirror
 * images last, and *n its number. agreement: the kappa, at most 1. */
MUST_USE Err quant_mirror_images(const Graph *net, const float **calib, int *n, double *agreement,
                                 Arena *perm, Ctx *c);
#endif
