#include "cost/cycles.h"
#include "base/num.h"
#include "hw/twin.h"

typedef struct Net {
    const Design *d;
    void        **state;   /* [n_unit] */
    int          *in, *out; /* [n_unit][UNIT_MAX_PORT]: stream index or -1 */
    bool         *valid, *ready; /* [n_stream] */
    int           pixels, words; /* of an image, in and out */
} Net;

/* What crosses the two outer interfaces in a clock. */
typedef struct Edge { bool in, out; } Edge;

static const TwinKind *twin_of(const Net *net, int u) { return twin_table[net->d->unit[u].kind]; }

static Net net_make(const Design *d, Arena *a)
{
    size_t ports = (size_t)d->n_unit * UNIT_MAX_PORT;
    Net net = { .d = d, .state = NEW(a, void *, (size_t)d->n_unit), .in = NEW(a, int, ports),
                .out = NEW(a, int, ports), .valid = NEW(a, bool, (size_t)d->n_stream),
                .ready = NEW(a, bool, (size_t)d->n_stream) };
    for (size_t i = 0; i < ports; i++) net.in[i] = net.out[i] = -1;
    for (int s = 0; s < d->n_stream; s++) {
        net.out[d->stream[s].from * UNIT_MAX_PORT + d->stream[s].from_port] = s;
        net.in[d->stream[s].to * UNIT_MAX_PORT + d->stream[s].to_port] = s;
    }
    for (int u = 0; u < d->n_unit; u++) {
        net.state[u] = twin_of(&net, u)->make(&d->unit[u], a);
        if (d->unit[u].kind == UNIT_AXIS_IN)
            net.pixels = d->unit[u].p[P_AXIS_IN_Pixels];
        if (d->unit[u].kind == UNIT_AXIS_OUT)
            net.words = d->unit[u].p[P_AXIS_OUT_Classes] + 1;
    }
    return net;
}

static void take_valids(Net *net)
{
    for (int s = 0; s < net->d->n_stream; s++) {
        const Stream *st = &net->d->stream[s];
        net->valid[s] = twin_of(net, st->from)->out_valid(net->state[st->from], st->from_port);
    }
}

/* The wires around unit u: valid of its inputs, ready of its outputs. The outer input offers
 * `offer`, the outer output is always ready. */
static void wires(const Net *net, int u, bool offer, bool *in_valid, bool *out_ready)
{
    for (int p = 0; p < UNIT_MAX_PORT; p++) {
        int i = net->in[u * UNIT_MAX_PORT + p], o = net->out[u * UNIT_MAX_PORT + p];
        in_valid[p]  = i >= 0 ? net->valid[i] : offer;
        out_ready[p] = o >= 0 ? net->ready[o] : true;
    }
}

/* Readies run against the data: units are in data order, except the flag fifo (the last unit),
 * whose readies depend on nothing else's. */
static void take_readies(Net *net, bool offer)
{
    for (int u = net->d->n_unit - 1; u >= 0; u--)
        for (int p = 0; p < twin_of(net, u)->n_in; p++) {
            int s = net->in[u * UNIT_MAX_PORT + p];
            bool in_valid[UNIT_MAX_PORT], out_ready[UNIT_MAX_PORT];
            if (s < 0)
                continue;
            wires(net, u, offer, in_valid, out_ready);
            net->ready[s] = twin_of(net, u)->in_ready(net->state[u], p, in_valid, out_ready);
        }
}

/* One clock, without data: AXIS_IN's twin then takes framing as right. */
static Edge net_clock(Net *net, bool offer)
{
    Edge e = { 0 };
    take_valids(net);
    take_readies(net, offer);
    for (int u = 0; u < net->d->n_unit; u++) {
        const TwinKind *k = twin_of(net, u);
        bool in_valid[UNIT_MAX_PORT], out_ready[UNIT_MAX_PORT];
        wires(net, u, offer, in_valid, out_ready);
        if (net->d->unit[u].kind == UNIT_AXIS_IN)
            e.in = offer && k->in_ready(net->state[u], 0, in_valid, out_ready);
        if (net->d->unit[u].kind == UNIT_AXIS_OUT)
            e.out = k->out_valid(net->state[u], 0);
        k->clock(net->state[u], in_valid, NULL, out_ready);
    }
    return e;
}

