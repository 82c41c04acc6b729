/* Weights by what the whole layer computes: coordinate descent on the exact quadratic
 *     a^2 q' H q - 2 a q' r        (H, r: moments.c)
 * one integer at a time, each to its best value given all others, until nothing moves; then the
 * scale a = q'r / q'Hq, and again. Rounding errors of one weight are so made up for by others. */
#include "quant/fit.h"
#include <cblas.h>
#include <math.h>
#include <string.h>

enum { ROUNDS = 8, SWEEPS = 12 };

/* hq = H q, kept up to date; inv = 1 / diagonal of H. Returns whether a weight moved. */
static bool sweep(const Fit *f, const float *r, const double *inv, double a, int8_t *q, float *hq)
{
    bool moved = false;
    double per = 1 / a;
    for (int64_t i = 0; i < f->in; i++) {
        int to = fit_round_weight(q[i] + ((double)r[i] * per - (double)hq[i]) * inv[i],
                                  f->weight_bits);
        if (to == q[i])
            continue;
        cblas_saxpy(f->in, (float)(to - q[i]), f->h + i * f->in, 1, hq, 1);
        q[i] = (int8_t)to;
        moved = true;
    }
    return moved;
}

/* H q of every row, some rows at a time. */
static void products(const Fit *f, float *hq, Arena scratch)
{
    enum { ROWS = 64 };
    float *q = NEW(&scratch, float, (size_t)f->out * (size_t)f->in);
    for (int64_t i = 0; i < (int64_t)f->out * f->in; i++) q[i] = f->q[i];
#pragma omp parallel for schedule(dynamic)
    for (int o = 0; o < f->out; o += ROWS) {
        int rows = f->out - o < ROWS ? f->out - o : ROWS;
        int64_t at = (int64_t)o * f->in;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, f->in, f->in, 1, q + at, f->in,
                    f->h, f->in, 0, hq + at, f->in);
    }
}

/* q'r and q'Hq of one row. */
static void scale_sums(const Fit *f, const float *r, const int8_t *q, const float *hq, double *qr,
                       double *qhq)
{
    *qr = *qhq = 0;
    for (int i = 0; i < f->in; i++) {
        *qr  += q[i] * (double)r[i];
        *qhq += q[i] * (double)hq[i];
    }
}

/* Scales from the sums: one per row, or one for all. Channels without weights keep theirs. */
static void refit(Fit *f, const double *qr, const double *qhq)
{
    double sum_qr = 0, sum_qhq = 0;
    for (int o = 0; o < f->out; o++) {
        sum_qr  += qr[o];
        sum_qhq += qhq[o];
    }
    for (int o = 0; o < f->out; o++) {
        double num = f->steps ? qr[o] : sum_qr, den = f->steps ? qhq[o] : sum_qhq;
        if (num > 0 && den > 0)
            f->a[o] = num / den;
    }
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)c;
    double *qr  = NEW(&scratch, double, (size_t)f->out);
    double *qhq = NEW(&scratch, double, (size_t)f->out);
    double *inv = NEW(&scratch, double, (size_t)f->in);
    float *hq = NEW(&scratch, float, (size_t)f->out * (size_t)f->in);
    openblas_set_num_threads(1);
    products(f, hq, scratch);
    for (int64_t i = 0; i < f->in; i++) inv[i] = 1 / (double)f->h[i * f->in + i];
    int moves = 1;
    for (int k = 0; k < ROUNDS && moves > 0; k++) {
        moves = 0;
#pragma omp parallel for schedule(dynamic) reduction(+ : moves)
        for (int o = 0; o < f->out; o++) {
            int64_t at = (int64_t)o * f->in;
            bool moved = true;
            for (int s = 0; s < SWEEPS && moved; s++) {
                moved = sweep(f, f->r + at, inv, f->a[o], f->q + at, hq + at);
                moves += moved;
            }
            scale_sums(f, f->r + at, f->q + at, hq + at, &qr[o], &qhq[o]);
        }
        refit(f, qr, qhq);
    }
    return ERR_NONE;
}

const QuantPass quant_descent = {
    .name   = "descent",
    .help   = "weights by coordinate descent on the layer's output error; else the nearest",
    .source = "the quadratic of Frantar et al. 2022 (GPTQ), eq. 1, by integer coordinate descent",
    .run    = run,
};
