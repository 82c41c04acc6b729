/* One step of one layer: spikes in, potentials, spikes out. */
#include "sim/rate_in.h"
#include <string.h>

/* Adds the weights that the spike meets, row by row of the output: with stride 1 one run of all
 * columns, since v descends as the output column ascends. */
#define MEET(name, T, field)                                                                    \
    static void name(const RateLayer *l, Place e, T *u)                                         \
    {                                                                                           \
        Reach r = l->row[e.i], q = l->col[e.j];                                                 \
        int o_n = l->n->shape.c, line = l->n->shape.w * o_n;                                    \
        int run = l->sw == 1 ? q.n * o_n : o_n, runs = l->sw == 1 ? 1 : q.n;                    \
        int v = e.j + l->pl - q.first * l->sw;                                                  \
        for (int io = r.first; io < r.first + r.n; io++) {                                      \
            int k = e.i + l->pt - io * l->sh;                                                   \
            const T *restrict w = l->w.field                                                    \
                + (((int64_t)e.c * l->kh + k) * l->kw + (l->kw - 1 - v)) * o_n;                 \
            T *restrict a = u + (int64_t)io * line + (int64_t)q.first * o_n;                    \
            for (int m = 0; m < runs; m++, a += o_n, w += (int64_t)l->sw * o_n)                 \
                for (int x = 0; x < run; x++) a[x] += w[x];                                     \
        }                                                                                       \
    }
MEET(meet_32, int32_t, i32)
MEET(meet_64, int64_t, i64)
#undef MEET

/* A row of neurons; returns how many fire. */
#define FIRE(name, T)                                                                           \
    static int name(T *restrict u, const T *restrict gain, const T *restrict peak, int n,       \
                    uint8_t *restrict spike)                                                    \
    {                                                                                           \
        int fired = 0;                                                                          \
        for (int x = 0; x < n; x++) {                                                           \
            T v = u[x] + gain[x];                                                               \
            int s = v >= peak[x];                                                               \
            u[x] = v - (peak[x] & -(T)s);                                                       \
            spike[x] = (uint8_t)s;                                                              \
            fired += s;                                                                         \
        }                                                                                       \
        return fired;                                                                           \
    }
FIRE(fire_32, int32_t)
FIRE(fire_64, int64_t)
#undef FIRE

static int64_t fire(const RateLayer *l, Ints u, uint8_t *spike)
{
    int row = l->n->shape.w * l->n->shape.c;
    int64_t fired = 0;
    for (int64_t i = 0; i < l->n->shape.h; i++)
        fired += l->wide ? fire_64(u.i64 + i * row, l->gain.i64, l->peak.i64, row, spike + i * row)
                         : fire_32(u.i32 + i * row, l->gain.i32, l->peak.i32, row, spike + i * row);
    return fired;
}

/* What every step adds where nothing fires. */
static void drift(const RateLayer *l, Ints u)
{
    int64_t row = (int64_t)l->n->shape.w * l->n->shape.c, all = row * l->n->shape.h;
    for (int64_t x = 0; x < all; x++) {
        if (l->wide)
            u.i64[x] += l->gain.i64[x % row];
        else
            u.i32[x] += l->gain.i32[x % row];
    }
}

/* A window's spike where its greatest count grows. */
static int64_t lead(const RateLayer *l, Place e, int count, uint16_t *most, uint8_t *spike)
{
    Reach r = l->row[e.i], q = l->col[e.j];
    int64_t fired = 0;
    for (int io = r.first; io < r.first + r.n; io++)
        for (int jo = q.first; jo < q.first + q.n; jo++) {
            int64_t at = ((int64_t)io * l->n->shape.w + jo) * l->n->shape.c + e.c;
            if (count > most[at]) {
                most[at] = (uint16_t)count;
                spike[at] = 1;
                fired++;
            }
        }
    return fired;
}

/* A spike of the input map: what it does. Returns spikes of a pool. */
static int64_t event(const Rate *r, int node, const RateState *s, int64_t at, int64_t *sops)
{
    const RateLayer *l = &r->layer[node];
    Place e = l->place[at];
    if (!op_is_synapse(l->n->op))
        return lead(l, e, ++s->fired[node][at], s->lead[node], s->spike[node]);
    if (l->wide)
        meet_64(l, e, s->u[node].i64);
    else
        meet_32(l, e, s->u[node].i32);
    *sops += (int64_t)l->row[e.i].n * l->col[e.j].n * l->n->shape.c;
    return 0;
}

/* Every spike of the map before; eight neurons at once where none fires. */
static int64_t events(const Rate *r, int node, const RateState *s, int64_t *sops)
{
    const uint8_t *spike = s->spike[node - 1];
    int64_t all = shape_count(r->layer[node].in), fired = 0;
    for (int64_t at = 0; at < all; at++) {
        uint64_t eight;
        if (at + 8 <= all && (memcpy(&eight, spike + at, 8), eight == 0)) {
            at += 7;
            continue;
        }
        if (!spike[at])
            continue;
        fired += event(r, node, s, at, sops);
    }
    return fired;
}

static int64_t step_input(const Node *n, const RateState *s)
{
    int32_t top = (1 << n->steps[0]) - 1, *a = s->u[0].i32;
    int64_t fired = 0;
    for (int64_t x = 0; x < shape_count(n->shape); x++) {
        a[x] += s->code[x];
        int spike = a[x] >= top;
        a[x] -= spike ? top : 0;
        s->spike[0][x] = (uint8_t)spike;
        fired += spike;
    }
    return fired;
}

int64_t rate_step(const Rate *r, int node, const RateState *s, int64_t *sops)
{
    const RateLayer *l = &r->layer[node];
    const Node *n = &r->g->node[node];
    if (node == 0)
        return step_input(n, s);
    if (!op_is_synapse(n->op))
        memset(s->spike[node], 0, (size_t)shape_count(n->shape));
    int64_t fired = events(r, node, s, sops);
    if (!op_is_synapse(n->op))
        return fired;
    if (n->steps[0])
        return fire(l, s->u[node], s->spike[node]);
    drift(l, s->u[node]);
    return 0;
}

static void fill(Ints u, bool wide, int64_t at, int64_t v)
{
    if (wide)
        u.i64[at] = v;
    else
        u.i32[at] = (int32_t)v;
}

/* Half of the threshold if so wanted; nothing where none fires. */
static void charge_layer(const RateLayer *l, bool half, Ints u)
{
    int64_t row = (int64_t)l->n->shape.w * l->n->shape.c, all = row * l->n->shape.h;
    for (int64_t x = 0; x < all; x++) {
        int64_t peak = !half || !l->peak.p ? 0
                     : l->wide ? l->peak.i64[x % row] : l->peak.i32[x % row];
        fill(u, l->wide, x, peak / 2);
    }
}

void rate_charge(const Rate *r, const RateState *s)
{
    for (int i = 0; i < r->g->n_node; i++) {
        const Node *n = &r->g->node[i];
        int64_t outs = shape_count(n->shape);
        if (op_is_synapse(n->op))
            charge_layer(&r->layer[i], r->half, s->u[i]);
        else if (i > 0) {
            memset(s->lead[i], 0, (size_t)outs * sizeof **s->lead);
            memset(s->fired[i], 0, (size_t)shape_count(r->layer[i].in) * sizeof **s->fired);
        }
        for (int64_t x = 0; i == 0 && x < outs; x++)
            s->u[0].i32[x] = r->half ? ((1 << n->steps[0]) - 1) / 2 : 0;
    }
}
