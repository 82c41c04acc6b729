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

enum { ROUNDS = 8, SWEEPS = 12, SHORT = 1024, GANG = 16, STRIP = 32 };

/* One row on its way down: q, H q, the scale and q'r, q'Hq. Busy: a weight moved in its last
 * round; live: in its last sweep. */
typedef struct Row { const float *r; int8_t *q; float *hq; double a, qr, qhq; bool busy, live; } Row;

/* Rows that go down side by side, and room for as many weights. */
typedef struct Gang { Row *row; float *room; } Gang;

static int gang(const Fit *f, int o) { return f->out - o < GANG ? f->out - o : GANG; }

/* Weights from .. to - 1 of a row, one after the other, each to its best value, all others given.
 * inv = 1 / diagonal of H. Returns whether one moved. */
static bool move(const Fit *f, const double *inv, int from, int to, Row *row)
{
    bool moved = false;
    double per = 1 / row->a;
    for (int64_t i = from; i < to; i++) {
        double by = ((double)row->r[i] * per - (double)row->hq[i]) * inv[i];
        int q = fit_round_weight(row->q[i] + by, f->weight_bits);
        if (q == row->q[i])
            continue;
        cblas_saxpy(f->in, (float)(q - row->q[i]), f->h + i * f->in, 1, row->hq, 1);
        row->q[i] = (int8_t)q;
        moved = true;
    }
    return moved;
}

/* Every weight of the live ones of n rows, some weights of each row in turn: so their rows of H are
 * read from memory once for all n. A row in which none moved is no longer live. */
static void sweep(const Fit *f, const double *inv, Row *row, int n)
{
    bool moved[GANG] = { false };
    for (int i = 0; i < f->in; i += STRIP)
        for (int b = 0; b < n; b++)
            if (row[b].live)
                moved[b] |= move(f, inv, i, i + STRIP < f->in ? i + STRIP : f->in, &row[b]);
    for (int b = 0; b < n; b++) row[b].live = moved[b];
}

static bool any_live(const Row *row, int n)
{
    bool any = false;
    for (int b = 0; b < n; b++) any |= row[b].live;
    return any;
}

/* Sweeps of the busy ones of n rows, each at its scale, and the sums there. */
static void settle(const Fit *f, const double *inv, Row *row, int n)
{
    for (int b = 0; b < n; b++) {
        row[b].live = row[b].busy;
        row[b].busy = false;
    }
    for (int s = 0; s < SWEEPS && any_live(row, n); s++) {
        sweep(f, inv, row, n);
        for (int b = 0; b < n; b++) row[b].busy |= row[b].live;
    }
    for (Row *r = row; r < row + n; r++) {
        r->qr = r->qhq = 0;
        for (int i = 0; i < f->in; i++) {
            r->qr  += r->q[i] * (double)r->r[i];
            r->qhq += r->q[i] * (double)r->hq[i];
        }
    }
}

/* The best scale for sums qr and qhq; of a row without weights, or worse than none: the old one. */
static double rescale(double a, double qr, double qhq)
{
    return qr > 0 && qhq > 0 ? qr / qhq : a;
}

static bool any_busy(const Row *row, int n)
{
    bool any = false;
    for (int b = 0; b < n; b++) any |= row[b].busy;
    return any;
}

/* Up to GANG rows with scales of their own, down to where nothing moves. */
static void descend(const Fit *f, const double *inv, Row *row, int n)
{
    for (int b = 0; b < n; b++) row[b].busy = true;
    for (int k = 0; k < ROUNDS && any_busy(row, n); k++) {
        settle(f, inv, row, n);
        for (int b = 0; b < n; b++) row[b].a = rescale(row[b].a, row[b].qr, row[b].qhq);
    }
}

/* Rows of one scale. */
static void descend_together(const Fit *f, const double *inv, Row *row)
{
    bool busy = true;
    for (int k = 0; k < ROUNDS && busy; k++) {
        double qr = 0, qhq = 0;
        for (int o = 0; o < f->out; o++) row[o].busy = true;
#pragma omp parallel for schedule(dynamic)
        for (int o = 0; o < f->out; o += GANG) settle(f, inv, row + o, gang(f, o));
        for (int o = 0; o < f->out; o++) {
            qr  += row[o].qr;
            qhq += row[o].qhq;
        }
        for (int o = 0; o < f->out; o++) row[o].a = rescale(row[o].a, qr, qhq);
        busy = any_busy(row, f->out);
    }
}

