/* The fast simulator: OpenMP over fixed blocks of images; every sum is of integers, so that the
 * number of threads changes nothing. */
#include "sim/fast.h"
#include <omp.h>
#include <string.h>

enum { BLOCK = 16 };

typedef struct Room { /* of one thread */
    int16_t **code;   /* per node, [H,W,C] */
    int16_t  *first;  /* input as it comes, [C,H,W] */
    void     *acc, *row;
    int64_t  *logit;
    SimCount *count;  /* per node */
} Room;

static Room room_new(const Sim *sim, Arena *a)
{
    const Graph *g = sim->g;
    Room r = { .code = NEW(a, int16_t *, (size_t)g->n_node),
               .first = NEW(a, int16_t, (size_t)shape_count(g->node[0].shape)),
               .acc = NEW(a, int64_t, sim->acc_bytes / 8 + 1),
               .row = NEW(a, int64_t, sim->row + 1),
               .logit = NEW(a, int64_t, (size_t)shape_count(g->node[g->n_node - 1].shape)),
               .count = NEW(a, SimCount, (size_t)g->n_node) };
    for (int i = 0; i < g->n_node; i++)
        r.code[i] = NEW(a, int16_t, (size_t)shape_count(g->node[i].shape));
    return r;
}

static void to_channel_last(Shape s, const int16_t *from, int16_t *to)
{
    int pixels = s.h * s.w;
    for (int c = 0; c < s.c; c++)
        for (int i = 0; i < pixels; i++) to[i * s.c + c] = *from++;
}

static void to_channel_first(Shape s, const int16_t *from, int16_t *to)
{
    int pixels = s.h * s.w;
    for (int c = 0; c < s.c; c++)
        for (int i = 0; i < pixels; i++) *to++ = from[i * s.c + c];
}

static void run_node(const Sim *sim, int i, const Room *r)
{
    const Node *n = &sim->g->node[i];
    const Synapse *l = &sim->syn[i];
    if (n->op == OP_S_MAXPOOL)
        fast_pool(n, sim->g->node[n->in[0]].shape, r->code[n->in[0]], r->code[i]);
    if (op_is_synapse(n->op)) {
        r->count[i].sops += fast_integrate(l, r->code[n->in[0]], r->acc);
        if (n->steps[0] > 0)
            r->count[i].saturated += fast_fire(l, r->acc, r->row, r->code[i]);
        else
            fast_logits(l, graph_role(sim->g, n, ROLE_bias)->i64, r->acc, r->logit);
    }
    if (n->steps[0] > 0)
        fast_count(r->code[i], shape_count(n->shape), n->steps[0], r->count[i].spikes);
}

static void give(const Sim *sim, const Room *r, const SimOut *out, int k)
{
    const Graph *g = sim->g;
    const Node *last = &g->node[g->n_node - 1];
    int64_t classes = shape_count(last->shape);
    for (int i = 0; out->code && i < g->n_node; i++)
        if (out->code[i])
            to_channel_first(g->node[i].shape, r->code[i],
                             out->code[i] + k * shape_count(g->node[i].shape));
    if (last->steps[0] > 0) {
        int pixels = last->shape.h * last->shape.w;
        for (int c = 0; c < last->shape.c; c++)
            for (int i = 0; i < pixels; i++)
                r->logit[c * pixels + i] = r->code[g->n_node - 1][i * last->shape.c + c];
    }
    if (out->logit)
        memcpy(out->logit + k * classes, r->logit, (size_t)classes * sizeof *r->logit);
    if (out->label)
        out->label[k] = sim_argmax(r->logit, classes);
}

/* Images k .. k+n-1 of the run; false where the input cannot be encoded. */
static bool run_block(const Sim *sim, const SimInput *in, const SimOut *out, const Room *r, int k,
                      int n, Ctx *c)
{
    for (int end = k + n; k < end; k++) {
        SimInput one = *in;
        one.first += k;
        one.n = 1;
        if (sim_encode(sim->g, &one, r->first, c))
            return false;
        to_channel_last(sim->g->node[0].shape, r->first, r->code[0]);
        for (int i = 0; i < sim->g->n_node; i++) run_node(sim, i, r);
        give(sim, r, out, k);
    }
    return true;
}

static void add_count(SimCount *to, const SimCount *from, int n)
{
    for (int i = 0; i < n; i++) {
        for (int t = 0; t < SIM_MAX_STEPS; t++) to[i].spikes[t] += from[i].spikes[t];
        to[i].sops += from[i].sops;
        to[i].saturated += from[i].saturated;
    }
}

Err sim_run(const Sim *sim, const SimInput *in, const SimOut *out, SimCount *count, Arena scratch,
            Ctx *c)
{
    SimInput none = *in;
    none.n = 0;
    TRY(sim_encode(sim->g, &none, NULL, c)); /* the one way to fail, before any thread starts */
    int threads = omp_get_max_threads();
    Room *room = NEW(&scratch, Room, (size_t)threads);
    for (int t = 0; t < threads; t++) room[t] = room_new(sim, &scratch);
#pragma omp parallel for schedule(dynamic)
    for (int k = 0; k < in->n; k += BLOCK)
        run_block(sim, in, out, &room[omp_get_thread_num()], k,
                  in->n - k < BLOCK ? in->n - k : BLOCK, c);
    for (int t = 0; count && t < threads; t++) add_count(count, room[t].count, sim->g->n_node);
    return ERR_NONE;
}

Err sim_node(const Graph *snn, int node, const int16_t *in, int n, int16_t *out, Arena scratch,
             Ctx *c)
{
    Sim *sim = fast_empty(snn, &scratch);
    TRY(fast_lay(sim, node, &scratch, c));
    int from = snn->node[node].in[0], threads = omp_get_max_threads();
    Shape is = snn->node[from].shape, os = snn->node[node].shape;
    Room *room = NEW(&scratch, Room, (size_t)threads);
    for (int t = 0; t < threads; t++) room[t] = room_new(sim, &scratch);
#pragma omp parallel for schedule(dynamic, BLOCK)
    for (int k = 0; k < n; k++) {
        const Room *r = &room[omp_get_thread_num()];
        to_channel_last(is, in + k * shape_count(is), r->code[from]);
        run_node(sim, node, r);
        to_channel_first(os, r->code[node], out + k * shape_count(os));
    }
    return ERR_NONE;
}
