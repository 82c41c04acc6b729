/* whole_nets.c - networks for whole.sh: whole_nets DIR N writes DIR/0 (LeNet-5) to DIR/N (random
 * networks that the engine takes), each with its tape, images and what every layer must give, and
 * prints the engine's parameters for Verilator. Numbers are 32-bit, native order:
 *   tape's bytes, classes, maps, images, pixels, estimate of cycles; per map: channels, h, w, words a
 *   position, steps; the tape; per image: pixels as the stream has them, codes [h][w][channel] of each
 *   map, scores. */
#include "cost/engine.h"
#include "emit/tape.h"
#include "engine/engine_nets.h"
#include "engine/engine_snn.h"

enum { IMAGES = 2 };

static EngineBuild shape(void)
{
    EngineBuild b = engine_build_small();
    b.frac_bits = 24;
    b.map_words = 1024;
    b.positions = 1024;
    return b;
}

static void put(FILE *f, int64_t x)
{
    int32_t v = (int32_t)x;
    if (fwrite(&v, sizeof v, 1, f) != 1)
        abort();
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

/* Of a pooled map, the part that the engine keeps is the pool's own. */
static void put_map(FILE *f, const TapeRecord *r, const Node *map, const int16_t *code)
{
    for (int y = 0; y < r->pooled_h; y++)
        for (int x = 0; x < r->pooled_w; x++)
            for (int c = 0; c < map->shape.c; c++) put(f, code[(c * map->shape.h + y) * map->shape.w + x]);
}

static void put_net(FILE *f, const Graph *g, const TapePlan *p, const int16_t *image)
{
    const EngineBuild *b = &p->build;
    Shape in = g->node[0].shape;
    EngineTiming timing = engine_timing();
    EngineLayer layer[64];
    int64_t total, bytes = p->length * b->port_bits / 8;
    Want w = simulated(g, image, IMAGES, &mem, arena_new(1 << 24));
    ok(engine_cycles(p, &timing, NULL, layer, &total, &ctx));
    const int64_t head[] = { bytes, p->classes, p->n_layer - 1, IMAGES, in.h * in.w, total };
    for (size_t k = 0; k < sizeof head / sizeof *head; k++) put(f, head[k]);
    for (int l = 0; l + 1 < p->n_layer; l++) {
        const TapeRecord *r = &p->layer[l].r;
        const int64_t map[] = { g->node[p->layer[l].map].shape.c, r->pooled_h, r->pooled_w, r->out_groups, r->t_out };
        for (size_t k = 0; k < sizeof map / sizeof *map; k++) put(f, map[k]);
    }
    if (fwrite(tape_bytes(g, p, &mem), 1, (size_t)bytes, f) != (size_t)bytes)
        abort();
    for (int i = 0; i < IMAGES; i++) {
        put_pixels(f, b, &g->node[0], image + i * shape_count(in));
        for (int l = 0; l + 1 < p->n_layer; l++) {
            const Node *map = &g->node[p->layer[l].map];
            put_map(f, &p->layer[l].r, map, w.code[p->layer[l].map] + i * shape_count(map->shape));
        }
        for (int o = 0; o < p->classes; o++) put(f, w.logit[i * p->classes + o]);
    }
}

/* False: the engine does not take it. */
static bool write_net(const char *to, int number, const Graph *g, bool skip, const int16_t *image)
{
    EngineBuild b = shape();
    TapePlan p;
    char name[512];
    Err e = tape_plan(g, &b, skip, &mem, &p, &ctx);
    if (e)
        return taken(), false;
    snprintf(name, sizeof name, "%s/%d", to, number);
    FILE *f = fopen(name, "wb");
    if (!f)
        abort();
    put_net(f, g, &p, image);
    return !fclose(f);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int n = atoi(argv[2]);
    int16_t *image;
    EngineBuild b = shape();
    fixture_start();
    Graph g = lenet(IMAGES, &image);
    if (!write_net(argv[1], 0, &g, false, image))
        return 1;
    for (int k = 1, seed = 1; k <= n; seed++) {
        g = engine_snn((uint64_t)seed, b.weight_bits, &mem);
        k += write_net(argv[1], k, &g, k % 2, random_codes((uint64_t)seed, &g.node[0], IMAGES, &mem));
    }
    for (int k = 0; k < SHAPE_COUNT; k++)
        if (k != SHAPE_lanes)
            printf("-G%s=%d ", shape_info[k].parameter, engine_shape(&b, k));
    printf("-GConfig=%u\n", engine_config(&b));
    return 0;
}
