#include "cost/plan.h"
#include "base/num.h"
#include "cost/cycles.h"
#include <string.h>

enum {
    MAX_PIN      = 512,     /* adder trees beyond this are never worth it             */
    MAX_SLOTS    = 8192,
    PROBE_IMAGES = 4,       /* the interval has settled by then                       */
    EXACT_LIMIT  = 1 << 18, /* clocks: above, the search itself counts layers' cycles */
    NO_LIMIT     = 1 << 30
};

/* One way to fold a layer, alone: sorted by cycles, each cheaper than all faster ones. */
typedef struct Option { Folding f; int64_t cycles; double lut; } Option;

typedef struct Layer {
    int      node, n_option;
    Synapses s;
    Option  *option;
} Layer;

typedef struct Search {
    const Graph       *g;
    const PlanOptions *o;
    Layer             *layer; /* [n_layer], those with synapses */
    int                n_layer;
    Folding           *folding; /* [n_node], the current point */
    Arena              scratch;
    Ctx               *c;
} Search;

/* A point of the search, evaluated. */
typedef struct Score { Estimate area; int64_t latency, interval; } Score;

static LowerOptions lower_options(const Search *s)
{
    return (LowerOptions){ s->o->name, s->o->raw_input, s->folding, s->o->fifo_words,
                           s->o->vector_words };
}

static Err lower_point(const Search *s, Arena *a, Design *d)
{
    LowerOptions lo = lower_options(s);
    return lower_design(s->g, &lo, false, a, d, s->c);
}

static int64_t slowest_node(const Search *s, const Design *d)
{
    int64_t most = 0;
    for (int i = 0; i < s->g->n_node; i++) {
        int64_t here = cycles_of_node(d, i);
        most = here > most ? here : most;
    }
    return most;
}

/* Area (estimated), latency and interval: exact unless the network is so large that the search must
 * make do with the sum and the greatest of the layers' own cycles. */
static Err score_point(const Search *s, bool with_interval, Score *out)
{
    Arena a = s->scratch;
    Design d;
    int64_t interval[PROBE_IMAGES - 1], sum = 0;
    TRY(lower_point(s, &a, &d));
    out->area = estimate_design(&d, s->o->fabric);
    out->interval = slowest_node(s, &d);
    for (int i = 0; i < s->g->n_node; i++) sum += cycles_of_node(&d, i);
    out->latency = sum;
    if (sum > EXACT_LIMIT)
        return ERR_NONE;
    TRY(cycles_latency(&d, 1, 0, &out->latency, a, s->c));
    if (!with_interval)
        return ERR_NONE;
    TRY(cycles_interval(&d, PROBE_IMAGES, interval, a, s->c));
    out->interval = interval[PROBE_IMAGES - 2];
    return ERR_NONE;
}

/* The layer's cycles and LUTs alone, from a throw-away array (and window). */
static Option option_of(const Search *s, const Layer *l, Folding f)
{
    const Node *n = &s->g->node[l->node];
    const Node *in = &s->g->node[n->in[0]];
    int chunks = lower_chunks(l->s, f), groups = l->s.outputs / f.pout;
    Unit array = { .kind = UNIT_ARRAY, .p = { n->steps_in[0], 0, f.pin, f.pout, chunks, groups,
                                              n->weight_bits[0], n->acc_bits[0] } };
    Unit neuron = { .kind = UNIT_NEURON, .p = { f.pout, groups, n->acc_bits[0], n->steps[0], 0,
                                                n->frac_bits[0], 10, 10, n->pot_bits[0] } };
    double lut = estimate_unit(&array, s->o->fabric).lut;
    lut += n->steps[0] > 0 ? estimate_unit(&neuron, s->o->fabric).lut : 0;
    int64_t fill = 0;
    if (l->s.window) {
        int hp = in->shape.h + n->pad[0] + n->pad[2], wp = in->shape.w + n->pad[1] + n->pad[3];
        Unit window = { .kind = UNIT_WINDOW, .p = { n->steps_in[0], in->shape.c, hp, wp,
                        n->kernel[0], n->kernel[1], n->stride[0], n->stride[1], 0, 0, 0, 0, 0,
                        f.pin } };
        lut += estimate_unit(&window, s->o->fabric).lut;
        fill = (int64_t)hp * wp - l->s.positions;
    }
    int64_t cycles = fill + (int64_t)l->s.positions * chunks * groups * n->steps_in[0];
    return (Option){ f, cycles, lut };
}

