/* E3NE's own post-training scheme, for comparison: every scale of a layer is a power of two.
 *
 *   weights      limit = |mean w| + 3 sigma(w) of the whole layer; q = round(w 2^s_w), clipped,
 *                s_w = W - 1 - ceil(log2 limit)
 *   activations  s_out = T - ceil(log2 max z), z: the float layer's outputs on calibration images
 *   firing       code = (V + b' + half) >> (s_w + s_in - s_out): Theta is a power of two, B = b'
 *                and half of it; b' = round(b 2^(s_w + s_in)) in W + T + 4 bits
 *   scores       the last layer fires as well, in T + 1 signed steps
 *   input        code = round(x (2^T - 1)), and yet s_in = T: off by 2^-T
 *
 * Ties round to the even integer, as its framework does. Here q stays within +-(2^(W-1) - 1), where
 * E3NE also has -2^(W-1); codes saturate, and potentials are as wide as they have to be.
 * Source: github.com/DanielGerlinghoff/radix-encoding, compiler/Initialization.py and
 * Simulation.py at commit 5b9bf34, read, not copied; Gerlinghoff et al. 2021 (E3NE), eq. 2. */
#include "base/num.h"
#include "quant/fit.h"
#include <math.h>

enum { SIGMAS = 3, MARGIN_BITS = 4, SHIFT_MAX = 40 };

/* ceil(log2 limit); of nothing positive: 0. */
static int exponent(double limit) { return limit > 0 ? (int)ceil(log2(limit)) : 0; }

/* log2 of codes per real unit of the layer's input. The network's own is scaled by 2^T - 1. */
static int scale_in(const Fit *f)
{
    bool first = true;
    for (const Node *n = f->net->node; n < f->n; n++) first &= !op_is_synapse(n->op);
    double unit = first ? f->scale_in * fit_code_max(false, f->steps_in) / ldexp(1, f->steps_in)
                        : f->scale_in;
    return -(int)lround(log2(unit));
}

double e3ne_input_scale(const float *x, int64_t n, int steps)
{
    double limit = 0;
    for (int64_t i = 0; i < n; i++) limit = fmax(limit, (double)x[i]);
    return ldexp(1, exponent(limit)) / fit_code_max(false, steps);
}

static Err check(const Fit *f, const Calib *cal, Ctx *c)
{
    Loc at = { .node = f->name };
    bool last = cal->first == f->net->n_node;
    if (f->weight_bits < 2)
        return fail(c, ERR_UNSUPPORTED, at, "the e3ne scheme has weights of 2 bits or more");
    if (f->signed_in || (f->signed_out && !last))
        return fail(c, ERR_UNSUPPORTED, at, "the e3ne scheme has no signed codes within a network: "
                    "give each layer a ReLU and the images values of 0 or more");
    return ERR_NONE;
}

/* s_w; all weights of the layer share it. */
static int weight_scale(const Fit *f)
{
    double n = (double)f->out * f->in, mean = 0, var = 0;
    for (int64_t i = 0; i < (int64_t)f->out * f->in; i++) mean += (double)f->w[i] / n;
    for (int64_t i = 0; i < (int64_t)f->out * f->in; i++)
        var += ((double)f->w[i] - mean) * ((double)f->w[i] - mean) / fmax(n - 1, 1);
    return f->weight_bits - 1 - exponent(fabs(mean) + SIGMAS * sqrt(var));
}

static Err run_weights(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)scratch;
    TRY(check(f, cal, c));
    int s = weight_scale(f), top = fit_weight_max(f->weight_bits);
    for (int64_t i = 0; i < (int64_t)f->out * f->in; i++)
        f->q[i] = (int8_t)fmin(fmax(nearbyint(ldexp((double)f->w[i], s)), -top), top);
    for (int o = 0; o < f->out; o++) f->a[o] = ldexp(1, -s - scale_in(f));
    return ERR_NONE;
}

/* The bias in units of V, as an integer of W + T + 4 bits. */
static double bias_of(const Fit *f, int o)
{
    double most = ldexp(1, f->weight_bits + f->steps_in + MARGIN_BITS - 1);
    double b = f->b ? nearbyint((double)f->b[o] / f->a[o]) : 0;
    return fmin(fmax(b, -most), most - 1);
}

static Err run_scale(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)c;
    double limit = 0;
    for (int64_t i = 0; i < cal->n * shape_count(f->n->shape); i++)
        limit = fmax(limit, (double)cal->z[i]);
    f->scale = ldexp(1, exponent(limit) - (f->steps - f->signed_out));
    for (int o = 0; o < f->out; o++) f->offset[o] = f->a[o] * bias_of(f, o);
    f->report.code_error = fit_code_error(f, cal, scratch);
    return ERR_NONE;
}

static bool is_dead(const Fit *f, int o)
{
    for (int64_t i = (int64_t)o * f->in; i < (int64_t)(o + 1) * f->in; i++)
        if (f->q[i])
            return false;
    return true;
}

/* A channel without weights gives one code, always; B is that code. */
static void dead_channel(Fit *f, int o, int64_t code)
{
    int64_t lo = fit_code_min(f->signed_out, f->steps), hi = fit_code_max(f->signed_out, f->steps);
    f->theta[o] = (int64_t)1 << f->frac_bits;
    f->bias[o] = num_clamp(code, lo, hi) * f->theta[o];
    f->report.dead++;
}

static Err run_shift(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)scratch;
    int shift = (int)lround(log2(f->scale / f->a[0]));
    if (shift > SHIFT_MAX || shift < -SHIFT_MAX)
        return fail(c, ERR_RANGE, (Loc){ .node = f->name }, "its outputs are 2^%d of its weights' "
                    "unit: check the model's weights", shift);
    f->frac_bits = shift < 1 ? 1 - shift : 0; /* Theta is 2 or more, so that it has a half */
    for (int o = 0; o < f->out; o++) {
        f->theta[o] = (int64_t)1 << (shift + f->frac_bits);
        f->bias[o] = (int64_t)ldexp(bias_of(f, o), f->frac_bits) + f->theta[o] / 2;
        if (is_dead(f, o))
            dead_channel(f, o, num_floor_div(f->bias[o], f->theta[o]));
    }
    return ERR_NONE;
}

const QuantPass e3ne_weights = {
    .name   = "e3ne-weights",
    .help   = "weights on one power-of-two scale a layer, clipped at |mean| + 3 sigma",
    .source = "Gerlinghoff et al. 2021 (E3NE), eq. 2, and its released compiler",
    .run    = run_weights,
};
const QuantPass e3ne_scale = {
    .name   = "e3ne-scale",
    .help   = "output codes on the power of two above the greatest float output",
    .source = "E3NE's released compiler",
    .run    = run_scale,
};
const QuantPass e3ne_shift = {
    .name   = "e3ne-shift",
    .help   = "thresholds that are powers of two: firing is a shift that rounds",
    .source = "E3NE's released compiler",
    .run    = run_shift,
};
