#include "quant/chain.h"
#include <cblas.h>
#include <math.h>
#include <string.h>

enum { TILE = 256 };
static const double weight_unit = 0.5; /* of a weight: half as fast as a code */

static int pixels(Shape s) { return s.h * s.w; }

/* C [m,n] = op(A) op(B), inner length k; B is [k,n] or, transposed, [n,k]. */
static void product(bool ta, bool tb, int m, int n, int k, const float *a, const float *b, float *c)
{
    int lda = ta ? m : k, ldb = tb ? k : n;
#pragma omp parallel for collapse(2) schedule(dynamic)
    for (int i = 0; i < m; i += TILE)
        for (int j = 0; j < n; j += TILE)
            cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans,
                        tb ? CblasTrans : CblasNoTrans, m - i < TILE ? m - i : TILE,
                        n - j < TILE ? n - j : TILE, k, 1, a + (ta ? 1 : (int64_t)lda) * i, lda,
                        b + (tb ? (int64_t)ldb : 1) * j, ldb, 0, c + (int64_t)i * n + j, n);
}

/* Where tap (u, v) of output column j of a row lies in the input: first .. last-1 are inside. */
typedef struct Run { int first, last; } Run;

static Run inside(int size, int tap, int pad, int stride, int outs)
{
    int low = pad - tap, high = size - 1 + pad - tap; /* low <= j stride <= high */
    int first = low <= 0 ? 0 : (low + stride - 1) / stride;
    int last = high < 0 ? 0 : high / stride + 1;
    first = first < outs ? first : outs;
    last = last < outs ? last : outs;
    return (Run){ first, last > first ? last : first };
}

static bool is_plain(const Link *l) { return pixels(l->in) == 1 && l->taps == l->in.c; }

/* One row of the window matrix: tap t of every output position of n images; back: added to x. */
static void window_row(const Link *l, int t, int n, float *x, float *row, bool back)
{
    int v = t % l->kernel[1], u = t / l->kernel[1] % l->kernel[0];
    int ch = t / l->kernel[1] / l->kernel[0], s = l->stride[1];
    Run cols = inside(l->in.w, v, l->pad[1], s, l->out.w);
    Run rows = inside(l->in.h, u, l->pad[0], l->stride[0], l->out.h);
    for (int k = 0; k < n; k++) {
        float *map = x + ((int64_t)ch * n + k) * pixels(l->in);
        for (int i = rows.first; i < rows.last; i++) {
            float *to = row + (int64_t)k * pixels(l->out) + i * l->out.w;
            float *from = map + (i * l->stride[0] + u - l->pad[0]) * l->in.w + v - l->pad[1];
            if (back)
                for (int j = cols.first; j < cols.last; j++) from[j * s] += to[j];
            else
                for (int j = cols.first; j < cols.last; j++) to[j] = from[j * s];
        }
    }
}

/* The window matrix [taps, n*positions] of maps x, in room unless x is one already. */
static const float *windows(const Link *l, int n, float *x, float *room)
{
    int64_t cols = (int64_t)n * pixels(l->out);
    if (is_plain(l))
        return x;
#pragma omp parallel for schedule(static)
    for (int t = 0; t < l->taps; t++) {
        memset(room + t * cols, 0, (size_t)cols * sizeof *room);
        window_row(l, t, n, x, room + t * cols, false);
    }
    return room;
}

static void windows_back(const Link *l, int n, float *dx, float *dcol)
{
    int64_t cols = (int64_t)n * pixels(l->out);
    int each = l->taps / l->in.c;
#pragma omp parallel for schedule(static)
    for (int c = 0; c < l->in.c; c++) {
        memset(dx + (int64_t)c * n * pixels(l->in), 0,
               (size_t)(n * pixels(l->in)) * sizeof *dx);
        for (int t = c * each; t < (c + 1) * each; t++)
            window_row(l, t, n, dx, dcol + t * cols, true);
    }
}

static void round_weights(Link *l)
{
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < l->latent.n; i++)
        l->q[i] = (float)fit_round_weight((double)l->latent.x[i], l->f->weight_bits);
}

static float gain_of(const Link *l, int o) { return l->gain.x[l->gain.n > 1 ? o : 0]; }

static void fire(Link *l, int n)
{
    int64_t cols = (int64_t)n * pixels(l->out);
    bool codes = l->f->steps > 0;
#pragma omp parallel for schedule(static)
    for (int o = 0; o < l->out.c; o++) {
        float gain = gain_of(l, o), shift = l->shift.x[o];
        const float *v = l->v + o * cols;
        float *y = l->y + o * cols;
        for (int64_t j = 0; j < cols; j++) {
            float z = gain * v[j] + shift;
            z = z < l->lo ? l->lo : z > l->hi ? l->hi : z;
            y[j] = codes ? floorf(z + 0.5f) : z;
        }
    }
}

