/* The quantised network as a whole, made to give what the float network gives: thresholds, biases
 * and, if wanted, the weights' rounding, by gradient descent through the codes (chain.h). No label
 * is looked at: the loss is the divergence of the two networks' class probabilities at a high
 * temperature. To the calibration images come mixtures of two each, so that a few hundred, seen
 * many times, are not learnt by heart: the float network knows the answer to any picture. */
#include "quant/refine.h"
#include "base/rng.h"
#include "ir/eval.h"
#include "quant/chain.h"
#include "sim/sim.h"
#include <math.h>
#include <string.h>

enum { BATCH = 64, STEPS = 320, MIXED = 6, PROBE = 10 };
static const double first_rate = 0.02; /* falls to 0 along half a cosine */
static const double most_of_other = 0.4; /* in a mixture: it stays near the first picture */
/* A loss that has risen so much after PROBE steps will not come down again: in a network with far
 * more channels than images, every step undoes more of the layers' own fits than it mends. */
static const double hopeless = 2.5;

/* A picture to learn from: calibration image `image`, a share of it replaced by image `with`. */
typedef struct Lesson { int image, with; float share; } Lesson;

typedef struct Teach {
    const Graph *net, *snn;
    const float *calib;
    int     n, classes;
    double  temperature, unit;  /* unit: real value of 1 in the chain's output           */
    int     n_lesson;           /* the n images as they are, then MIXED n mixtures       */
    Lesson *lesson;
    int    *order;              /* [n_lesson]: images first, then mixtures               */
    int     taken[2];           /* images and mixtures so far                            */
    float  *score;              /* [n_lesson, classes]: what the float network gives     */
    bool   *asked;              /* [n_lesson]: it was asked about this lesson            */
    int    *batch;              /* [chain.batch]: lessons in the chain                   */
    float  *x;                  /* [batch, image]                                        */
    int16_t *k;                 /* [batch, image]                                        */
    Chain   chain;
    Rng     rng;
} Teach;

/* Lessons as pictures. */
static void show(Teach *t, const int *lesson, int n)
{
    int64_t each = shape_count(t->net->node[0].shape);
    for (int i = 0; i < n; i++) {
        Lesson l = t->lesson[lesson[i]];
        const float *image = t->calib + l.image * each, *with = t->calib + l.with * each;
        for (int64_t p = 0; p < each; p++)
            t->x[i * each + p] = image[p] + l.share * (with[p] - image[p]);
    }
}

/* The float network's scores of the first n lessons of t->batch: it is asked once about each. */
static Err ask(Teach *t, int n, Arena scratch, Ctx *c)
{
    int *fresh = NEW(&scratch, int, (size_t)n), m = 0, nodes = t->net->n_node;
    float **out = NEW(&scratch, float *, (size_t)nodes);
    float *score = NEW(&scratch, float, (size_t)n * (size_t)t->classes);
    for (int i = 0; i < n; i++)
        if (!t->asked[t->batch[i]]) {
            t->asked[t->batch[i]] = true;
            fresh[m++] = t->batch[i];
        }
    show(t, fresh, m);
    out[nodes - 1] = score;
    TRY(eval_graph(t->net, t->x, m, out, scratch, c));
    for (int i = 0; i < m; i++)
        memcpy(t->score + (int64_t)fresh[i] * t->classes, score + (int64_t)i * t->classes,
               (size_t)t->classes * sizeof *score);
    return ERR_NONE;
}

