#include "cost/choose.h"
#include "base/num.h"

enum {
    LEAST_PORT = 64, MOST_PORT = 512,
    LEAST_POUT = 4, MOST_POUT = 64,
    MOST_PIN   = 128          /* a layer record counts the channels of a word in 8 bits */
};

typedef struct Search {
    const Graph      *g;
    const EngineWish *w;
    Arena            *perm;
    Arena             scratch;
    EngineChoice     *best;
    Fabric            fabric;
    double            max_lut;
    EngineBuild       smallest;   /* of all, in LUTs; Bits 0: there is none                     */
    Estimate          least;
    EngineBuild       refused;    /* within the budget, but the network cannot run; likewise    */
    Ctx              *c, *mute;   /* mute: what single engines cannot do */
} Search;

static int most(int64_t a, int64_t b) { return (int)(a > b ? a : b); }

static int power_above(int64_t n)
{
    int p = 1;
    while (p < n && p < 1 << 30) p *= 2;
    return p;
}

/* What the network needs of the memories of a default engine with the array of b. */
static void grow(const Graph *g, bool generous, EngineBuild *b)
{
    EngineBuild usual = engine_build(b->port_bits);
    Shape in = g->node[0].shape;
    int64_t words = 1, positions = 1, outputs = 1, frac = 0;
    for (int i = 0; i < g->n_node; i++) {
        const Node *n = &g->node[i];
        int64_t map = (int64_t)n->shape.h * n->shape.w;
        bool synapse = op_is_synapse(n->op);
        if (synapse || n->op == OP_S_MAXPOOL)
            words = most(words, i + 1 < g->n_node && g->node[i + 1].op == OP_S_MAXPOOL
                                    ? 1 : map * num_ceil_div(n->shape.c, b->pin));
        positions = n->op == OP_S_CONV2D ? most(positions, map) : positions;
        outputs   = n->op == OP_S_DENSE ? most(outputs, n->shape.c) : outputs;
        frac      = synapse && n->steps[0] > 0 ? most(frac, n->frac_bits[0]) : frac;
        b->weight_bits = synapse ? most(b->weight_bits, n->weight_bits[0]) : b->weight_bits;
        b->acc_bits    = synapse ? most(b->acc_bits, n->acc_bits[0]) : b->acc_bits;
    }
    words = most(words, in.h * (int64_t)in.w); /* windows or pixels */
    b->map_words    = power_above(generous ? most(words, usual.map_words * usual.pin / b->pin) : words);
    b->positions    = power_above(generous ? most(positions, usual.positions) : positions);
    b->columns      = power_above(generous ? most(num_ceil_div(outputs, b->lanes), usual.columns)
                                           : num_ceil_div(outputs, b->lanes));
    b->image_pixels = most((int64_t)in.h * in.w, generous ? usual.image_pixels : 1);
    b->pixel_bits   = most((int64_t)in.c * b->bits, generous ? usual.pixel_bits : 1);
    b->frac_bits    = most(frac, usual.frac_bits);
}

static bool buildable(const Search *s, const EngineBuild *b)
{
    bool fed = (int64_t)b->pin * b->pout * b->weight_bits >= 2 * (int64_t)b->port_bits;
    *s->mute = (Ctx){ 0 };
    return fed && (b->pin == b->pout || b->pin >= 2 * b->pout) && !engine_build_check(b, s->mute);
}

static bool within(const Search *s, Estimate e)
{
    return e.lut <= s->max_lut && e.blocks <= s->w->device->ram;
}

/* a is to be had rather than b. */
static bool better(const EngineWish *w, const EngineChoice *a, const EngineChoice *b)
{
    bool met = w->max_cycles > 0 && a->cycles <= w->max_cycles, was = w->max_cycles > 0 && b->cycles <= w->max_cycles;
    if (met != was)
        return met;
    return met ? a->area.lut < b->area.lut
               : a->cycles < b->cycles || (a->cycles == b->cycles && a->area.lut < b->area.lut);
}

