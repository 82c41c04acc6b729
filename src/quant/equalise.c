/* Channels of one layer made equally large: channel o of a layer is divided by r[o] and the next
 * layer's weights for it are multiplied by r[o]. ReLU and max pooling let a positive factor pass,
 * so the float network stays what it was, but one scale for the codes of a whole layer now fits
 * every channel better. r[o] is the square root of the scale that least squares would give to that
 * channel alone: the other half would only move the trouble into the next layer's weights. */
#include "quant/fit.h"
#include <math.h>
#include <omp.h>
#include <string.h>

static const double share = 0.5; /* of the way to equal; the next layer takes the rest */

/* r of one channel from its values x [n, out, pixels], in room for one channel's; the mean of all
 * is divided out later. */
static double channel_scale(const Calib *cal, const Fit *f, const float *x, int o, int64_t pixels,
                            float *own)
{
    int64_t n = 0;
    for (int k = 0; k < cal->n; k++)
        for (int64_t i = 0; i < pixels; i++)
            own[n++] = x[((int64_t)k * f->out + o) * pixels + i];
    double top = 0;
    for (int64_t i = 0; i < n; i++) top = fmax(top, fabs((double)own[i]));
    return top > 0 ? fit_scale(own, NULL, n, FIT_SAMPLE / 16, f->signed_out, f->steps) : 0;
}

static void divide_rows(float *w, float *b, float *z, const Fit *f, int images, const double *r)
{
    int64_t pixels = (int64_t)f->n->shape.h * f->n->shape.w;
    for (int o = 0; o < f->out; o++)
        for (int64_t i = 0; i < f->in; i++, w++) *w = (float)((double)*w / r[o]);
    for (int o = 0; b && o < f->out; o++) b[o] = (float)((double)b[o] / r[o]);
#pragma omp parallel for schedule(static)
    for (int64_t k = 0; k < (int64_t)images * f->out; k++)
        for (int64_t p = k * pixels; p < (k + 1) * pixels; p++)
            z[p] = (float)((double)z[p] / r[k % f->out]);
}

static void multiply_columns(float *w, int rows, int channels, int64_t each, const double *r)
{
    for (int o = 0; o < rows; o++)
        for (int c = 0; c < channels; c++)
            for (int64_t i = 0; i < each; i++, w++) *w = (float)((double)*w * r[c]);
}

/* r[o] of every channel over their geometric mean, to the power `share`; 1 for a dead channel. */
static void ratios(const Fit *f, const Calib *cal, double *r, Arena scratch)
{
    int64_t outs = cal->n * shape_count(f->n->shape);
    float *copy = NEW(&scratch, float, (size_t)outs), *x;
    double sum = 0;
    int live = 0, threads = omp_get_max_threads();
    memcpy(copy, cal->z, (size_t)outs * sizeof *copy);
    int64_t each = fit_after(cal, f, copy, &x, &scratch) / f->out;
    float *own = NEW(&scratch, float, (size_t)(threads * cal->n * each));
#pragma omp parallel for schedule(dynamic)
    for (int o = 0; o < f->out; o++)
        r[o] = channel_scale(cal, f, x, o, each, own + omp_get_thread_num() * cal->n * each);
    for (int o = 0; o < f->out; o++) {
        sum += r[o] > 0 ? log(r[o]) : 0;
        live += r[o] > 0;
    }
    for (int o = 0; o < f->out; o++) r[o] = r[o] > 0 ? pow(r[o] / exp(sum / live), share) : 1;
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)c;
    if (cal->last == f->net->n_node)
        return ERR_NONE; /* nobody could multiply again */
    const Tensor *w = graph_role(f->net, f->n, ROLE_w), *b = graph_role(f->net, f->n, ROLE_b);
    const Tensor *next = graph_role(f->net, &f->net->node[cal->last], ROLE_w);
    double *r = NEW(&scratch, double, (size_t)f->out);
    ratios(f, cal, r, scratch);
    divide_rows(w->f32, b ? b->f32 : NULL, cal->z, f, cal->n, r);
    int64_t each = tensor_count(next) / next->dim[0] / f->out;
    multiply_columns(next->f32, next->dim[0], f->out, each, r);
    return ERR_NONE;
}

const QuantPass quant_equalise = {
    .name   = "equalise",
    .help   = "channels of a layer made alike in size, so that one scale of codes fits them",
    .source = "Nagel et al. 2019 (data-free quantisation), section 4.1, with another choice of r",
    .run    = run,
};
