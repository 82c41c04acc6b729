/* What the calibration images say about a layer: means and covariances of its input codes k and
 * of its float outputs z over all output positions. Covariances, not second moments, because the
 * offset takes up every mean. */
#include "base/num.h"
#include "ir/eval.h"
#include "quant/fit.h"
#include <cblas.h>
#include <omp.h>

/* Positions in all (more say nothing new); positions and rows of a matrix in one product. */
enum { ROWS_MAX = 1 << 16, BATCH = 256, TILE = 256 };
/* Towards the float weights: of each input's own variance, and of the mean variance. */
static const double damping_own = 0.6, damping_mean = 0.1;

/* Positions of some images: col [in,n], z [out,n], `room` values from row to row. */
typedef struct Batch { float *col, *z; int n, room; } Batch;

/* How positions are taken: every step-th, another phase in each image. */
typedef struct Thin { int cols, step; } Thin;

static int phase_of(Thin t, int k) { return k % (t.step < t.cols ? t.step : t.cols); }
static int taken(Thin t, int k) { return (t.cols - phase_of(t, k) + t.step - 1) / t.step; }

static void keep(const float *m, int rows, Thin t, int k, float *to, int room)
{
    int phase = phase_of(t, k), n = taken(t, k);
    for (int64_t i = 0; i < rows; i++)
        for (int j = 0; j < n; j++) to[i * room + j] = m[i * t.cols + phase + j * t.step];
}

/* Image k's positions into the batch, from column `at` on; map and col: room of one image. */
static void take(const Fit *f, const Calib *cal, Thin t, int k, Batch *b, int at, float *map,
                 float *col)
{
    Shape in = f->net->node[f->n->in[0]].shape;
    int64_t each = shape_count(in), outs = shape_count(f->n->shape);
    bool conv = f->n->op == OP_CONV2D;
    for (int64_t i = 0; i < each; i++) map[i] = cal->k[k * each + i];
    if (conv)
        eval_im2col(f->n, in, map, col);
    keep(conv ? col : map, f->in, t, k, b->col + at, b->room);
    keep(cal->z + k * outs, f->out, t, k, b->z + at, b->room);
}

/* Rows from.. of h, from the diagonal on, or of r (from >= in): each by one thread, whole. */
static void add_tile(Fit *f, const Batch *b, int from)
{
    bool of_h = from < f->in;
    int row = of_h ? from : from - f->in, end = of_h ? f->in : f->out, start = of_h ? row : 0;
    int rows = end - row < TILE ? end - row : TILE;
    const float *a = of_h ? b->col : b->z;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, f->in - start, b->n, 1,
                a + (int64_t)row * b->room, b->room, b->col + (int64_t)start * b->room, b->room, 1,
                (of_h ? f->h : f->r) + (int64_t)row * f->in + start, f->in);
}

static void add_sums(const float *m, int rows, const Batch *b, double *sum)
{
    for (int64_t i = 0; i < rows; i++)
        for (int j = 0; j < b->n; j++) sum[i] += (double)m[i * b->room + j];
}

static void add(Fit *f, const Batch *b)
{
    int tiles_h = (f->in + TILE - 1) / TILE, tiles_r = (f->out + TILE - 1) / TILE;
#pragma omp parallel for schedule(dynamic) if (f->in >= 2 * TILE)
    for (int t = 0; t < tiles_h + tiles_r; t++)
        add_tile(f, b, t < tiles_h ? t * TILE : f->in + (t - tiles_h) * TILE);
    add_sums(b->col, f->in, b, f->mean_k);
    add_sums(b->z, f->out, b, f->mean_z);
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

/* The images from `first` on that fit the batch -> how many. */
static int fill(const Fit *f, const Calib *cal, Thin t, int first, Batch *b, float *const *map,
                float *const *col, int *at)
{
    int images = 0;
    for (b->n = 0; first + images < cal->n; images++) {
        int more = taken(t, first + images);
        if (b->n + more > b->room)
            break;
        at[images] = b->n;
        b->n += more;
    }
#pragma omp parallel for schedule(static)
    for (int i = 0; i < images; i++)
        take(f, cal, t, first + i, b, at[i], map[omp_get_thread_num()], col[omp_get_thread_num()]);
    return images;
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)c;
    Thin t = { .cols = f->n->shape.h * f->n->shape.w };
    t.step = (int)num_ceil_div((int64_t)cal->n * t.cols, ROWS_MAX);
    Batch b = { .room = t.cols > BATCH ? t.cols : BATCH };
    size_t threads = (size_t)omp_get_max_threads(), ins = (size_t)f->in;
    float **map = NEW(&scratch, float *, threads), **col = NEW(&scratch, float *, threads);
    int *at = NEW(&scratch, int, (size_t)cal->n);
    for (size_t k = 0; k < threads; k++) {
        map[k] = NEW(&scratch, float, (size_t)shape_count(f->net->node[f->n->in[0]].shape));
        col[k] = NEW(&scratch, float, ins * (size_t)t.cols);
    }
    b.col = NEW(&scratch, float, ins * (size_t)b.room);
    b.z   = NEW(&scratch, float, (size_t)f->out * (size_t)b.room);
    int64_t n = 0;
    openblas_set_num_threads(1);
    for (int k = 0; k < cal->n; n += b.n) {
        k += fill(f, cal, t, k, &b, map, col, at);
        add(f, &b);
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
