/* The bias that makes a layer's mean right, whatever the rounding of its weights did to it:
 * offset = mean(z) - a q mean(k). */
#include "quant/fit.h"

/* 1 - R^2: what of z's variance a q k leaves, from the moments alone. */
static double unexplained(const Fit *f)
{
    double left = 0, all = 0;
    for (int o = 0; o < f->out; o++) {
        const int8_t *q = f->q + (int64_t)o * f->in;
        const float *r = f->r + (int64_t)o * f->in;
        double qr = 0, qhq = 0;
        for (int i = 0; i < f->in; i++) {
            const float *h = f->h + (int64_t)i * f->in;
            double hq = 0;
            for (int j = 0; q[i] && j < f->in; j++) hq += (double)h[j] * q[j];
            qr  += q[i] * (double)r[i];
            qhq += q[i] * hq;
        }
        left += f->var_z[o] - 2 * f->a[o] * qr + f->a[o] * f->a[o] * qhq;
        all  += f->var_z[o];
    }
    return all > 0 && left > 0 ? left / all : 0;
}

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
    f->report.weight_error = unexplained(f);
    return ERR_NONE;
}

const QuantPass quant_offset = {
    .name   = "offset",
    .help   = "biases corrected so that each channel's mean is the float layer's",
    .source = "Nagel et al. 2019 (data-free quantisation), section 4.2; here from data",
    .run    = run,
};
