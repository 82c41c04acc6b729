/* What the calibration images say about a layer: means and covariances of its input codes k and
 * of its float outputs z over all output positions. Covariances, not second moments, because the
 * offset takes up every mean. */
#include "base/num.h"
#include "ir/eval.h"
#include "quant/fit.h"
#include <cblas.h>

enum { ROWS_MAX = 1 << 16, TILE = 256 }; /* positions (more say nothing new); rows of a matrix */
/* Towards the float weights: of each input's own variance, and of the mean variance. */
static const double damping_own = 0.3, damping_mean = 0.1;

typedef struct Part { float *col, *z; int n; } Part; /* of one image: col [in,n], z [out,n] */

/* Keeps every step-th position, another phase in each image. */
static int thin(float *m, int rows, int cols, int step, int phase)
{
    int n = (cols - phase + step - 1) / step;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < n; j++) m[(int64_t)i * n + j] = m[(int64_t)i * cols + phase + j * step];
    return n;
}

static Part take(const Fit *f, const Calib *cal, int k, int step, float *map, Part room)
{
    Shape in = f->net->node[f->n->in[0]].shape;
    int64_t each = shape_count(in), outs = shape_count(f->n->shape);
    int cols = f->n->shape.h * f->n->shape.w, phase = k % (step < cols ? step : cols);
    for (int64_t i = 0; i < each; i++) map[i] = cal->k[k * each + i];
    if (f->n->op == OP_CONV2D)
        eval_im2col(f->n, in, map, room.col);
    else
        for (int64_t i = 0; i < each; i++) room.col[i] = map[i];
    for (int64_t i = 0; i < outs; i++) room.z[i] = cal->z[k * outs + i];
    thin(room.z, f->out, cols, step, phase);
    room.n = thin(room.col, f->in, cols, step, phase);
    return room;
}

/* Rows from.. of h, from the diagonal on, or of r (from >= in): each by one thread, whole. */
static void add_tile(Fit *f, const Part *p, int from)
{
    bool of_h = from < f->in;
    int row = of_h ? from : from - f->in, end = of_h ? f->in : f->out, start = of_h ? row : 0;
    int rows = end - row < TILE ? end - row : TILE;
    const float *a = of_h ? p->col : p->z;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, f->in - start, p->n, 1,
                a + (int64_t)row * p->n, p->n, p->col + (int64_t)start * p->n, p->n, 1,
                (of_h ? f->h : f->r) + (int64_t)row * f->in + start, f->in);
}

static void add(Fit *f, const Part *p)
{
    int tiles_h = (f->in + TILE - 1) / TILE, tiles_r = (f->out + TILE - 1) / TILE;
#pragma omp parallel for schedule(dynamic) if (f->in >= 2 * TILE)
    for (int t = 0; t < tiles_h + tiles_r; t++)
        add_tile(f, p, t < tiles_h ? t * TILE : f->in + (t - tiles_h) * TILE);
    for (int i = 0; i < f->in; i++)
        for (int j = 0; j < p->n; j++) f->mean_k[i] += (double)p->col[(int64_t)i * p->n + j];
    for (int o = 0; o < f->out; o++)
        for (int j = 0; j < p->n; j++) f->mean_z[o] += (double)p->z[(int64_t)o * p->n + j];
}

/* Sums -> means and covariances; fills the lower half of h. */
static void centre(Fit *f, double n)
{
    for (int i = 0; i < f->in; i++) f->mean_k[i] /= n;
    for (int o = 0; o < f->out; o++) {
        f->mean_z[o] /= n;
        for (int i = 0; i < f->in; i++) {
            float *r = &f->r[(int64_t)o * f->in + i];
            *r = (float)((double)*r / n - f->mean_z[o] * f->mean_k[i]);
        }
    }
    for (int64_t i = 0; i < f->in; i++)
        for (int64_t j = i; j < f->in; j++) {
            double h = (double)f->h[i * f->in + j] / n - f->mean_k[i] * f->mean_k[j];
            f->h[i * f->in + j] = f->h[j * f->in + i] = (float)h;
        }
}

/* h + d, r + d w': as if noise of variance d in each k were to be followed with the float weights w'
 * (per unit of the code). It decides where few images, or inputs that never vary, leave it open; in
 * proportion to an input's own variance it is what shrinking the covariance towards its diagonal gives
 * (Ledoit and Wolf 2004, section 3.3). */
static void damp(Fit *f, Arena scratch)
{
    double sum = 0, *d = NEW(&scratch, double, (size_t)f->in);
    for (int64_t i = 0; i < f->in; i++) sum += (double)f->h[i * f->in + i];
    for (int64_t i = 0; i < f->in; i++) {
        float *h = &f->h[i * f->in + i];
        d[i] = damping_own * (double)*h + damping_mean * sum / f->in + 1e-6;
        *h += (float)d[i];
    }
    for (int64_t o = 0; o < f->out; o++)
        for (int64_t i = 0; i < f->in; i++)
            f->r[o * f->in + i] += (float)(d[i] * f->scale_in * (double)f->w[o * f->in + i]);
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)c;
    int cols = f->n->shape.h * f->n->shape.w;
    int step = (int)num_ceil_div((int64_t)cal->n * cols, ROWS_MAX);
    float *map = NEW(&scratch, float, (size_t)shape_count(f->net->node[f->n->in[0]].shape));
    Part room = { NEW(&scratch, float, (size_t)f->in * (size_t)cols),
                  NEW(&scratch, float, (size_t)f->out * (size_t)cols), 0 };
    int64_t n = 0;
    openblas_set_num_threads(1);
    for (int k = 0; k < cal->n; k++) {
        Part p = take(f, cal, k, step, map, room);
        add(f, &p);
        n += p.n;
    }
    centre(f, (double)n);
    damp(f, scratch);
    return ERR_NONE;
}

const QuantPass quant_moments = {
    .name   = "moments",
    .help   = "covariances of the layer's input codes and float outputs on calibration images",
    .source = "Frantar et al. 2022 (GPTQ), section 3; here with the quantised network's inputs",
    .run    = run,
    .needed = true,
};
