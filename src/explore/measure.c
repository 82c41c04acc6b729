/* A batch of networks, each quantised, simulated on the held images and planned, in parallel where
 * they are small; nothing of one depends on another. */
#include "explore/measure.h"
#include "ir/eval.h"
#include "sim/sim.h"
#include <math.h>
#include <omp.h>
#include <string.h>

enum { THREADS_MAX = MEASURE_BATCH, SMALL_BYTES = 192 << 20 };

/* What quantize() needs, roughly: two float and code maps of all images, covariances of the widest
 * layer. Threads share the networks of a batch only where that is little. */
static int threads_for(const Graph *net, int images)
{
    double map = 0, wide = 0;
    for (int i = 0; i < net->n_node; i++) {
        const Node *n = &net->node[i];
        const Tensor *w = op_is_synapse(n->op) ? graph_role(net, n, ROLE_w) : NULL;
        map = fmax(map, (double)shape_count(n->shape));
        wide = w ? fmax(wide, (double)tensor_count(w) / w->dim[0]) : wide;
    }
    double bytes = 16 * map * images + 12 * wide * wide;
    int most = omp_get_max_threads();
    return bytes > SMALL_BYTES ? 1 : most < THREADS_MAX ? most : THREADS_MAX;
}

Err measure_start(Measure *m, const Graph *net, const SearchOptions *o, Arena *perm, Arena scratch,
                  Ctx *c)
{
    const Node *last = &net->node[net->n_node - 1];
    *m = (Measure){ .net = net, .o = o, .n_layer = quant_n_layers(net),
                    .classes = (int)shape_count(last->shape),
                    .n_thread = threads_for(net, o->n_calib) };
    int64_t all = (int64_t)o->n_held * m->classes;
    float *z = NEW(perm, float, (size_t)all);
    float **out = NEW(perm, float *, (size_t)net->n_node);
    out[net->n_node - 1] = z;
    TRY(eval_graph(net, o->held, o->n_held, out, scratch, c));
    for (int64_t i = 0; i < all; i++) m->power += (double)z[i] * (double)z[i] / (double)all;
    m->z = z;
    size_t part = (size_t)(scratch.end - scratch.beg) / (8 * MEASURE_BATCH) & ~(size_t)63;
    for (int k = 0; k < MEASURE_BATCH; k++) {
        m->room[k] = (Arena){ scratch.beg, scratch.beg + part };
        scratch.beg += part;
    }
    m->scratch = scratch;
    return ERR_NONE;
}

static int argmax(const float *z, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++) best = z[i] > z[best] ? i : best;
    return best;
}

/* error and agreement of the scores v [n_held, classes]. */
static void compare(const Measure *m, const int64_t *v, double scale, SearchPoint *p)
{
    int n = m->o->n_held, agree = 0;
    double sum = 0;
    for (int k = 0; k < n; k++) {
        const int64_t *vk = v + (int64_t)k * m->classes;
        const float *zk = m->z + (int64_t)k * m->classes;
        for (int i = 0; i < m->classes; i++) {
            double d = scale * (double)vk[i] - (double)zk[i];
            sum += d * d;
        }
        agree += sim_argmax(vk, m->classes) == argmax(zk, m->classes);
    }
    p->error = sqrt(sum / ((double)n * m->classes) / fmax(m->power, 1e-30));
    p->agreement = 100.0 * agree / n;
}

static Err simulate(const Measure *m, const Graph *snn, double scale, SearchPoint *p, Arena a,
                    Ctx *c)
{
    int n = m->o->n_held;
    Sim *sim;
    TRY(sim_new(snn, &a, &sim, c));
    SimCount *count = NEW(&a, SimCount, (size_t)snn->n_node);
    int64_t *v = NEW(&a, int64_t, (size_t)n * (size_t)m->classes);
    SimInput in = { .x = m->o->held, .n = n };
    SimOut out = { .logit = v };
    TRY(sim_run(sim, &in, &out, count, a, c));
    compare(m, v, scale, p);
    p->spikes = (double)sim_spikes(snn, count) / n;
    p->sops = (double)sim_sops(snn, count) / n;
    return ERR_NONE;
}

/* The fastest folding that fits, as `e3ne plan` finds it; what does not fit is no failure of the
 * search. */
static Err plan(const Measure *m, const Graph *snn, SearchPoint *p, Arena a, Ctx *c)
{
    Plan fold;
    PlanOptions o = *m->o->plan;
    Arena scratch = a;
    char *half = a.beg + (a.end - a.beg) / 2;
    a.end = scratch.beg = half;
    o.max_interval = 0;
    Err e = plan_pipeline(snn, &o, &a, scratch, &fold, c);
    p->cycles = e == ERR_FIT ? SEARCH_NO_FIT : (double)fold.interval;
    if (e == ERR_FIT)
        *c = (Ctx){ 0 };
    return e == ERR_FIT ? ERR_NONE : e;
}

static Err measure_one(const Measure *m, SearchPoint *p, bool all, Arena *room, Graph *snn,
                       Arena scratch, Ctx *c)
{
    const SearchOptions *o = m->o;
    QuantOptions q = o->quant;
    QuantReport report;
    bool few = o->few && !all;
    q.steps = o->top_steps;
    q.weight_bits = o->top_bits;
    q.input_steps = p->knob[0];
    q.layer_steps = p->knob + 1;
    q.layer_bits = p->knob + 1 + m->n_layer;
    q.n_layer = m->n_layer;
    *snn = graph_new(room);
    TRY(quantize(m->net, &q, few ? o->few : o->calib, few ? o->n_few : o->n_calib, snn, &report,
                 scratch, c));
    p->weight_bits = (double)quant_weight_bits(snn);
    TRY(simulate(m, snn, report.output_scale, p, scratch, c));
    return o->plan ? plan(m, snn, p, scratch, c) : ERR_NONE;
}

/* Part k of n of an arena. */
static Arena part_of(Arena a, int k, int n)
{
    size_t part = (size_t)(a.end - a.beg) / (size_t)n & ~(size_t)63;
    return (Arena){ a.beg + (size_t)k * part, a.beg + (size_t)(k + 1) * part };
}

Err measure_batch(const Measure *m, SearchPoint *p, int n, bool all, Graph *snn, Ctx *c)
{
    Arena rooms[MEASURE_BATCH], *room = rooms, rest = m->scratch;
    memcpy(rooms, m->room, sizeof rooms);
    Ctx *own = NEW(&rest, Ctx, MEASURE_BATCH);
    Err failed[MEASURE_BATCH];
#pragma omp parallel for schedule(dynamic) num_threads(m->n_thread) if (m->n_thread > 1)
    for (int k = 0; k < n; k++)
        failed[k] = measure_one(m, &p[k], all, &room[k], &snn[k],
                                part_of(rest, omp_get_thread_num(), m->n_thread), &own[k]);
    for (int k = 0; k < n; k++) snn[k].perm = NULL; /* rooms goes; the networks are only read */
    for (int k = 0; k < n; k++)
        if (failed[k]) {
            *c = own[k];
            return failed[k];
        }
    return ERR_NONE;
}
