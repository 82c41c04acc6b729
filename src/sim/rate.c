/* The run: OpenMP over fixed blocks of images; every sum is of integers, so that the number of
 * threads changes nothing. */
#include "sim/rate_in.h"
#include <omp.h>
#include <string.h>

enum { BLOCK = 4 };

typedef struct Room { /* of one thread */
    RateState  s;
    int16_t   *first; /* input codes as they come, [C,H,W] */
    int64_t   *logit;
    RateCount *count;
} Room;

static Ints potentials(const Rate *r, int i, Arena *a)
{
    size_t n = (size_t)shape_count(r->g->node[i].shape);
    if (i > 0 && !op_is_synapse(r->g->node[i].op))
        return (Ints){ 0 };
    return i > 0 && r->layer[i].wide ? (Ints){ .i64 = NEW(a, int64_t, n) }
                                     : (Ints){ .i32 = NEW(a, int32_t, n) };
}

static Room room_new(const Rate *r, Arena *a)
{
    size_t nodes = (size_t)r->g->n_node, ins = (size_t)shape_count(r->g->node[0].shape);
    Room m = { .first = NEW(a, int16_t, ins), .count = NEW(a, RateCount, nodes) };
    m.logit = NEW(a, int64_t, (size_t)shape_count(r->g->node[nodes - 1].shape));
    m.s = (RateState){ NEW(a, uint8_t *, nodes), NEW(a, Ints, nodes), NEW(a, uint16_t *, nodes),
                       NEW(a, uint16_t *, nodes), NEW(a, int16_t, ins) };
    for (int i = 0; i < r->g->n_node; i++) {
        size_t n = (size_t)shape_count(r->g->node[i].shape);
        m.s.spike[i] = NEW(a, uint8_t, n);
        m.s.u[i] = potentials(r, i, a);
        if (i == 0 || op_is_synapse(r->g->node[i].op))
            continue;
        m.s.fired[i] = NEW(a, uint16_t, (size_t)shape_count(r->layer[i].in));
        m.s.lead[i] = NEW(a, uint16_t, n);
    }
    return m;
}

/* V, or the spikes so far, of the last layer after a step. */
static void read_scores(const Rate *r, const Room *m)
{
    int last = r->g->n_node - 1;
    const Node *n = &r->g->node[last];
    int64_t pixels = (int64_t)n->shape.h * n->shape.w, at = 0;
    for (int o = 0; o < n->shape.c; o++)
        for (int64_t i = 0; i < pixels; i++, at++) {
            int64_t x = i * n->shape.c + o;
            m->logit[at] = n->steps[0] ? m->logit[at] + m->s.spike[last][x]
                         : r->layer[last].wide ? m->s.u[last].i64[x] : m->s.u[last].i32[x];
        }
}

static void channel_last(Shape s, const int16_t *from, int16_t *to)
{
    int pixels = s.h * s.w;
    for (int c = 0; c < s.c; c++)
        for (int i = 0; i < pixels; i++) to[i * s.c + c] = *from++;
}

/* All steps of one image, image k of the run. */
static void one_image(const Rate *r, const RateOut *out, const Room *m, int64_t k)
{
    int nodes = r->g->n_node;
    int64_t classes = shape_count(r->g->node[nodes - 1].shape);
    rate_charge(r, &m->s);
    memset(m->logit, 0, (size_t)classes * sizeof *m->logit);
    for (int t = 0; t < r->steps; t++) {
        for (int i = 0; i < nodes; i++)
            m->count[i].spikes[t] += rate_step(r, i, &m->s, &m->count[i].sops[t]);
        read_scores(r, m);
        if (out->logit)
            memcpy(out->logit + (k * r->steps + t) * classes, m->logit,
                   (size_t)classes * sizeof *m->logit);
        if (out->label)
            out->label[k * r->steps + t] = sim_argmax(m->logit, classes);
    }
}

static void run_block(const Rate *r, const SimInput *in, const RateOut *out, const Room *m, int k,
                      int n, Ctx *c)
{
    for (int end = k + n; k < end; k++) {
        SimInput one = *in;
        one.first += k;
        one.n = 1;
        if (sim_encode(r->g, &one, m->first, c))
            return;
        channel_last(r->g->node[0].shape, m->first, m->s.code);
        one_image(r, out, m, k);
    }
}

Err rate_run(const Rate *r, const SimInput *in, const RateOut *out, RateCount *count,
             Arena scratch, Ctx *c)
{
    SimInput none = *in;
    none.n = 0;
    TRY(sim_encode(r->g, &none, NULL, c)); /* the one way to fail, before any thread starts */
    int threads = omp_get_max_threads();
    Room *room = NEW(&scratch, Room, (size_t)threads);
    for (int t = 0; t < threads; t++) {
        Room fresh = room_new(r, &scratch);
        room[t] = fresh;
    }
#pragma omp parallel for schedule(dynamic)
    for (int k = 0; k < in->n; k += BLOCK)
        run_block(r, in, out, &room[omp_get_thread_num()], k,
                  in->n - k < BLOCK ? in->n - k : BLOCK, c);
    for (int t = 0; count && t < threads; t++)
        for (int i = 0; i < r->g->n_node; i++)
            for (int k = 0; k < r->steps; k++) {
                count[i].spikes[k] += room[t].count[i].spikes[k];
                count[i].sops[k] += room[t].count[i].sops[k];
            }
    return ERR_NONE;
}

Err rate_new(const Graph *snn, int steps, bool half, Arena *perm, Rate **rate, Ctx *c)
{
    if (steps < 1 || steps > RATE_MAX_STEPS)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "%d steps of rates; 1 to %d are possible", steps,
                    RATE_MAX_STEPS);
    Rate *r = *rate = NEW(perm, Rate, 1);
    *r = (Rate){ .g = snn, .steps = steps, .half = half,
                 .layer = NEW(perm, RateLayer, (size_t)snn->n_node) };
    for (int i = 0; i < snn->n_node; i++) TRY(rate_lay(snn, i, steps, &r->layer[i], perm, c));
    return ERR_NONE;
}
