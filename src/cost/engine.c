#include "cost/engine.h"
#include "base/num.h"

typedef struct Clock {
    const EngineShape  *e;
    const EngineMemory *m;
    int64_t now;
    int64_t left;   /* words of the tape that have not come yet */
    int     fifo;   /* words that wait */
} Clock;

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* One clock of the port; take: words that the array side removes in it. */
static void tick(Clock *k, int take)
{
    bool open = k->now >= k->m->latency && k->now % k->m->period >= k->m->refresh;
    k->fifo -= take;
    if (open && k->left > 0 && k->fifo < k->e->fifo_words) {
        k->fifo++;
        k->left--;
    }
    k->now++;
}

/* Output positions of one dimension whose tap k falls on the map. */
static int inside(const Node *n, int d, int k, int in, int out)
{
    int hits = 0;
    for (int i = 0; i < out; i++) {
        int at = i * n->stride[d] + k - n->pad[d];
        hits += at >= 0 && at < in;
    }
    return hits;
}

/* The chunks of one tile in order: how many slots of T_in clocks each has. */
typedef struct Chunks { int n; int64_t *slots; } Chunks;

/* Few channels: the input's window unit has put the taps side by side, several positions a word. */
static Chunks packed(const Node *n, int64_t taps, int pin, Arena *a)
{
    Chunks c = { 1, NEW(a, int64_t, 1) };
    c.slots[0] = ceil_div((int64_t)n->shape.h * n->shape.w, pin / taps);
    return c;
}

static Chunks by_tap(const Node *n, Shape in, int pin, Arena *a)
{
    int groups = (int)ceil_div(in.c, pin);
    Chunks c = { 0, NEW(a, int64_t, (size_t)(n->kernel[0] * n->kernel[1] * groups)) };
    for (int u = 0; u < n->kernel[0]; u++)
        for (int v = 0; v < n->kernel[1]; v++)
            for (int g = 0; g < groups; g++)
                c.slots[c.n++] = (int64_t)inside(n, 0, u, in.h, n->shape.h) *
                                 inside(n, 1, v, in.w, n->shape.w);
    return c;
}

/* Each chunk: its words enter the shadow registers, one a clock, while the one before computes. */
static void run_conv(Clock *k, const Chunks *c, int tiles, int steps, EngineLayer *l)
{
    int64_t chunk_words = ceil_div((int64_t)k->e->pin * k->e->pout * k->e->weight_bits,
                                   k->e->port_bits);
    int64_t chunks = (int64_t)tiles * c->n, loaded = 0, shadow = 0, busy = 0, done = 0;
    while (done < chunks) {
        bool take = shadow < chunk_words && loaded < chunks && k->fifo > 0;
        tick(k, take);
        shadow += take;
        if (busy > 0) {
            l->slots++;
            done += --busy == 0;
        }
        if (busy == 0 && shadow == chunk_words && loaded < chunks) {
            busy = c->slots[loaded++ % c->n] * steps;
            shadow = 0;
            done += busy == 0;
        }
    }
}

static void run_dense(Clock *k, EngineLayer *l)
{
    for (int64_t n = 0; n < l->words;) {
        bool take = k->fifo > 0;
        tick(k, take);
        n += take;
        l->slots += take;
    }
}

/* Neurons fire a dense layer's potentials when all columns are in: pout of them, T clocks. */
static int64_t dense_firing(const EngineShape *e, int outputs, int steps)
{
    return ceil_div(outputs, e->pout) * steps;
}

static void wait(Clock *k, int64_t clocks)
{
    for (int64_t i = 0; i < clocks; i++) tick(k, 0);
}

static int64_t conv_words(const EngineShape *e, int64_t chunks)
{
    return chunks * ceil_div((int64_t)e->pin * e->pout * e->weight_bits, e->port_bits);
}

typedef struct Plan { Chunks chunks; int tiles; int64_t words; } Plan;

static Plan plan_layer(const Graph *net, const Node *n, bool first, const EngineShape *e, Arena *a)
{
    Shape in = net->node[n->in[0]].shape;
    Plan p = { .tiles = (int)ceil_div(n->shape.c, e->pout) };
    if (n->op == OP_DENSE) {
        p.words = shape_count(in) * ceil_div(n->shape.c, e->port_bits / e->weight_bits);
        return p;
    }
    int64_t taps = (int64_t)n->kernel[0] * n->kernel[1] * in.c;
    p.chunks = first && taps <= e->pin ? packed(n, taps, e->pin, a) : by_tap(n, in, e->pin, a);
    p.words  = conv_words(e, (int64_t)p.tiles * p.chunks.n);
    return p;
}

static void run_layer(Clock *k, const Node *n, const Plan *p, int steps, int out_steps,
                      EngineLayer *l)
{
    l->start = k->now;
    l->words = p->words;
    if (l->dense)
        run_dense(k, l);
    else
        run_conv(k, &p->chunks, p->tiles, steps, l);
    wait(k, k->e->drain + (l->dense ? dense_firing(k->e, n->shape.c, out_steps) : 0));
    l->cycles = k->now - l->start;
}

Err engine_cycles(const Graph *net, const EngineShape *e, const EngineMemory *m, int steps,
                  int input_steps, EngineLayer *layer, int64_t *total, Arena scratch, Ctx *c)
{
    if (e->pin < 1 || e->pout < 1 || e->weight_bits < 1 || e->port_bits < 1 || e->fifo_words < 1 ||
        m->period <= m->refresh)
        return fail(c, ERR_RANGE, (Loc){ 0 }, "an engine of %d x %d slots, %d-bit port", e->pin,
                    e->pout, e->port_bits);
    Plan *plan = NEW(&scratch, Plan, (size_t)net->n_node);
    Clock k = { .e = e, .m = m };
    int n_layer = 0;
    for (int i = 1; i < net->n_node; i++)
        if (op_is_synapse(net->node[i].op)) {
            plan[i] = plan_layer(net, &net->node[i], n_layer++ == 0, e, &scratch);
            k.left += plan[i].words;
        }
    wait(&k, (int64_t)net->node[0].shape.h * net->node[0].shape.w); /* a pixel a clock */
    for (int i = 1, l = 0; i < net->n_node; i++) {
        const Node *n = &net->node[i];
        if (!op_is_synapse(n->op))
            continue;
        layer[l] = (EngineLayer){ .name = n->name, .dense = n->op == OP_DENSE,
                                  .macs = ir_node_macs(net, n),
                                  .out_positions = (int64_t)n->shape.h * n->shape.w };
        run_layer(&k, n, &plan[i], l == 0 ? input_steps : steps, steps, &layer[l]);
        l++;
    }
    *total = k.now;
    return ERR_NONE;
}
