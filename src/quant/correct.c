/* The bias that makes a layer's mean right, whatever the rounding of its weights did to it:
 * offset = mean(z) - a q mean(k). */
#include "quant/fit.h"

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)scratch, (void)c;
    for (int o = 0; o < f->out; o++) {
        double v = 0;
        for (int i = 0; i < f->in; i++) {
            v += f->q[(int64_t)o * f->in + i] * f->mean_k[i];
        }
        f->offset[o] = f->mean_z[o] - f->a[o] * v;
    }
    return ERR_NONE;
}

static Err as_trained(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)scratch, (void)c;
    for (int o = 0; o < f->out; o++) f->offset[o] = f->b ? (double)f->b[o] : 0;
    return ERR_NONE;
}

const QuantPass quant_correct = {
    .name    = "correct",
    .help    = "biases that make each channel's mean the float layer's; else those trained",
    .source  = "Nagel et al. 2019 (data-free quantisation), section 4.2; here from data",
    .run     = run,
    .instead = as_trained,
};
