/* Weights to the nearest integer, with the scale per channel that costs least: the sum over inputs
 * of var(k_i) (w_i - a q_i)^2, searched on a grid. A few outliers are so cut off where that serves
 * the others; without the search, the greatest weight becomes the greatest integer. */
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

static double search(const Fit *f, const double *var, Rows rows, double top)
{
    enum { GRID = 64 };
    double best = INFINITY, a = top;
    for (int g = 1; g <= GRID; g++) {
        double e = cost(f, var, rows, top * g / GRID);
        if (e < best) {
            best = e;
            a = top * g / GRID;
        }
    }
    return a;
}

/* var NULL: no search. Rows that are all 0 get a = 1, or, since W = 1 has no 0, nearly none. */
static void round_rows(Fit *f, const double *var, Rows rows)
{
    double top = greatest(f, rows) / fit_weight_max(f->weight_bits);
    double a = top > 0 ? var ? search(f, var, rows, top) : top : f->weight_bits == 1 ? 0x1p-64 : 1;
    for (int64_t o = rows.from; o < rows.to; o++) {
        f->a[o] = a;
        for (int64_t i = 0; i < f->in; i++)
            f->q[o * f->in + i] = (int8_t)fit_round_weight(
                f->scale_in * (double)f->w[o * f->in + i] / a, f->weight_bits);
    }
}

static void round_all(Fit *f, const double *var)
{
    int step = f->steps == 0 ? f->out : 1; /* the last layer has one scale */
#pragma omp parallel for schedule(dynamic)
    for (int o = 0; o < f->out; o += step) round_rows(f, var, (Rows){ o, o + step });
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)c;
    double *var = NEW(&scratch, double, (size_t)f->in);
    for (int64_t i = 0; i < f->in; i++) var[i] = (double)f->h[i * f->in + i];
    round_all(f, var);
    return ERR_NONE;
}

static Err greatest_only(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)scratch, (void)c;
    round_all(f, NULL);
    return ERR_NONE;
}

const QuantPass quant_search = {
    .name    = "search",
    .help    = "each channel's weight scale by least squares; else its greatest weight decides",
    .source  = "least squares on a grid; weighted by the variance of each input",
    .run     = run,
    .instead = greatest_only,
};
