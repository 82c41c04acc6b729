/* Real scales become integers: theta = scale / a as Theta with F fractional bits, and the offset,
 * half a Theta included, as B. Source: doc/arithmetic.md 1.2 to 1.6. */
#include "quant/fit.h"
#include <math.h>

enum { FRAC_MAX = 40 };

static bool is_dead(const Fit *f, int o)
{
    for (int64_t i = (int64_t)o * f->in; i < (int64_t)(o + 1) * f->in; i++)
        if (f->q[i])
            return false;
    return true;
}

/* A channel that moves its code by less than 1/256 from end to end is made constant: its weights
 * go, or, where there is no weight 0 (W = 1), theta stays at that bound. */
static void bound_theta(Fit *f, int o)
{
    double reach = 0;
    int k = fit_code_max(f->signed_in, f->steps_in) - fit_code_min(f->signed_in, f->steps_in);
    for (int64_t i = (int64_t)o * f->in; i < (int64_t)(o + 1) * f->in; i++)
        reach += k * fabs((double)f->q[i]);
    if (reach <= 0 || f->scale / f->a[o] < 256 * reach)
        return;
    f->a[o] = f->scale / (256 * reach);
    if (f->weight_bits > 1)
        for (int64_t i = (int64_t)o * f->in; i < (int64_t)(o + 1) * f->in; i++) f->q[i] = 0;
}

static int frac_bits(const Fit *f)
{
    double least = INFINITY, floor_ = fmax(128, ldexp(1, f->steps + 3));
    for (int o = 0; o < f->out; o++)
        if (!is_dead(f, o))
            least = fmin(least, f->scale / f->a[o]);
    int bits = 0;
    while (bits < FRAC_MAX && round(ldexp(least, bits)) < floor_) bits++;
    return bits;
}

static void dead_channel(Fit *f, int o)
{
    double lo = fit_code_min(f->signed_out, f->steps), hi = fit_code_max(f->signed_out, f->steps);
    double code = floor(f->offset[o] / f->scale + 0.5);
    f->theta[o] = (int64_t)1 << f->frac_bits;
    f->bias[o]  = (int64_t)(code > hi ? hi : code > lo ? code : lo) * f->theta[o];
}

/* Exact: code >= k from V = (k - 1/2) theta - offset / a on. Returns the worst shift, in codes. */
static double live_channel(Fit *f, int o)
{
    double theta = ldexp(f->scale / f->a[o], f->frac_bits);
    double shift = ldexp(f->offset[o] / f->a[o], f->frac_bits);
    f->theta[o] = (int64_t)round(theta);
    double bias = 0.5 * (double)f->theta[o] + shift;
    f->bias[o] = (int64_t)round(bias);
    return fit_code_max(f->signed_out, f->steps) * fabs((double)f->theta[o] - theta) / theta
           + fabs((double)f->bias[o] - bias) / theta;
}

static Err check_range(const Fit *f, Ctx *c)
{
    for (int o = 0; o < f->out; o++)
        if (!(fabs(ldexp(f->offset[o] / f->a[o], f->frac_bits)) < 0x1p60))
            return fail(c, ERR_RANGE, (Loc){ .node = f->name },
                        "the bias of channel %d is %g times its weights' scale and fits no adder; "
                        "check the model's weights for values that are not finite", o,
                        f->offset[o] / f->a[o]);
    return ERR_NONE;
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)scratch;
    f->report.dead = 0;
    f->report.threshold_error = 0;
    if (f->steps == 0) {
        TRY(check_range(f, c));
        for (int o = 0; o < f->out; o++) f->bias[o] = (int64_t)round(f->offset[o] / f->scale);
        return ERR_NONE;
    }
    for (int o = 0; o < f->out; o++) bound_theta(f, o);
    f->frac_bits = frac_bits(f);
    TRY(check_range(f, c));
    if (f->frac_bits == FRAC_MAX)
        return fail(c, ERR_RANGE, (Loc){ .node = f->name }, "a threshold needs more than %d "
                    "fractional bits: that channel's weights are too large for the layer's output",
                    FRAC_MAX);
    for (int o = 0; o < f->out; o++) {
        if (is_dead(f, o)) {
            dead_channel(f, o);
            f->report.dead++;
        } else
            f->report.threshold_error = fmax(f->report.threshold_error, live_channel(f, o));
    }
    return ERR_NONE;
}

const QuantPass quant_threshold = {
    .name   = "threshold",
    .help   = "thresholds and biases as integers with F fractional bits",
    .source = "doc/arithmetic.md 1.3",
    .run    = run,
    .needed = true,
};