static void list_options(Search *s, Layer *l, Arena *perm)
{
    int cap = 0;
    l->s = lower_synapses(s->g, l->node);
    for (int pass = 0; pass < 2; pass++) {
        l->n_option = 0;
        for (int pout = 1; pout <= l->s.outputs; pout++)
            for (int n = 1, last = 0; n <= l->s.inputs && l->s.outputs % pout == 0; n++) {
                int pin = (int)num_ceil_div(l->s.inputs, n);
                if (pin == last || pin > MAX_PIN || pin * pout > MAX_SLOTS ||
                    (!l->s.window && l->s.inputs % pin != 0))
                    continue;
                last = pin;
                if (pass == 1)
                    l->option[l->n_option] = option_of(s, l, (Folding){ pin, pout });
                l->n_option++;
            }
        if (pass == 0)
            l->option = NEW(perm, Option, (size_t)(cap = l->n_option) + 1);
    }
}

/* Words of the stream into layer l: as left by the layer before it and the pools in between. */
static int lanes_into(const Search *s, int l)
{
    int lanes = l > 0 ? s->folding[s->layer[l - 1].node].pout : s->g->node[0].shape.c;
    for (int i = l > 0 ? s->layer[l - 1].node + 1 : 1; i < s->layer[l].node; i++) {
        const Node *n = &s->g->node[i];
        bool raster = n->kernel[0] == n->stride[0] && n->kernel[1] == n->stride[1] &&
                      !(n->pad[0] | n->pad[1] | n->pad[2] | n->pad[3]);
        lanes = raster ? lanes : n->shape.c;
    }
    return lanes;
}

/* The cheapest option of layer l with at most `cycles` that fits behind its stream; the fastest
 * that fits if none is fast enough. False if nothing fits. */
static bool pick(const Search *s, int l, int64_t cycles, Folding *f)
{
    const Layer *y = &s->layer[l];
    int lanes = lanes_into(s, l);
    const Option *best = NULL;
    for (int i = 0; i < y->n_option; i++) {
        const Option *o = &y->option[i];
        if (!lower_folding_fits(y->s, o->f, lanes))
            continue;
        bool o_ok = o->cycles <= cycles, best_ok = best && best->cycles <= cycles;
        bool better = !best || (o_ok && !best_ok) ||
                      (o_ok && best_ok && (o->lut < best->lut ||
                                           (o->lut <= best->lut && o->cycles < best->cycles))) ||
                      (!o_ok && !best_ok && o->cycles < best->cycles);
        best = better ? o : best;
    }
    if (best)
        *f = best->f;
    return best != NULL;
}

/* Every layer at the cheapest folding of at most `cycles`; front to back, as lanes demand. */
static Err pick_all(Search *s, int64_t cycles)
{
    for (int l = 0; l < s->n_layer; l++) {
        int node = s->layer[l].node;
        if (s->o->fixed && s->o->fixed[node].pin > 0)
            s->folding[node] = s->o->fixed[node];
        else if (!pick(s, l, cycles, &s->folding[node]))
            return fail(s->c, ERR_UNSUPPORTED, (Loc){ .node = s->g->node[node].name },
                        "no folding fits behind the layer before it");
    }
    return ERR_NONE;
}

static int64_t cycles_at(const Search *s, int l)
{
    return option_of(s, &s->layer[l], s->folding[s->layer[l].node]).cycles;
}

static bool within(const Search *s, const Score *p)
{
    return p->area.lut <= s->o->max_lut && p->area.blocks <= s->o->max_blocks;
}

/* Makes layer l faster by at least a factor and mends the layers behind it. False: no such move. */
static bool faster(Search *s, int l, int64_t cycles)
{
    if (s->o->fixed && s->o->fixed[s->layer[l].node].pin > 0)
        return false;
    if (!pick(s, l, cycles, &s->folding[s->layer[l].node]) || cycles_at(s, l) > cycles)
        return false;
    for (int k = l + 1; k < s->n_layer; k++) {
        int node = s->layer[k].node;
        if (!lower_folding_fits(s->layer[k].s, s->folding[node], lanes_into(s, k)) &&
            !pick(s, k, cycles_at(s, k), &s->folding[node]))
            return false;
    }
    return true;
}

/* One step of the descent: the single-layer speed-up that lowers LUT x latency most. */
static Err descend(Search *s, Score *at, bool *moved)
{
    size_t bytes = (size_t)s->g->n_node * sizeof(Folding);
    Arena a = s->scratch;
    Folding *home = NEW(&a, Folding, (size_t)s->g->n_node);
    Folding *best = NEW(&a, Folding, (size_t)s->g->n_node);
    Arena kept = s->scratch;
    s->scratch = a;
    Score best_score = *at;
    memcpy(home, s->folding, bytes);
    *moved = false;
    for (int l = 0; l < s->n_layer; l++)
        for (int divide = 4; divide >= 1; divide--) {
            Score p;
            memcpy(s->folding, home, bytes);
            int64_t cycles = cycles_at(s, l) * divide / (divide + 1);
            if (!faster(s, l, cycles))
                continue;
            TRY(score_point(s, false, &p));
            if (within(s, &p) && p.interval <= at->interval &&
                p.area.lut * (double)p.latency < best_score.area.lut * (double)best_score.latency) {
                best_score = p;
                memcpy(best, s->folding, bytes);
                *moved = true;
            }
        }
    memcpy(s->folding, *moved ? best : home, bytes);
    *at = best_score;
    s->scratch = kept;
    return ERR_NONE;
}