/* H q of n rows that lie one behind the other, in room [n,in]. */
static void products(const Fit *f, const int8_t *q, int n, float *hq, float *room)
{
    for (int64_t i = 0; i < (int64_t)n * f->in; i++) room[i] = q[i];
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, f->in, f->in, 1, room, f->in, f->h,
                f->in, 0, hq, f->in);
}

/* Float weights of rows o .. o + n - 1 rounded at scale a[] times `by`. */
static void begin(const Fit *f, int o, int n, const double *a, double by, const Gang *g)
{
    for (int b = 0; b < n; b++) {
        Row *row = &g->row[b];
        const float *w = f->w + (int64_t)(o + b) * f->in;
        row->a = a[b] * by;
        for (int64_t i = 0; i < f->in; i++)
            row->q[i] = (int8_t)fit_round_weight(f->scale_in * (double)w[i] / row->a,
                                                 f->weight_bits);
    }
    products(f, g->row->q, n, g->row->hq, g->room);
}

/* Where `from` came to; not H q, which nobody asks for again. */
static void copy_row(Row *row, const Row *from, int in)
{
    memcpy(row->q, from->q, (size_t)in);
    row->a   = from->a;
    row->qr  = from->qr;
    row->qhq = from->qhq;
}

/* How much of z's variance the row explains. */
static double worth(const Row *row)
{
    return row->qr > 0 && row->qhq > 0 ? row->qr * row->qr / row->qhq : 0;
}

/* Rows o .. o + n - 1 from scales around their own. */
static void restart(const Fit *f, int o, int n, const double *inv, Row *row, const Gang *other)
{
    static const double from[] = { 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.25, 1.4, 1.6, 2 };
    double a[GANG];
    for (int b = 0; b < n; b++) {
        a[b] = row[b].a;
        other->row[b].r = row[b].r;
    }
    for (size_t k = 0; k < sizeof from / sizeof *from; k++) {
        begin(f, o, n, a, from[k], other);
        descend(f, inv, other->row, n);
        for (int b = 0; b < n; b++)
            if (worth(&other->row[b]) > worth(&row[b]))
                copy_row(&row[b], &other->row[b], f->in);
    }
}

static Gang gang_new(int in, Arena *a)
{
    size_t all = (size_t)in * GANG;
    Gang g = { NEW(a, Row, GANG), NEW(a, float, all) };
    int8_t *q = NEW(a, int8_t, all);
    float *hq = NEW(a, float, all);
    for (int b = 0; b < GANG; b++) g.row[b] = (Row){ .q = q + b * in, .hq = hq + b * in };
    return g;
}

/* All rows, each with a scale of its own or (the last layer's) with one together. */
static void descend_all(const Fit *f, const double *inv, Row *row, Arena scratch)
{
    bool each = f->steps > 0;
    int threads = omp_get_max_threads();
    Gang *own = NEW(&scratch, Gang, (size_t)threads);
    for (int t = 0; t < threads; t++) own[t] = gang_new(f->in, &scratch);
#pragma omp parallel for schedule(dynamic)
    for (int o = 0; o < f->out; o += GANG) {
        const Gang *g = &own[omp_get_thread_num()];
        products(f, row[o].q, gang(f, o), row[o].hq, g->room);
        if (each)
            descend(f, inv, &row[o], gang(f, o));
        if (each && f->in <= SHORT)
            restart(f, o, gang(f, o), inv, &row[o], g);
    }
    if (!each)
        descend_together(f, inv, row);
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)c;
    double *inv = NEW(&scratch, double, (size_t)f->in);
    float *hq = NEW(&scratch, float, (size_t)f->out * (size_t)f->in);
    Row *row = NEW(&scratch, Row, (size_t)f->out);
    openblas_set_num_threads(1);
    for (int64_t i = 0; i < f->in; i++) inv[i] = 1 / (double)f->h[i * f->in + i];
    for (int64_t o = 0; o < f->out; o++)
        row[o] = (Row){ f->r + o * f->in, f->q + o * f->in, hq + o * f->in, f->a[o], .busy = true };
    descend_all(f, inv, row, scratch);
    for (int o = 0; o < f->out; o++) f->a[o] = row[o].a;
    return ERR_NONE;
}

const QuantPass quant_descent = {
    .name   = "descent",
    .help   = "weights by coordinate descent on the layer's output error; else the nearest",
    .source = "the quadratic of Frantar et al. 2022 (GPTQ), eq. 1, by integer coordinate descent",
    .run    = run,
};