static Err weigh(Search *s, const EngineBuild *b, Estimate area)
{
    EngineChoice here = { .area = area, .tried = s->best->tried + 1 };
    EngineTiming t = engine_timing();
    Arena a = s->scratch;
    *s->mute = (Ctx){ 0 };
    if (tape_plan(s->g, b, s->w->skip, &a, &here.plan, s->mute)) {
        s->refused = *b;
        return ERR_NONE;
    }
    EngineLayer *layer = NEW(&a, EngineLayer, (size_t)here.plan.n_layer);
    TRY(engine_cycles(&here.plan, &t, NULL, layer, &here.cycles, s->c));
    if (s->best->tried == 0 || better(s->w, &here, s->best))
        *s->best = here;
    s->best->tried = here.tried;
    return ERR_NONE;
}

/* One array behind one port, with generous memories if they fit, else with the least. */
static Err try_one(Search *s, int pin, int pout, int port)
{
    EngineBuild b = engine_build(port);
    Estimate area;
    b.pin  = pin;
    b.pout = pout;
    b.weight_bits = 2; /* of which grow makes the network's */
    grow(s->g, true, &b);
    if (!buildable(s, &b))
        return ERR_NONE;
    area = estimate_engine(&b, s->fabric);
    if (!within(s, area)) {
        grow(s->g, false, &b);
        area = estimate_engine(&b, s->fabric);
    }
    if (s->smallest.bits == 0 || area.lut < s->least.lut) {
        s->smallest = b;
        s->least    = area;
    }
    return within(s, area) ? weigh(s, &b, area) : ERR_NONE;
}

static Err try_all(Search *s)
{
    const EngineWish *w = s->w;
    for (int port = LEAST_PORT; port <= MOST_PORT; port *= 2)
        for (int pout = LEAST_POUT; pout <= MOST_POUT; pout *= 2)
            for (int pin = pout; pin <= MOST_PIN; pin *= 2)
                if ((!w->port_bits || w->port_bits == port) && (!w->pout || w->pout == pout) &&
                    (!w->pin || w->pin == pin))
                    TRY(try_one(s, pin, pout, port));
    return ERR_NONE;
}

static Err no_engine(const Search *s)
{
    const EngineWish *w = s->w;
    const FamilyInfo *f = device_family(w->device);
    DeviceNeed need = { f->lut_kind, (int64_t)s->least.lut, (int64_t)s->least.ff,
                        (int64_t)s->least.blocks * f->ram_bits, 0 };
    TapePlan p;
    if (s->refused.bits > 0)
        return tape_plan(s->g, &s->refused, w->skip, s->perm, &p, s->c);
    if (s->smallest.bits == 0)
        return fail(s->c, ERR_RANGE, (Loc){ 0 }, "no engine has an array of %d x %d slots behind a port of %d bits "
                    "(doc/engine.md, Shape)", w->pin, w->pout, w->port_bits);
    TRY(device_check(w->device, &need, s->c));
    return fail(s->c, ERR_FIT, (Loc){ 0 }, "the smallest engine, %d x %d slots behind a port of %d bits, takes about "
                "%.0f LUTs, more than the %.0f that are allowed (--max-lut, or four fifths of the device)",
                s->smallest.pin, s->smallest.pout, s->smallest.port_bits, s->least.lut, s->max_lut);
}

Err engine_choose(const Graph *snn, const EngineWish *w, Arena *perm, Arena scratch, EngineChoice *best, Ctx *c)
{
    *best = (EngineChoice){ 0 };
    Search s = { .g = snn, .w = w, .perm = perm, .best = best, .c = c, .fabric = estimate_fabric(w->device),
                 .max_lut = w->max_lut > 0 ? w->max_lut : 0.8 * (double)w->device->lut };
    s.mute    = NEW(&scratch, Ctx, 1);
    s.scratch = scratch;
    TRY(try_all(&s));
    if (best->tried == 0)
        return no_engine(&s);
    if (w->max_cycles > 0 && best->cycles > w->max_cycles)
        return fail(c, ERR_NO, (Loc){ 0 }, "the target of %lld cycles per image cannot be met: the engine takes "
                    "%lld (%d x %d slots, a port of %d bits: the fastest of %d within the budget)",
                    (long long)w->max_cycles, (long long)best->cycles, best->plan.build.pin,
                    best->plan.build.pout, best->plan.build.port_bits, best->tried);
    return tape_plan(snn, &best->plan.build, w->skip, perm, &best->plan, c);
}
