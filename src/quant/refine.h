/* quant/refine.h - the last word on thresholds, biases and rounding: the network as a whole. */
#ifndef QUANT_REFINE_H
#define QUANT_REFINE_H
#include "quant/fit.h"

/* net: the float network; snn: its layers as fitted so far (shapes, steps; weights are taken from
 * fit); calib: [n,C,H,W]. Improves q, a, offset and, last, scale of fit[n_fit]; weights: whether q
 * may change. Keeps them where the loss on the calibration images would not fall. */
MUST_USE Err quant_refine_all(const Graph *net, const Graph *snn, const float *calib, int n,
                              Fit *fit, int n_fit, bool weights, QuantReport *r, Arena scratch,
                              Ctx *c);
#endif
