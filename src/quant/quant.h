/* quant/quant.h - from a float network to an exact integer, spiking one, by calibration alone.
 *
 * Layer by layer, in order, on the codes that the layers before it really give: integer weights
 * with one free scale per output channel, so that a V + b' is closest to the float layer's output
 * in the least squares sense; then the scale of the output code; then thresholds and biases, which
 * carry every scale exactly (doc/arithmetic.md 1.2, 1.3). Each stage is a QuantPass of its own; the
 * first makes a layer's channels more alike by positive factors that the next layer takes back, so
 * that a hidden layer's scale is that of the float network with those factors.
 * Test: tests/quant.
 */
#ifndef QUANT_QUANT_H
#define QUANT_QUANT_H
#include "ir/graph.h"

enum { QUANT_MAX_STEPS = 8, QUANT_MAX_BITS = 8 };

/* FIT: as above. E3NE: that project's own post-training scheme, to compare with (scheme_e3ne.c). */
typedef enum QuantScheme { QUANT_FIT, QUANT_E3NE } QuantScheme;

typedef struct QuantOptions {
    QuantScheme scheme;
    int steps, weight_bits;       /* T and W of every layer, 1 to 8                            */
    int input_steps;              /* T of the input; 0: steps                                  */
    const int *layer_steps;       /* per conv or dense layer in order, 0: as above; NULL: none */
    const int *layer_bits;
    int n_layer;                  /* entries of the two arrays                                 */
    const float *table;           /* prepared value of each byte [C,256]; NULL: float images   */
    unsigned without;             /* passes left out, bit i for pass i: quant_without()        */
} QuantOptions;

typedef struct QuantLayer { /* of one conv or dense layer */
    const char *name;        /* in the graph's arena                                          */
    int    dead;             /* output channels whose weights are all zero                    */
    double code_error;       /* rms error of the output over the float's rms, on calibration */
    double threshold_error;  /* worst error that rounding Theta and B leaves, in codes        */
} QuantLayer;

typedef struct QuantReport {
    int         n_image; /* calibrated on, mirror images included */
    double      mirror_kappa; /* agreement of the float network on them beyond chance */
    int         n_layer;
    QuantLayer *layer;
    double      output_scale; /* real value of one unit of the network's output */
    double      loss_before, loss_after; /* of refining: mean divergence from the float network's
                                            scores on the calibration images; 0: not run */
} QuantReport;

/* net: INPUT, CONV2D, DENSE, RELU, MAXPOOL in one chain, verified and shaped. calib: prepared
 * images [n,C,H,W], n >= 1. snn is built in its own arena (snn->perm, from graph_new), the report
 * too; names become Verilog identifiers. The result is proved (quant_prove).
 * Memory: a few times the calibration images' largest activation map, from scratch.
 * UNSUPPORTED, RANGE, OPTION, SHAPE: by name, with what to do. */
MUST_USE Err quantize(const Graph *net, const QuantOptions *opt, const float *calib, int n_calib,
                      Graph *snn, QuantReport *r, Arena scratch, Ctx *c);

/* One step of the quantiser. Needed ones cannot be left out; for the others something plain is done
 * instead, as help says. */
typedef struct QuantPassInfo { const char *name, *help, *source; bool needed; } QuantPassInfo;
int quant_n_passes(void);
QuantPassInfo quant_pass_info(int i); /* 0 <= i < quant_n_passes(), in the order of running */
/* names: "equalise,refine", NULL for none -> QuantOptions.without. OPTION: unknown or needed. */
MUST_USE Err quant_without(const char *names, unsigned *without, Ctx *c);

/* Recomputes every bound from the weights and code ranges alone and refuses (RANGE) a graph in
 * which some V, U or trial difference could overflow its declared width, a weight its W bits, or a
 * threshold is not positive. */
MUST_USE Err quant_prove(const Graph *snn, Ctx *c);

/* Synapse layers of a network: the length of layer_steps and layer_bits. */
int quant_n_layers(const Graph *net);
/* Bits of all weights of a spiking graph together. */
int64_t quant_weight_bits(const Graph *snn);
#endif
