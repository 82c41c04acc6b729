/* The quantised network as a whole, made to give what the float network gives: thresholds, biases
 * and, if wanted, the weights' rounding, by gradient descent through the codes (chain.h). No label
 * is looked at: the loss is the divergence of the two networks' class probabilities at a high
 * temperature. Batches are mixtures of two calibration images each, so that a few hundred images,
 * seen many times, are not learnt by heart: the float network knows the answer to any picture. */
#include "quant/refine.h"
#include "base/rng.h"
#include "ir/eval.h"
#include "quant/chain.h"
#include "sim/sim.h"
#include <math.h>
#include <string.h>

enum { BATCH = 64, STEPS = 320 };
static const double first_rate = 0.01; /* falls to 0 along half a cosine */

typedef struct Teach {
    const Graph *net, *snn;
    const float *calib;
    int     n, classes;
    double  temperature, unit;  /* unit: real value of 1 in the chain's output        */
    int    *order;              /* [n]: images of this epoch                          */
    float  *x, *score;          /* [batch, image], [batch, classes]: float network    */
    int16_t *k;                 /* [batch, image]                                     */
    float **out;                /* per float node: score for the last, else NULL      */
    Chain   chain;
    Rng     rng;
} Teach;

/* Float scores of n images in t->x, their codes into the chain. */
static Err prepare(Teach *t, int n, Arena scratch, Ctx *c)
{
    Shape s = t->chain.in;
    int64_t each = shape_count(s), map = (int64_t)s.h * s.w;
    TRY(eval_graph(t->net, t->x, n, t->out, scratch, c));
    TRY(sim_encode(t->snn, &(SimInput){ .x = t->x, .n = n }, t->k, c));
    for (int ch = 0; ch < s.c; ch++)
        for (int i = 0; i < n; i++)
            for (int64_t p = 0; p < map; p++)
                t->chain.k[(ch * n + i) * map + p] = t->k[i * each + ch * map + p];
    return ERR_NONE;
}

static void softmax(const double *x, int n, double *p)
{
    double top = x[0], sum = 0;
    for (int i = 1; i < n; i++) top = fmax(top, x[i]);
    for (int i = 0; i < n; i++) sum += p[i] = exp(x[i] - top);
    for (int i = 0; i < n; i++) p[i] /= sum;
}

/* Divergence at temperature t, times t^2, summed over n images (Hinton et al. 2015, section 2);
 * its gradient over the batch into the last dy. */
static double loss(Teach *t, int n, Arena scratch)
{
    Link *last = &t->chain.link[t->chain.n_link - 1];
    int m = t->classes;
    double *want = NEW(&scratch, double, (size_t)m), *got = NEW(&scratch, double, (size_t)m);
    double heat = t->temperature, sum = 0;
    for (int i = 0; i < n; i++) {
        for (int o = 0; o < m; o++) {
            want[o] = (double)t->score[i * m + o] / heat;
            got[o] = (double)last->y[(int64_t)o * n + i] * t->unit / heat;
        }
        softmax(want, m, want);
        softmax(got, m, got);
        for (int o = 0; o < m; o++) {
            sum += heat * heat * want[o] * log(fmax(want[o], 1e-30) / fmax(got[o], 1e-30));
            last->dy[(int64_t)o * n + i] = (float)(heat * (got[o] - want[o]) * t->unit / n);
        }
    }
    return sum;
}

static void copy_image(Teach *t, int slot, int image)
{
    int64_t each = shape_count(t->chain.in);
    memcpy(t->x + slot * each, t->calib + image * each, (size_t)each * sizeof *t->x);
}

/* Mean loss over the calibration images as they are. */
static Err whole_loss(Teach *t, double *mean, Arena scratch, Ctx *c)
{
    *mean = 0;
    for (int i = 0; i < t->n; i += t->chain.batch) {
        int n = t->n - i < t->chain.batch ? t->n - i : t->chain.batch;
        for (int k = 0; k < n; k++) copy_image(t, k, i + k);
        TRY(prepare(t, n, scratch, c));
        chain_forward(&t->chain, n);
        *mean += loss(t, n, scratch) / t->n;
    }
    return ERR_NONE;
}