/* dy -> gradient of v, in place; those of gain and shift. */
static void fire_back(Link *l, int n, float *dgain, float *dshift)
{
    int64_t cols = (int64_t)n * pixels(l->out);
#pragma omp parallel for schedule(static)
    for (int o = 0; o < l->out.c; o++) {
        float gain = gain_of(l, o), shift = l->shift.x[o];
        const float *v = l->v + o * cols;
        float *dy = l->dy + o * cols;
        double g = 0, s = 0;
        for (int64_t j = 0; j < cols; j++) {
            float z = gain * v[j] + shift, d = z >= l->lo && z <= l->hi ? dy[j] : 0;
            g += (double)(d * v[j]);
            s += (double)d;
            dy[j] = gain * d;
        }
        dgain[o] = (float)g;
        dshift[o] = (float)s;
    }
}

/* The place of a window's greatest code (the first of equals); all codes are >= lo. */
static int64_t window_best(const Link *l, const float *map, int i, int j)
{
    int64_t best = -1;
    for (int u = 0; u < l->kernel[0]; u++)
        for (int v = 0; v < l->kernel[1]; v++) {
            int row = i * l->stride[0] + u - l->pad[0], at = j * l->stride[1] + v - l->pad[1];
            if (row < 0 || row >= l->in.h || at < 0 || at >= l->in.w)
                continue;
            int64_t here = (int64_t)row * l->in.w + at;
            best = best < 0 || map[here] > map[best] ? here : best;
        }
    return best;
}

/* x -> greatest of each window, or, where dx is given, dy -> dx. */
static void pool(const Link *l, int n, const float *x, float *y, float *dx)
{
#pragma omp parallel for schedule(static)
    for (int m = 0; m < l->in.c * n; m++) {
        const float *map = x + (int64_t)m * pixels(l->in);
        float *to = y + (int64_t)m * pixels(l->out);
        float *back = dx ? dx + (int64_t)m * pixels(l->in) : NULL;
        if (back)
            memset(back, 0, (size_t)pixels(l->in) * sizeof *back);
        for (int i = 0, p = 0; i < l->out.h; i++)
            for (int j = 0; j < l->out.w; j++, p++) {
                int64_t best = window_best(l, map, i, j);
                if (back)
                    back[best] += to[p];
                else
                    to[p] = map[best];
            }
    }
}

void chain_forward(Chain *c, int n)
{
    float *x = c->k;
    for (int i = 0; i < c->n_link; x = c->link[i++].y) {
        Link *l = &c->link[i];
        if (!l->f) {
            pool(l, n, x, l->y, NULL);
            continue;
        }
        round_weights(l);
        product(false, false, l->out.c, n * pixels(l->out), l->taps, l->q, windows(l, n, x, c->col),
                l->v);
        fire(l, n);
    }
}

/* One step of Adam (Kingma and Ba 2015, algorithm 1). */
static void adam(Param *p, const float *g, int step, double rate)
{
    const float b1 = 0.9f, b2 = 0.999f;
    double fix = sqrt(1 - pow((double)b2, step)) / (1 - pow((double)b1, step));
    float by = (float)(rate * p->unit * fix);
    float least = (float)(1e-8 * sqrt(1 - pow((double)b2, step)));
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < p->n; i++) {
        p->mean[i]   = b1 * p->mean[i] + (1 - b1) * g[i];
        p->square[i] = b2 * p->square[i] + (1 - b2) * g[i] * g[i];
        p->x[i] -= by * p->mean[i] / (sqrtf(p->square[i]) + least);
    }
}

/* A latent weight stays where one step can bring it back over the last rounding edge. */
static void bound_latent(Param *p, int weight_bits)
{
    float top = (float)fit_weight_max(weight_bits) + 0.49f;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < p->n; i++)
        p->x[i] = p->x[i] > top ? top : p->x[i] < -top ? -top : p->x[i];
}

/* A layer with one gain gets the sum; gains stay positive. */
static void step_scales(Link *l, float *dgain, const float *dshift, int step, double rate)
{
    if (l->gain.n == 1)
        for (int o = 1; o < l->out.c; o++) dgain[0] += dgain[o];
    adam(&l->gain, dgain, step, rate);
    for (int64_t o = 0; o < l->gain.n; o++)
        l->gain.x[o] = fmaxf(l->gain.x[o], (float)(l->gain.unit / 256));
    adam(&l->shift, dshift, step, rate);
}