static Err refuse_size(const Search *s, const Score *p)
{
    bool lut = p->area.lut > s->o->max_lut;
    return fail(s->c, ERR_FIT, (Loc){ 0 },
                "the smallest folding needs about %.0f %s, %.0f over the %.0f there are (estimated)",
                lut ? p->area.lut : (double)p->area.blocks, lut ? "LUTs" : "memory blocks",
                lut ? p->area.lut - s->o->max_lut : (double)(p->area.blocks - s->o->max_blocks),
                lut ? s->o->max_lut : (double)s->o->max_blocks);
}

/* Layers wait for each other at a map's edge, so that the whole is slower than its slowest layer;
 * the others are made faster as long as that shortens the exact interval and fits. */
static Err settle(Search *s, int64_t slowest, Score *p)
{
    enum { TRIES = 12 };
    int64_t best = 0, best_ask = slowest, ask = slowest;
    for (int i = 0; i < TRIES; i++, ask = ask * 7 / 8) {
        TRY(pick_all(s, ask));
        TRY(score_point(s, true, p));
        if (within(s, p) && (best == 0 || p->interval < best)) {
            best = p->interval;
            best_ask = ask;
        }
    }
    TRY(pick_all(s, best_ask));
    return score_point(s, true, p);
}

/* The shortest interval within the budget, by bisection on the layers' cycles. */
static Err fastest_that_fits(Search *s, Score *p)
{
    int64_t lo = 0, hi = NO_LIMIT;
    TRY(pick_all(s, hi));
    TRY(score_point(s, false, p));
    if (!within(s, p))
        return refuse_size(s, p);
    hi = p->interval;
    while (lo + 1 < hi && (hi - lo) * 64 > hi) {
        int64_t mid = (lo + hi) / 2;
        TRY(pick_all(s, mid));
        TRY(score_point(s, false, p));
        if (within(s, p) && p->interval <= mid)
            hi = mid;
        else
            lo = mid;
    }
    return settle(s, hi, p);
}

/* The smallest point whose exact interval meets the target: stalls between layers may make it
 * longer than the slowest layer's own cycles, then the layers are asked for a little less. */
static Err meet_target(Search *s, Score *p)
{
    int64_t best = NO_LIMIT;
    for (int64_t ask = s->o->max_interval; ask > 0; ask = ask * 15 / 16) {
        TRY(pick_all(s, ask));
        TRY(score_point(s, true, p));
        if (p->interval <= s->o->max_interval)
            return within(s, p) ? ERR_NONE : refuse_size(s, p);
        best = p->interval < best ? p->interval : best;
    }
    return fail(s->c, ERR_NO, (Loc){ 0 },
                "the target of %lld cycles per image cannot be met: the best folding takes %lld",
                (long long)s->o->max_interval, (long long)best);
}

static void find_layers(Search *s, Arena *perm)
{
    s->layer = NEW(perm, Layer, (size_t)s->g->n_node);
    for (int i = 0; i < s->g->n_node; i++)
        if (op_is_synapse(s->g->node[i].op)) {
            Layer *l = &s->layer[s->n_layer++];
            l->node = i;
            list_options(s, l, perm);
        }
}

Err plan_smallest(const Graph *snn, const PlanOptions *o, Estimate *least, Arena scratch, Ctx *c)
{
    Search s = { .g = snn, .o = o, .c = c };
    Design d;
    s.folding = NEW(&scratch, Folding, (size_t)snn->n_node);
    find_layers(&s, &scratch);
    s.scratch = scratch;
    TRY(pick_all(&s, NO_LIMIT));
    TRY(lower_point(&s, &scratch, &d));
    *least = estimate_design(&d, o->fabric);
    return ERR_NONE;
}

Err plan_pipeline(const Graph *snn, const PlanOptions *o, Arena *perm, Arena scratch, Plan *plan,
                  Ctx *c)
{
    Search s = { .g = snn, .o = o, .c = c };
    Score p = { 0 };
    bool moved = true;
    plan->folding = NEW(perm, Folding, (size_t)snn->n_node);
    s.folding = plan->folding;
    find_layers(&s, &scratch);
    s.scratch = scratch;
    TRY(o->max_interval > 0 ? meet_target(&s, &p) : fastest_that_fits(&s, &p));
    while (moved && !o->smallest) TRY(descend(&s, &p, &moved));
    TRY(score_point(&s, true, &p));
    LowerOptions lo = lower_options(&s);
    TRY(lower_design(snn, &lo, true, perm, &plan->design, c));
    plan->estimate = p.area;
    plan->latency  = p.latency;
    plan->interval = p.interval;
    return ERR_NONE;
}