/* Their codes through the chain. */
static Err answer(Teach *t, int n, Ctx *c)
{
    Shape s = t->chain.in;
    int64_t each = shape_count(s), map = (int64_t)s.h * s.w;
    show(t, t->batch, n);
    TRY(sim_encode(t->snn, &(SimInput){ .x = t->x, .n = n }, t->k, c));
    for (int ch = 0; ch < s.c; ch++)
        for (int i = 0; i < n; i++)
            for (int64_t p = 0; p < map; p++)
                t->chain.k[(ch * n + i) * map + p] = t->k[i * each + ch * map + p];
    chain_forward(&t->chain, n);
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
            want[o] = (double)t->score[(int64_t)t->batch[i] * m + o] / heat;
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

/* Mean loss over the calibration images as they are. */
static Err whole_loss(Teach *t, double *mean, Arena scratch, Ctx *c)
{
    *mean = 0;
    for (int i = 0; i < t->n; i += t->chain.batch) {
        int n = t->n - i < t->chain.batch ? t->n - i : t->chain.batch;
        for (int k = 0; k < n; k++) t->batch[k] = i + k;
        TRY(answer(t, n, c));
        *mean += loss(t, n, scratch) / t->n;
    }
    return ERR_NONE;
}

/* The next of the lessons from `first` to `first + n - 1`: all in turn, then all in another order. */
static int next_lesson(Teach *t, int first, int n, int *taken)
{
    int *order = t->order + first, at = (*taken)++ % n;
    for (int k = n - 1; at == 0 && k > 0; k--) {
        int other = (int)rng_below(&t->rng, (uint64_t)k + 1), keep = order[k];
        order[k] = order[other];
        order[other] = keep;
    }
    return order[at];
}

/* Half of a batch are images as they are. */
static void next_batch(Teach *t)
{
    for (int i = 0; i < t->chain.batch; i++)
        t->batch[i] = i % 2 ? next_lesson(t, t->n, t->n_lesson - t->n, &t->taken[1])
                            : next_lesson(t, 0, t->n, &t->taken[0]);
}

static void make_lessons(Teach *t, Arena *a)
{
    t->n_lesson = (1 + MIXED) * t->n;
    t->lesson = NEW(a, Lesson, (size_t)t->n_lesson);
    t->order = NEW(a, int, (size_t)t->n_lesson);
    for (int i = 0; i < t->n_lesson; i++) {
        t->order[i] = i;
        t->lesson[i] = (Lesson){ .image = i % t->n };
        if (i < t->n)
            continue;
        t->lesson[i].with = (int)rng_below(&t->rng, (uint64_t)t->n);
        t->lesson[i].share = (float)(most_of_other * rng_unit(&t->rng));
    }
}

/* The float network's scores of the calibration images themselves. */
static Err ask_images(Teach *t, int batch, Arena scratch, Ctx *c)
{
    for (int i = 0; i < t->n; i += batch) {
        int n = t->n - i < batch ? t->n - i : batch;
        for (int k = 0; k < n; k++) t->batch[k] = i + k;
        TRY(ask(t, n, scratch, c));
    }
    return ERR_NONE;
}

/* Standard deviation of the calibration images' float scores around each image's mean. */
static double spread(const Teach *t)
{
    double sum = 0;
    for (int i = 0; i < t->n; i++) {
        const float *score = t->score + (int64_t)i * t->classes;
        double mean = 0;
        for (int o = 0; o < t->classes; o++) mean += (double)score[o] / t->classes;
        for (int o = 0; o < t->classes; o++) sum += pow((double)score[o] - mean, 2);
    }
    return sqrt(sum / t->n / t->classes);
}

static Err teach_new(Teach *t, Fit *fit, int n_fit, bool weights, Arena *a, Ctx *c)
{
    int batch = t->n < BATCH ? t->n : BATCH;
    size_t all = (size_t)batch * (size_t)shape_count(t->net->node[0].shape);
    t->classes = (int)shape_count(t->net->node[t->net->n_node - 1].shape);
    t->x = NEW(a, float, all);
    t->k = NEW(a, int16_t, all);
    t->batch = NEW(a, int, (size_t)batch);
    make_lessons(t, a);
    t->score = NEW(a, float, (size_t)t->n_lesson * (size_t)t->classes);
    t->asked = NEW(a, bool, (size_t)t->n_lesson);
    TRY(ask_images(t, batch, *a, c));
    t->temperature = spread(t);
    t->unit = fit[n_fit - 1].steps > 0 ? fit[n_fit - 1].scale : 1;
    t->chain = chain_new(t->snn, fit, batch, weights, t->temperature, a);
    return ERR_NONE;
}

/* Steps from .. to - 1 of STEPS. */
static Err descend(Teach *t, int from, int to, Arena scratch, Ctx *c)
{
    for (int i = from; i < to; i++) {
        double angle = acos(-1) * i / STEPS;
        next_batch(t);
        TRY(ask(t, t->chain.batch, scratch, c));
        TRY(answer(t, t->chain.batch, c));
        loss(t, t->chain.batch, scratch);
        chain_backward(&t->chain, t->chain.batch, i + 1, first_rate * (1 + cos(angle)) / 2);
    }
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
    TRY(descend(&t, 0, PROBE, scratch, c));
    TRY(whole_loss(&t, &r->loss_after, scratch, c));
    if (r->loss_after < hopeless * r->loss_before) {
        TRY(descend(&t, PROBE, STEPS, scratch, c));
        TRY(whole_loss(&t, &r->loss_after, scratch, c));
    }
    if (r->loss_after < r->loss_before)
        chain_store(&t.chain);
    else
        r->loss_after = r->loss_before;
    return ERR_NONE;
}

const QuantPass quant_refine = {
    .name   = "refine",
    .help   = "thresholds and biases of all layers by descent on the scores; else as fitted",
    .source = "Esser et al. 2020 (learned step size), section 2; the loss: Hinton et al. 2015",
};

const QuantPass quant_adapt = {
    .name   = "adapt",
    .help   = "the same descent moves weights between integers; else they keep their rounding",
    .source = "Nagel et al. 2020 (AdaRound), section 3; here by straight-through latent weights",
};
