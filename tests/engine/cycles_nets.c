/* cycles_nets.c - runs for cycles.sh: cycles_nets DIR N PORT PIN POUT WBITS writes DIR/1 to DIR/N,
 * each a random network's tape, images and what cost/engine says of their clocks, on memories of
 * several kinds; prints the engine's parameters for Verilator. Numbers are 32-bit, native order:
 *   tape's bytes, its address, layers, images, pixels; the tape; per image: latency, refresh, period,
 *   queue, clock, pixel (EngineTiming), clocks in all, first clock of each layer, the pixels. */
#include "cost/engine.h"
#include "emit/tape.h"
#include "engine/engine_nets.h"
#include "engine/engine_snn.h"

enum { IMAGES = 4 };

static EngineBuild shape(char **arg)
{
    EngineBuild b = engine_build(atoi(arg[0]));
    b.pin         = atoi(arg[1]);
    b.pout        = atoi(arg[2]);
    b.weight_bits = atoi(arg[3]);
    b.columns     = 8;
    b.frac_bits   = 24;
    b.map_words   = 1024;
    b.positions   = 1024;
    return b;
}

static void put(FILE *f, int64_t x)
{
    int32_t v = (int32_t)x;
    if (fwrite(&v, sizeof v, 1, f) != 1)
        abort();
}

static EngineTiming random_timing(Rng *r, int image, int64_t base)
{
    EngineTiming t = engine_timing();
    t.base  = base;
    t.clock = pick(r, 200, 4000);
    t.pixel = pick(r, -200, 200);
    if (image % 2) {
        t.latency = pick(r, 1, 200);
        t.period  = pick(r, 0, 1) ? pick(r, 40, 1000) : 0;
        t.refresh = pick(r, 0, 39);
        t.queue   = pick(r, 0, 1) ? pick(r, 1, 64) : 64;
    }
    return t;
}

static void put_pixels(FILE *f, const EngineBuild *b, const Node *in, const int16_t *code)
{
    int64_t n = in->shape.h * in->shape.w;
    for (int64_t p = 0; p < n; p++) {
        int64_t word = 0;
        for (int c = 0; c < in->shape.c; c++)
            word |= (int64_t)(code[c * n + p] & ((1 << in->steps[0]) - 1)) << c * b->bits;
        put(f, word);
    }
}

/* The layers' input codes of one image. */
static void inputs(const Graph *g, const TapePlan *p, const Want *w, const int16_t *image, int k, const int16_t **code)
{
    code[0] = image + k * shape_count(g->node[0].shape);
    for (int l = 1; l < p->n_layer; l++) {
        int map = p->layer[l - 1].map;
        code[l] = w->code[map] + k * shape_count(g->node[map].shape);
    }
}

static void put_image(FILE *f, const Graph *g, const TapePlan *p, const int16_t *const *code, const EngineTiming *t)
{
    EngineLayer layer[64];
    int64_t total;
    ok(engine_cycles(p, t, code, layer, &total, &ctx));
    const int64_t head[] = { t->latency, t->refresh, t->period, t->queue, t->clock, t->pixel, total };
    for (size_t k = 0; k < sizeof head / sizeof *head; k++) put(f, head[k]);
    for (int l = 0; l < p->n_layer; l++) put(f, layer[l].start);
    put_pixels(f, &p->build, &g->node[0], code[0]);
}

static void put_net(FILE *f, Rng *r, const Graph *g, const TapePlan *p, const int16_t *image)
{
    const EngineBuild *b = &p->build;
    int64_t bytes = p->length * b->port_bits / 8, base = (int64_t)pick(r, 0, 9999) * b->port_bits / 8;
    Want w = simulated(g, image, IMAGES, &mem, arena_new(1 << 24));
    const int64_t head[] = { bytes, base, p->n_layer, IMAGES, g->node[0].shape.h * g->node[0].shape.w };
    for (size_t k = 0; k < sizeof head / sizeof *head; k++) put(f, head[k]);
    if (fwrite(tape_bytes(g, p, &mem), 1, (size_t)bytes, f) != (size_t)bytes)
        abort();
    for (int k = 0; k < IMAGES; k++) {
        const int16_t *code[64];
        EngineTiming t = random_timing(r, k, base);
        inputs(g, p, &w, image, k, code);
        put_image(f, g, p, code, &t);
    }
}

/* False: the engine does not take it. */
static bool write_net(const char *to, int number, const EngineBuild *b, uint64_t seed)
{
    TapePlan p;
    char name[512];
    Rng r = { seed + 1000 };
    Graph g = engine_snn(seed, b->weight_bits, &mem);
    if (tape_plan(&g, b, number % 3 != 0, &mem, &p, &ctx))
        return taken(), false;
    snprintf(name, sizeof name, "%s/%d", to, number);
    FILE *f = fopen(name, "wb");
    if (!f)
        abort();
    put_net(f, &r, &g, &p, random_codes(seed, &g.node[0], IMAGES, &mem));
    return !fclose(f);
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    EngineBuild b = shape(argv + 3);
    fixture_start();
    uint64_t seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 1;
    for (int k = 1; k <= atoi(argv[2]); seed++) k += write_net(argv[1], k, &b, seed);
    for (int k = 0; k < SHAPE_COUNT; k++)
        if (k != SHAPE_lanes)
            printf("-G%s=%d ", shape_info[k].parameter, engine_shape(&b, k));
    printf("-GConfig=%u\n", engine_config(&b));
    return 0;
}
