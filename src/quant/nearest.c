/* Weights to the nearest integer, with the scale per channel that costs least: the sum over inputs
 * of var(k_i) (w_i - a q_i)^2, searched on a grid. W' = float weight per unit of the input code. */
#include "quant/fit.h"
#include <math.h>

typedef struct Rows { int from, to; } Rows; /* that share one scale */

static double cost(const Fit *f, const double *var, Rows rows, double a)
{
    double sum = 0, per = 1 / a;
    for (int64_t o = rows.from; o < rows.to; o++)
        for (int64_t i = 0; i < f->in; i++) {
            double w = f->scale_in * (double)f->w[o * f->in + i];
            double e = w - a * fit_round_weight(w * per, f->weight_bits);
            sum += e * e * var[i];
        }
    return sum;
}

static double greatest(const Fit *f, Rows rows)
{
    double top = 0;
    for (int64_t i = (int64_t)rows.from * f->in; i < (int64_t)rows.to * f->in; i++)
        top = fmax(top, fabs(f->scale_in * (double)f->w[i]));
    return top;
}

static void round_rows(Fit *f, const double *var, Rows rows)
{
    enum { GRID = 64 };
    double top = greatest(f, rows) / fit_weight_max(f->weight_bits), best = INFINITY;
    double a = f->weight_bits == 1 ? 0x1p-64 : 1; /* of rows that are all 0: W = 1 has no 0 */
    for (int g = 1; g <= GRID && top > 0; g++) {
        double e = cost(f, var, rows, top * g / GRID);
        if (e < best) {
            best = e;
            a = top * g / GRID;
        }
    }
    for (int64_t o = rows.from; o < rows.to; o++) {
        f->a[o] = a;
        for (int64_t i = 0; i < f->in; i++)
            f->q[o * f->in + i] = (int8_t)fit_round_weight(
                f->scale_in * (double)f->w[o * f->in + i] / a, f->weight_bits);
    }
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)c;
    double *var = NEW(&scratch, double, (size_t)f->in);
    for (int64_t i = 0; i < f->in; i++) var[i] = (double)f->h[i * f->in + i];
    int step = f->steps == 0 ? f->out : 1; /* the last layer has one scale */
#pragma omp parallel for schedule(dynamic)
    for (int o = 0; o < f->out; o += step) round_rows(f, var, (Rows){ o, o + step });
    return ERR_NONE;
}

const QuantPass quant_nearest = {
    .name   = "nearest",
    .help   = "weights to the nearest integer, scale per channel by least squares",
    .source = "least squares; weighted by the variance of each input",
    .run    = run,
};
