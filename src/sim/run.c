/* The fast simulator: OpenMP over blocks of images; every sum is of integers, so that neither the
 * number of threads nor the size of a block changes anything. */
#include "sim/fast.h"
#include <omp.h>
#include <string.h>

enum { BLOCK = 4 * TILE_N, MAPS_MAX = 64 << 20 /* bytes, of a thread's maps */ };

static size_t most(size_t a, size_t b) { return a > b ? a : b; }

Room room_new(const Sim *sim, int from, int to, int images, Arena *a)
{
    enum { LINE = 64 };
    size_t bytes[2] = { LINE, LINE }, line = LINE, code = 1;
    int n = (images + TILE_N - 1) / TILE_N * TILE_N;
    for (int i = from; i <= to; i++) {
        const Map *m = &sim->map[i];
        bytes[i & 1] = most(bytes[i & 1], (size_t)n * (size_t)m->step);
        line = most(line, (size_t)m->row);
        code = most(code, (size_t)shape_count(m->s));
    }
    Room r = { .code = NEW(a, int16_t, code), .count = NEW(a, SimCount, (size_t)sim->g->n_node) };
    for (int k = 0; k < 2; k++) {
        r.map[k]  = arena_take(a, LINE, LINE, bytes[k] / LINE + 1);
        r.line[k] = arena_take(a, LINE, LINE, line / LINE + 1);
    }
    r.logit = NEW(a, int64_t, (size_t)(images * shape_count(sim->g->node[to].shape)));
    return r;
}

/* What a run takes and gives: codes of node `from`, everything up to node `to`. */
typedef struct Job {
    const Sim *sim;
    int        from, to, n;
    const SimInput *in;     /* of the network's input, or              */
    const int16_t  *code;   /* of node `from`                          */
    const SimOut   *out;
} Job;

/* As many images as keep the greatest maps in a thread's share, spread over the threads. */
static int block_of(const Job *j, int threads)
{
    int64_t step = 1;
    for (int i = j->from; i <= j->to; i++)
        step = j->sim->map[i].step > step ? j->sim->map[i].step : step;
    int64_t tiles = MAPS_MAX / (2 * step * TILE_N);
    int n = tiles < 1 ? TILE_N : tiles > BLOCK / TILE_N ? BLOCK : (int)tiles * TILE_N;
    int share = ((j->n + threads - 1) / threads + TILE_N - 1) / TILE_N * TILE_N;
    return n < share ? n : share;
}

static void give_codes(const Job *j, const Room *r, int node, int k, int n)
{
    const Map *m = &j->sim->map[node];
    int16_t *to = j->out->code ? j->out->code[node] : NULL;
    int64_t each = shape_count(m->s);
    for (int i = 0; to && i < n; i++) map_get(m, r->map[node & 1], i, to + (k + i) * each);
}

static void give_logits(const Job *j, const Room *r, int k, int n)
{
    const Map *m = &j->sim->map[j->to];
    int64_t classes = shape_count(m->s);
    for (int i = 0; i < n; i++) {
        int64_t *logit = r->logit + i * classes;
        if (m->steps > 0) {
            map_get(m, r->map[j->to & 1], i, r->code);
            for (int64_t o = 0; o < classes; o++) logit[o] = r->code[o];
        }
        if (j->out->logit)
            memcpy(j->out->logit + (k + i) * classes, logit, (size_t)classes * sizeof *logit);
        if (j->out->label)
            j->out->label[k + i] = sim_argmax(logit, classes);
    }
}

static Err take_image(const Job *j, const Room *r, int k, uint8_t *map, int at, Ctx *c)
{
    const Map *m = &j->sim->map[j->from];
    int64_t each = shape_count(m->s);
    if (j->code) {
        map_put(m, j->code + k * each, map, at);
        return ERR_NONE;
    }
    SimInput one = *j->in;
    one.first += k;
    one.n = 1;
    if (one.raw && !one.x && !one.code && j->sim->byte_of) {
        map_put_raw(m, j->sim->byte_of, one.raw + one.first * each, map, at);
        return ERR_NONE;
    }
    TRY(sim_encode(j->sim->g, &one, r->code, c));
    map_put(m, r->code, map, at);
    return ERR_NONE;
}

static Err take_images(const Job *j, const Room *r, int k, int n, Ctx *c)
{
    const Map *m = &j->sim->map[j->from];
    uint8_t *map = r->map[j->from & 1];
    memset(map, m->border, (size_t)(n * m->step));
    for (int i = 0; i < n; i++) TRY(take_image(j, r, k + i, map, i, c));
    return ERR_NONE;
}

/* Images k .. k+n-1 of the run; they could be encoded, so nothing fails. */
static void run_block(const Job *j, const Room *r, int k, int n, Ctx *c)
{
    if (take_images(j, r, k, n, c))
        return;
    block_spikes(j->sim, j->from, r, n);
    give_codes(j, r, j->from, k, n);
    for (int i = j->from + 1; i <= j->to; i++) {
        block_node(j->sim, i, r, n);
        if (j->sim->map[i].steps > 0)
            give_codes(j, r, i, k, n);
    }
    if (j->out->logit || j->out->label)
        give_logits(j, r, k, n);
}

static void add_count(SimCount *to, const SimCount *from, int n)
{
    for (int i = 0; i < n; i++) {
        for (int t = 0; t < SIM_MAX_STEPS; t++) to[i].spikes[t] += from[i].spikes[t];
        to[i].sops += from[i].sops;
        to[i].saturated += from[i].saturated;
    }
}

static void run_job(const Job *j, SimCount *count, Arena scratch, Ctx *c)
{
    int threads = omp_get_max_threads(), block = block_of(j, threads);
    Room *room = NEW(&scratch, Room, (size_t)threads);
    int blocks = j->n > 0 ? (j->n + block - 1) / block : 0;
    int rooms = blocks < threads ? blocks : threads;
    for (int t = 0; t < rooms; t++)
        room[t] = room_new(j->sim, j->from, j->to, block, &scratch);
#pragma omp parallel for schedule(dynamic) num_threads(rooms > 0 ? rooms : 1)
    for (int k = 0; k < j->n; k += block)
        run_block(j, &room[omp_get_thread_num()], k, j->n - k < block ? j->n - k : block, c);
    for (int t = 0; count && t < rooms; t++)
        add_count(count, room[t].count, j->sim->g->n_node);
}

Err sim_run(const Sim *sim, const SimInput *in, const SimOut *out, SimCount *count, Arena scratch,
            Ctx *c)
{
    SimInput none = *in;
    none.n = 0;
    TRY(sim_encode(sim->g, &none, NULL, c)); /* the one way to fail, before any thread starts */
    Job j = { .sim = sim, .to = sim->g->n_node - 1, .n = in->n, .in = in, .out = out };
    run_job(&j, count, scratch, c);
    return ERR_NONE;
}

Err sim_node(const Graph *snn, int node, const int16_t *in, int n, int16_t *out, Arena scratch,
             Ctx *c)
{
    Sim *sim;
    TRY(fast_empty(snn, &scratch, &sim, c));
    TRY(fast_lay(sim, node, &scratch, c));
    int16_t **code = NEW(&scratch, int16_t *, (size_t)snn->n_node);
    code[node] = out;
    Job j = { .sim = sim, .from = node - 1, .to = node, .n = n, .code = in,
              .out = &(SimOut){ .code = code } };
    run_job(&j, NULL, scratch, c);
    return ERR_NONE;
}
