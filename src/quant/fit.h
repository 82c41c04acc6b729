/* quant/fit.h - one layer while it is being quantised, and the passes that do it.
 *
 * Letters: z = the float layer's output before ReLU; k = its input codes (integers, in the
 * quantised network); q = integer weights; z is approximated by a[o] (q k) + offset[o].
 */
#ifndef QUANT_FIT_H
#define QUANT_FIT_H
#include "quant/quant.h"

typedef struct Fit {
    const Graph *net;          /* a copy of the network, with weights of its own         */
    const Node  *n;            /* the float layer                                        */
    const char  *name;         /* of the spiking layer                                   */
    int     out, in;           /* rows and columns of the weight matrix                  */
    const float *w, *b;        /* [out,in], [out] or NULL                                */
    int     weight_bits, steps_in, steps; /* steps = 0: gives V + bias                   */
    bool    signed_in, signed_out;
    double  scale_in;          /* real value of one unit of the input code               */
    /* calibration (moments.c) */
    float  *h;                 /* [in,in]  covariance of k, damped                        */
    float  *r;                 /* [out,in] covariance of z and k, damped alike            */
    double *mean_k, *mean_z;   /* [in], [out]                                            */
    /* results */
    int8_t *q;                 /* [out,in]                                                */
    double *a, *offset;        /* [out]                                                   */
    double  scale;             /* of the output code, or of V                             */
    int     frac_bits, acc_bits, pot_bits;
    int64_t *theta, *bias;     /* [out]                                                   */
    int64_t acc_min, acc_max;
    QuantLayer report;
} Fit;

/* What a layer sees during calibration. */
typedef struct Calib {
    int n;              /* images                                                  */
    float *z;           /* [n, layer's output] of the float network, before ReLU   */
    const int16_t *k;   /* [n, layer's input] codes                                */
    const Graph *net;   /* the pools that follow the layer: nodes first .. last-1  */
    int first, last;
    bool relu;
} Calib;

typedef Err FitRun(Fit *f, const Calib *cal, Arena scratch, Ctx *c);
typedef struct QuantPass {
    const char *name, *help, *source;
    FitRun *run;      /* of one layer; NULL: the driver knows when and how (quantize.c) */
    FitRun *instead;  /* where the pass is left out, or NULL                            */
    bool    needed;   /* cannot be left out                                             */
} QuantPass;

extern const QuantPass quant_mirror;     /* the calibration images                 */
extern const QuantPass quant_equalise;   /* net's weights of this layer and the next, z */
extern const QuantPass quant_sequential; /* the codes k that a layer is fitted on       */
extern const QuantPass quant_moments;    /* h, r, means                            */
extern const QuantPass quant_search;     /* q, a                                   */
extern const QuantPass quant_descent;    /* q, a                                   */
extern const QuantPass quant_correct;    /* offset                                 */
extern const QuantPass quant_activation; /* scale                                  */
extern const QuantPass quant_threshold;  /* frac_bits, theta, bias                 */
extern const QuantPass quant_width;      /* acc_min/max, acc_bits, pot_bits        */
extern const QuantPass quant_refine;     /* a, offset of all layers together       */
extern const QuantPass quant_adapt;      /* with them, q                           */

/* All of them in the order of running; ended by NULL. */
extern const QuantPass *const quant_pass[];
/* Is the pass among those that are left out? */
bool quant_left_out(const QuantPass *p, unsigned without);

/* scheme_e3ne.c: in place of all of those but quant_width. */
extern const QuantPass e3ne_weights;     /* q, a                                   */
extern const QuantPass e3ne_scale;       /* scale, offset                          */
extern const QuantPass e3ne_shift;       /* frac_bits, theta, bias                 */
/* Real value of one unit of the input's code, of n values of 0 or more. */
double e3ne_input_scale(const float *x, int64_t n, int steps);

/* Greatest weight of W bits. */
static inline int fit_weight_max(int bits) { return bits == 1 ? 1 : (1 << (bits - 1)) - 1; }
/* floor(x + 1/2) within lo .. hi (a call to floor would cost more than all else). */
static inline int fit_round(double x, int lo, int hi)
{
    x += 0.5;
    x = x < hi ? x : hi;
    x = x > lo ? x : lo;
    int k = (int)x;
    return k - (x < k);
}
/* The W-bit weight nearest to x. */
static inline int fit_round_weight(double x, int bits)
{
    int top = fit_weight_max(bits);
    return bits == 1 ? (x >= 0 ? 1 : -1) : fit_round(x, -top, top);
}
/* Lowest and highest code of T steps. */
static inline int fit_code_min(bool sign, int steps) { return sign ? -(1 << (steps - 1)) : 0; }
static inline int fit_code_max(bool sign, int steps) { return (1 << (steps - sign)) - 1; }
/* The scale s that minimises the sum of (x - s clamp(floor(y / s + 1/2)))^2 over n values, found
 * on a grid below max|x|; 1 where all are 0. y is what the codes are made of, NULL: x itself.
 * About `most` of the n values, evenly spaced, are looked at. */
double fit_scale(const float *x, const float *y, int64_t n, int64_t most, bool sign, int steps);
enum { FIT_SAMPLE = 1 << 18 };
/* The layer with other weights [out,in] and bias [out] on images in: -> z. */
void fit_eval(const Fit *f, const float *w, const float *b, const float *in, int n, float *z,
              Arena scratch);
/* ReLU (if relu) and the pools that follow the layer, in place in z's order -> the values that
 * become codes. Returns how many per image; *out is z or taken from perm. */
int64_t fit_after(const Calib *cal, const Fit *f, float *z, float **out, Arena *perm);

/* rms error over the float layer's rms, on calibration images, of the codes (or values) that q, a,
 * offset and scale give. */
double fit_code_error(const Fit *f, const Calib *cal, Arena scratch);

/* A Verilog identifier, unique in the graph: "/conv1/Conv" -> conv1; where nothing can be read,
 * stem and number: conv1, dense3. In the graph's arena. */
const char *quant_name(const Graph *snn, const char *node_name, const char *stem, int number);
#endif
