/* Weights by what the whole layer computes: coordinate descent on the exact quadratic
 *     a^2 q' H q - 2 a q' r        (H, r: moments.c)
 * one integer at a time, each to its best value given all others, until nothing moves; then the
 * scale a = q'r / q'Hq, and again. Rounding errors of one weight are so made up for by others.
 * Where that ends depends on where it began, most of all with few levels: short rows begin from
 * several scales, and the best end, the one with the greatest (q'r)^2 / q'Hq, is kept. */
#include "quant/fit.h"
#include <cblas.h>
#include <omp.h>
#include <string.h>

enum { ROUNDS = 8, SWEEPS = 12, SHORT = 1024 };

/* One row on its way down: q, H q, the scale and q'r, q'Hq. */
typedef struct Row { const float *r; int8_t *q; float *hq; double a, qr, qhq; } Row;

/* inv = 1 / diagonal of H. Returns whether a weight moved. */
static bool sweep(const Fit *f, const double *inv, Row *row)
{
    bool moved = false;
    double per = 1 / row->a;
    for (int64_t i = 0; i < f->in; i++) {
        double by = ((double)row->r[i] * per - (double)row->hq[i]) * inv[i];
        int to = fit_round_weight(row->q[i] + by, f->weight_bits);
        if (to == row->q[i])
            continue;
        cblas_saxpy(f->in, (float)(to - row->q[i]), f->h + i * f->in, 1, row->hq, 1);
        row->q[i] = (int8_t)to;
        moved = true;
    }
    return moved;
}

/* Sweeps at one scale, and the sums there. Returns whether a weight moved. */
static bool settle(const Fit *f, const double *inv, Row *row)
{
    bool moved = false;
    for (int s = 0; s < SWEEPS && sweep(f, inv, row); s++) moved = true;
    row->qr = row->qhq = 0;
    for (int i = 0; i < f->in; i++) {
        row->qr  += row->q[i] * (double)row->r[i];
        row->qhq += row->q[i] * (double)row->hq[i];
    }
    return moved;
}

/* The best scale for sums qr and qhq; of a row without weights, or worse than none: the old one. */
static double rescale(double a, double qr, double qhq)
{
    return qr > 0 && qhq > 0 ? qr / qhq : a;
}

/* A row with a scale of its own, down to where nothing moves. */
static void descend(const Fit *f, const double *inv, Row *row)
{
    bool moved = true;
    for (int k = 0; k < ROUNDS && moved; k++) {
        moved = settle(f, inv, row);
        row->a = rescale(row->a, row->qr, row->qhq);
    }
}

/* Rows of one scale. */
static void descend_together(const Fit *f, const double *inv, Row *row)
{
    int moves = 1;
    for (int k = 0; k < ROUNDS && moves > 0; k++) {
        double qr = 0, qhq = 0;
        moves = 0;
#pragma omp parallel for schedule(dynamic) reduction(+ : moves)
        for (int o = 0; o < f->out; o++) moves += settle(f, inv, &row[o]);
        for (int o = 0; o < f->out; o++) {
            qr  += row[o].qr;
            qhq += row[o].qhq;
        }
        for (int o = 0; o < f->out; o++) row[o].a = rescale(row[o].a, qr, qhq);
    }
}

/* Float weights w rounded at scale a. */
static void begin(const Fit *f, const float *w, double a, Row *row)
{
    row->a = a;
    memset(row->hq, 0, (size_t)f->in * sizeof *row->hq);
    for (int64_t i = 0; i < f->in; i++) {
        row->q[i] = (int8_t)fit_round_weight(f->scale_in * (double)w[i] / a, f->weight_bits);
        if (row->q[i])
            cblas_saxpy(f->in, row->q[i], f->h + i * f->in, 1, row->hq, 1);
    }
}

/* How much of z's variance the row explains. */
static double worth(const Row *row)
{
    return row->qr > 0 && row->qhq > 0 ? row->qr * row->qr / row->qhq : 0;
}

/* From scales around the row's own, in room `other`. */
static void restart(const Fit *f, const float *w, const double *inv, Row *row, Row other)
{
    static const double from[] = { 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25, 1.4, 1.6, 2 };
    double a = row->a;
    other.r = row->r;
    for (size_t k = 0; k < sizeof from / sizeof *from; k++) {
        begin(f, w, a * from[k], &other);
        descend(f, inv, &other);
        if (worth(&other) <= worth(row))
            continue;
        memcpy(row->q, other.q, (size_t)f->in);
        row->a  = other.a;
        row->qr = other.qr;
        row->qhq = other.qhq;
    }
}

/* Rows with scales of their own. */
static void descend_each(const Fit *f, const double *inv, Row *row, Arena scratch)
{
    int threads = omp_get_max_threads();
    Row *room = NEW(&scratch, Row, (size_t)threads);
    for (int t = 0; t < threads; t++) {
        room[t].q  = NEW(&scratch, int8_t, (size_t)f->in);
        room[t].hq = NEW(&scratch, float, (size_t)f->in);
    }
#pragma omp parallel for schedule(dynamic)
    for (int o = 0; o < f->out; o++) {
        descend(f, inv, &row[o]);
        if (f->in <= SHORT)
            restart(f, f->w + (int64_t)o * f->in, inv, &row[o], room[omp_get_thread_num()]);
    }
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

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)c;
    double *inv = NEW(&scratch, double, (size_t)f->in);
    float *hq = NEW(&scratch, float, (size_t)f->out * (size_t)f->in);
    Row *row = NEW(&scratch, Row, (size_t)f->out);
    openblas_set_num_threads(1);
    products(f, hq, scratch);
    for (int64_t i = 0; i < f->in; i++) inv[i] = 1 / (double)f->h[i * f->in + i];
    for (int64_t o = 0; o < f->out; o++)
        row[o] = (Row){ f->r + o * f->in, f->q + o * f->in, hq + o * f->in, f->a[o], 0, 0 };
    if (f->steps > 0)
        descend_each(f, inv, row, scratch);
    else
        descend_together(f, inv, row);
    for (int o = 0; o < f->out; o++) f->a[o] = row[o].a;
    return ERR_NONE;
}

const QuantPass quant_descent = {
    .name   = "descent",
    .help   = "weights by coordinate descent on the layer's output error; else the nearest",
    .source = "the quadratic of Frantar et al. 2022 (GPTQ), eq. 1, by integer coordinate descent",
    .run    = run,
};