void chain_backward(Chain *c, int n, int step, double rate)
{
    for (int i = c->n_link - 1; i >= 0; i--) {
        Link *l = &c->link[i];
        float *x = i ? c->link[i - 1].y : c->k, *dx = i ? c->link[i - 1].dy : NULL;
        int cols = n * pixels(l->out);
        if (!l->f) {
            pool(l, n, x, l->dy, dx);
            continue;
        }
        float *dgain = c->dq, *dshift = c->dq + l->out.c;
        fire_back(l, n, dgain, dshift);
        step_scales(l, dgain, dshift, step, rate);
        if (l->latent.n) {
            product(false, true, l->out.c, l->taps, cols, l->dy, windows(l, n, x, c->col), c->dq);
            adam(&l->latent, c->dq, step, rate);
            bound_latent(&l->latent, l->f->weight_bits);
        }
        if (i == 0)
            continue;
        product(true, false, l->taps, cols, l->out.c, l->q, l->dy, is_plain(l) ? dx : c->col);
        if (!is_plain(l))
            windows_back(l, n, dx, c->col);
    }
}

static Param param_new(int64_t n, double unit, Arena *perm)
{
    size_t count = (size_t)n;
    return (Param){ NEW(perm, float, count), NEW(perm, float, count), NEW(perm, float, count), n,
                    unit };
}

static void add_synapses(Link *l, Fit *f, bool weights, double spread, Arena *perm)
{
    bool fires = f->steps > 0;
    int64_t n = (int64_t)f->out * f->in;
    l->f = f;
    l->taps = f->in;
    l->lo = fires ? (float)fit_code_min(f->signed_out, f->steps) : -INFINITY;
    l->hi = fires ? (float)fit_code_max(f->signed_out, f->steps) : INFINITY;
    l->q = NEW(perm, float, (size_t)n);
    l->latent = param_new(weights ? n : 0, weight_unit, perm);
    l->gain   = param_new(fires ? f->out : 1, 0, perm);
    l->shift  = param_new(f->out, fires ? 1 : spread, perm);
    for (int64_t i = 0; i < n; i++) l->q[i] = f->q[i];
    for (int64_t i = 0; i < l->latent.n; i++) l->latent.x[i] = f->q[i];
    double unit = fires ? f->scale : 1;
    for (int64_t o = 0; o < l->gain.n; o++) {
        l->gain.x[o] = (float)(f->a[o] / unit);
        l->gain.unit += f->a[o] / unit / (double)l->gain.n;
    }
    for (int o = 0; o < f->out; o++) l->shift.x[o] = (float)(f->offset[o] / unit);
}

static Link link_new(const Graph *snn, int node, Fit *f, int batch, bool weights,
                     double spread, Arena *perm)
{
    const Node *n = &snn->node[node];
    Link l = { .n = n, .in = snn->node[n->in[0]].shape, .out = n->shape, .stride = { 1, 1 } };
    bool dense = n->op == OP_S_DENSE;
    l.kernel[0] = dense ? l.in.h : n->kernel[0];
    l.kernel[1] = dense ? l.in.w : n->kernel[1];
    for (int d = 0; d < 2 && !dense; d++) {
        l.stride[d] = n->stride[d];
        l.pad[d] = n->pad[d];
    }
    size_t outs = (size_t)shape_count(l.out) * (size_t)batch;
    if (op_is_synapse(n->op)) {
        add_synapses(&l, f, weights, spread, perm);
        l.v = NEW(perm, float, outs);
    }
    l.y  = NEW(perm, float, outs);
    l.dy = NEW(perm, float, outs);
    return l;
}

Chain chain_new(const Graph *snn, Fit *fit, int batch, bool weights, double spread, Arena *perm)
{
    Chain c = { .batch = batch, .n_link = snn->n_node - 1, .in = snn->node[0].shape };
    int64_t cols = 1, most = 1;
    c.link = NEW(perm, Link, (size_t)c.n_link);
    c.k = NEW(perm, float, (size_t)(batch * shape_count(c.in)));
    for (int i = 0; i < c.n_link; i++) {
        Link *l = &c.link[i];
        *l = link_new(snn, i + 1, fit, batch, weights, spread, perm);
        if (!l->f)
            continue;
        fit++;
        int64_t col = (int64_t)l->taps * batch * pixels(l->out);
        int64_t size = l->latent.n > 2 * l->out.c ? l->latent.n : 2 * l->out.c;
        cols = col > cols && !is_plain(l) ? col : cols;
        most = size > most ? size : most;
    }
    c.col = NEW(perm, float, (size_t)cols);
    c.dq  = NEW(perm, float, (size_t)most);
    openblas_set_num_threads(1);
    return c;
}

void chain_store(const Chain *c)
{
    for (int i = 0; i < c->n_link; i++) {
        Link *l = &c->link[i];
        if (!l->f)
            continue;
        Fit *f = l->f;
        double unit = f->steps ? f->scale : 1;
        round_weights(l);
        for (int64_t k = 0; k < l->latent.n; k++) f->q[k] = (int8_t)l->q[k];
        for (int o = 0; o < f->out; o++) {
            f->a[o] = (double)gain_of(l, o) * unit;
            f->offset[o] = (double)l->shift.x[o] * unit;
        }
        if (!f->steps)
            f->scale = f->a[0];
    }
}