/* The next batch: every image once in an epoch, each mixed with one drawn from all. */
static void draw(Teach *t, int step)
{
    int64_t each = shape_count(t->chain.in);
    for (int i = 0; i < t->chain.batch; i++) {
        int at = (int)(((int64_t)step * t->chain.batch + i) % t->n);
        for (int k = t->n - 1; at == 0 && k > 0; k--) {
            int other = (int)rng_below(&t->rng, (uint64_t)k + 1), keep = t->order[k];
            t->order[k] = t->order[other];
            t->order[other] = keep;
        }
        copy_image(t, i, t->order[at]);
        const float *with = t->calib + (int64_t)rng_below(&t->rng, (uint64_t)t->n) * each;
        float share = (float)rng_unit(&t->rng);
        for (int64_t p = 0; p < each; p++)
            t->x[i * each + p] += share * (with[p] - t->x[i * each + p]);
    }
}

/* Standard deviation of the float scores around each image's mean. */
static Err spread(Teach *t, double *deviation, Arena scratch, Ctx *c)
{
    float *score = NEW(&scratch, float, (size_t)t->n * (size_t)t->classes);
    float **out = NEW(&scratch, float *, (size_t)t->net->n_node);
    out[t->net->n_node - 1] = score;
    TRY(eval_graph(t->net, t->calib, t->n, out, scratch, c));
    double sum = 0;
    for (int i = 0; i < t->n; i++, score += t->classes) {
        double mean = 0;
        for (int o = 0; o < t->classes; o++) mean += (double)score[o] / t->classes;
        for (int o = 0; o < t->classes; o++) sum += pow((double)score[o] - mean, 2);
    }
    *deviation = sqrt(sum / t->n / t->classes);
    return ERR_NONE;
}

static Err teach_new(Teach *t, Fit *fit, int n_fit, bool weights, Arena *a, Ctx *c)
{
    const Node *last = &t->net->node[t->net->n_node - 1];
    int batch = t->n < BATCH ? t->n : BATCH;
    t->classes = (int)shape_count(last->shape);
    TRY(spread(t, &t->temperature, *a, c));
    t->unit = fit[n_fit - 1].steps > 0 ? fit[n_fit - 1].scale : 1;
    t->chain = chain_new(t->snn, fit, batch, weights, t->temperature, a);
    size_t all = (size_t)batch * (size_t)shape_count(t->chain.in);
    t->x = NEW(a, float, all);
    t->k = NEW(a, int16_t, all);
    t->score = NEW(a, float, (size_t)batch * (size_t)t->classes);
    t->out = NEW(a, float *, (size_t)t->net->n_node);
    t->out[t->net->n_node - 1] = t->score;
    t->order = NEW(a, int, (size_t)t->n);
    for (int i = 0; i < t->n; i++) t->order[i] = i;
    return ERR_NONE;
}

Err quant_refine_all(const Graph *net, const Graph *snn, const float *calib, int n, Fit *fit,
                     int n_fit, bool weights, QuantReport *r, Arena scratch, Ctx *c)
{
    Teach t = { .net = net, .snn = snn, .calib = calib, .n = n, .rng = { 1 } };
    TRY(teach_new(&t, fit, n_fit, weights, &scratch, c));
    if (t.temperature <= 0)
        return ERR_NONE; /* one score, or scores that never differ: nothing to compare */
    TRY(whole_loss(&t, &r->loss_before, scratch, c));
    for (int i = 0; i < STEPS; i++) {
        draw(&t, i);
        TRY(prepare(&t, t.chain.batch, scratch, c));
        chain_forward(&t.chain, t.chain.batch);
        loss(&t, t.chain.batch, scratch);
        double angle = acos(-1) * i / STEPS;
        chain_backward(&t.chain, t.chain.batch, i + 1, first_rate * (1 + cos(angle)) / 2);
    }
    TRY(whole_loss(&t, &r->loss_after, scratch, c));
    if (r->loss_after < r->loss_before)
        chain_store(&t.chain);
    else
        r->loss_after = r->loss_before;
    return ERR_NONE;
}

const QuantPass quant_refine = {
    .name   = "refine",
    .help   = "thresholds and biases of all layers by descent on the network's scores; else as fitted",
    .source = "Esser et al. 2020 (learned step size), section 2; Hinton et al. 2015, section 2, for the loss",
};

const QuantPass quant_adapt = {
    .name   = "adapt",
    .help   = "the same descent moves weights between integers; else they keep their rounding",
    .source = "Nagel et al. 2020 (AdaRound), section 3, with straight-through latent weights instead",
};