enum { STUCK = 1 << 26 }; /* clocks without a transfer: the design hangs, which is our bug */

static Err stuck(const Design *d, Ctx *c)
{
    return fail(c, ERR_LIMIT, (Loc){ .node = d->name }, "no word for %d clocks: the pipeline hangs",
                STUCK);
}

Err cycles_latency(const Design *d, int n, int gap, int64_t *latency, Arena scratch, Ctx *c)
{
    Net net = net_make(d, &scratch);
    for (int i = 0; i < n; i++) {
        int64_t first = -1, t = 0;
        for (int in = 0, out = 0; out < net.words; t++) {
            Edge e = net_clock(&net, in < net.pixels);
            if (e.in && first < 0)
                first = t;
            in += e.in;
            out += e.out;
            if (t > STUCK)
                return stuck(d, c);
        }
        latency[i] = t - 1 - first;
        for (int k = 0; k < gap; k++) net_clock(&net, false);
    }
    return ERR_NONE;
}

Err cycles_interval(const Design *d, int n, int64_t *interval, Arena scratch, Ctx *c)
{
    Net net = net_make(d, &scratch);
    int64_t in = 0, last = 0, t = 0;
    for (int i = 0; i < n; i++) {
        for (int out = 0; out < net.words; t++) {
            Edge e = net_clock(&net, in < (int64_t)n * net.pixels);
            in += e.in;
            out += e.out;
            if (t - last > STUCK)
                return stuck(d, c);
        }
        if (i > 0)
            interval[i - 1] = t - last;
        last = t;
    }
    return ERR_NONE;
}

static int64_t window_positions(const Unit *u)
{
    const int *p = u->p;
    int64_t hp = p[P_WINDOW_H] + p[P_WINDOW_PT] + p[P_WINDOW_PB];
    int64_t wp = p[P_WINDOW_W] + p[P_WINDOW_PL] + p[P_WINDOW_PR];
    return ((hp - p[P_WINDOW_KH]) / p[P_WINDOW_SH] + 1) * ((wp - p[P_WINDOW_KW]) / p[P_WINDOW_SW] + 1);
}

/* Steps of the virtual raster that complete no window: one clock each. */
static int64_t window_fill(const Unit *u)
{
    const int *p = u->p;
    int64_t hp = p[P_WINDOW_H] + p[P_WINDOW_PT] + p[P_WINDOW_PB];
    int64_t wp = p[P_WINDOW_W] + p[P_WINDOW_PL] + p[P_WINDOW_PR];
    return hp * wp - window_positions(u);
}

int64_t cycles_of_node(const Design *d, int node)
{
    int64_t positions = 1, fill = 0, most = 0;
    for (int i = 0; i < d->n_unit; i++) {
        const Unit *u = &d->unit[i];
        int64_t here = 0;
        if (u->node != node)
            continue;
        if (u->kind == UNIT_WINDOW) {
            positions = window_positions(u);
            fill = window_fill(u);
            here = fill + positions;
        } else if (u->kind == UNIT_ARRAY) {
            here = fill + positions * u->p[P_ARRAY_Chunks] * u->p[P_ARRAY_Groups] * u->p[P_ARRAY_Bits];
        } else if (u->kind == UNIT_MAXPOOL) {
            here = (int64_t)u->p[P_MAXPOOL_H] * u->p[P_MAXPOOL_W] * u->p[P_MAXPOOL_Groups];
        } else if (u->kind == UNIT_AXIS_IN) {
            here = u->p[P_AXIS_IN_Pixels];
        }
        most = here > most ? here : most;
    }
    return most;
}
