/* The scale of a layer's output code: least squares against the float activations, after the
 * pools that follow (rounding and maximum commute), given the layer's own integer weights. */
#include "ir/eval.h"
#include "quant/fit.h"
#include <math.h>

double fit_scale(const float *x, const float *y, int64_t n, int64_t most, bool sign, int steps)
{
    enum { GRID = 100 };
    int64_t every = n / most + 1;
    int lo = fit_code_min(sign, steps), hi = fit_code_max(sign, steps);
    double top = 0, e[GRID + 1] = { INFINITY };
    const float *from = y ? y : x;
    for (int64_t i = 0; i < n; i += every) top = fmax(top, fabs((double)x[i]));
    double unit = top / (sign ? -lo : hi) / GRID;
    if (top <= 0)
        return 1;
#pragma omp parallel for schedule(static)
    for (int g = 1; g <= GRID; g++) {
        double t = unit * g, per = 1 / t, sum = 0;
        for (int64_t i = 0; i < n; i += every) {
            double d = (double)x[i] - t * fit_round((double)from[i] * per, lo, hi);
            sum += d * d;
        }
        e[g] = sum;
    }
    int best = 0;
    for (int g = 1; g <= GRID; g++) best = e[g] < e[best] ? g : best;
    return unit * best;
}

void fit_eval(const Fit *f, const float *w, const float *b, const float *in, int n, float *z,
              Arena scratch)
{
    Graph g = graph_new(&scratch);
    const Tensor *like = graph_role(f->net, f->n, ROLE_w);
    int x = graph_node(&g, OP_INPUT, "k"), y = graph_node(&g, f->n->op, f->n->name);
    int wt = graph_tensor(&g, "w", DT_F32, like->rank, like->dim);
    int bt = graph_tensor(&g, "b", DT_F32, 1, like->dim);
    Node copy = *f->n;
    copy.in[0] = x;
    copy.role[ROLE_w] = wt;
    copy.role[ROLE_b] = bt;
    g.node[y] = copy;
    g.node[x].shape = f->net->node[f->n->in[0]].shape;
    for (int64_t i = 0; i < (int64_t)f->out * f->in; i++) g.tensor[wt].f32[i] = w[i];
    for (int o = 0; o < f->out; o++) g.tensor[bt].f32[o] = b ? b[o] : 0;
    eval_node(&g, y, in, n, z, scratch);
}

int64_t fit_after(const Calib *cal, const Fit *f, float *z, float **out, Arena *perm)
{
    int64_t each = shape_count(f->n->shape);
    int64_t rectified = cal->relu ? cal->n * each : 0;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < rectified; i++) z[i] = z[i] > 0 ? z[i] : 0;
    *out = z;
    for (int p = cal->first; p < cal->last; p++) {
        if (cal->net->node[p].op != OP_MAXPOOL)
            continue;
        each = shape_count(cal->net->node[p].shape);
        float *pooled = NEW(perm, float, (size_t)(cal->n * each));
        eval_node(cal->net, p, *out, cal->n, pooled, *perm);
        *out = pooled;
    }
    return each;
}

/* a (q k) + offset, ReLU and pools included, for all calibration images. */
static int64_t quantised_outputs(const Fit *f, const Calib *cal, float **y, Arena *perm)
{
    int64_t weights = (int64_t)f->out * f->in, outs = shape_count(f->n->shape);
    int64_t ins = cal->n * shape_count(f->net->node[f->n->in[0]].shape);
    float *z = NEW(perm, float, (size_t)(cal->n * outs));
    Arena scratch = *perm;
    float *w = NEW(&scratch, float, (size_t)weights), *b = NEW(&scratch, float, (size_t)f->out);
    float *k = NEW(&scratch, float, (size_t)ins);
    for (int64_t i = 0; i < weights; i++) w[i] = (float)(f->a[i / f->in] * f->q[i]);
    for (int o = 0; o < f->out; o++) b[o] = (float)f->offset[o];
    for (int64_t i = 0; i < ins; i++) k[i] = cal->k[i];
    fit_eval(f, w, b, k, cal->n, z, scratch);
    return fit_after(cal, f, z, y, perm);
}

/* The value that y becomes, as a code or, where the layer does not fire, as it is. */
static double error_of(const Fit *f, const float *x, const float *y, int64_t n)
{
    int lo = fit_code_min(f->signed_out, f->steps), hi = fit_code_max(f->signed_out, f->steps);
    double e = 0, all = 0;
    for (int64_t i = 0; i < n; i++) {
        double v = f->steps ? f->scale * fit_round((double)y[i] / f->scale, lo, hi) : (double)y[i];
        e += ((double)x[i] - v) * ((double)x[i] - v);
        all += (double)x[i] * (double)x[i];
    }
    return all > 0 ? sqrt(e / all) : 0;
}

/* The scale at which the greatest value has the greatest code. */
static double greatest(const Fit *f, const float *x, int64_t n)
{
    double top = 0;
    for (int64_t i = 0; i < n; i++) top = fmax(top, fabs((double)x[i]));
    return top > 0 ? top / fit_code_max(f->signed_out, f->steps) : 1;
}

/* The float layer's outputs, ReLU and pools included -> x. Returns how many in all. */
static int64_t float_outputs(const Fit *f, const Calib *cal, float **x, Arena *perm)
{
    int64_t outs = cal->n * shape_count(f->n->shape);
    float *z = NEW(perm, float, (size_t)outs);
    for (int64_t i = 0; i < outs; i++) z[i] = cal->z[i];
    return cal->n * fit_after(cal, f, z, x, perm);
}

double fit_code_error(const Fit *f, const Calib *cal, Arena scratch)
{
    float *x, *y;
    int64_t n = float_outputs(f, cal, &x, &scratch);
    quantised_outputs(f, cal, &y, &scratch);
    return error_of(f, x, y, n);
}

static Err fit_codes(Fit *f, const Calib *cal, bool search, Arena scratch)
{
    float *x, *y;
    int64_t n = float_outputs(f, cal, &x, &scratch);
    quantised_outputs(f, cal, &y, &scratch);
    f->scale = !f->steps ? f->a[0]
               : search  ? fit_scale(x, y, n, FIT_SAMPLE, f->signed_out, f->steps)
                         : greatest(f, x, n);
    f->report.code_error = error_of(f, x, y, n);
    return ERR_NONE;
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)c;
    return fit_codes(f, cal, true, scratch);
}

static Err greatest_only(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)c;
    return fit_codes(f, cal, false, scratch);
}

const QuantPass quant_activation = {
    .name    = "activation",
    .help    = "scale of the output code by least squares; else the greatest value decides",
    .source  = "least squares on a grid",
    .run     = run,
    .instead = greatest_only,
};
