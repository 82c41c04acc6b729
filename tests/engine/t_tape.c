/* t_tape.c - tapes: an interpreter of tapes (tape_run.h) gives the simulator's codes in every layer
 * and every image, for LeNet-5 and for random networks on several engines; what does not fit is
 * listed; a changed tape is refused; the cost model counts the interpreter's visits. */
#include "engine/tape_run.h"
#include "cost/engine.h"
#include "emit/tape.h"
#include "engine/engine_nets.h"
#include "engine/engine_snn.h"

enum { SEEDS = 80, IMAGES = 3, LENET_IMAGES = 12 };

/* A map of the engine against a node's codes: where it is smaller, its part at the top and left. */
static void same_map(const TapeRun *t, const RunMap *m, const Node *n, const int16_t *want, const char *what)
{
    for (int c = 0; c < n->shape.c; c++)
        for (int y = 0; y < m->h; y++)
            for (int x = 0; x < m->w; x++) {
                int got = run_code(t, m, c, y, x), code = want[(c * n->shape.h + y) * n->shape.w + x];
                if (got != code)
                    fail_msg("%s of %s: channel %d at %d, %d is %d, want %d", what, n->name, c, y, x, got, code);
            }
}

/* Outputs that fill a tile up. */
static void rest_is_0(const TapeRun *t, const RunMap *m, const TapeRecord *r, int channels)
{
    for (int c = channels; c < r->tiles * t->b->pout; c++)
        for (int y = 0; y < m->h; y++)
            for (int x = 0; x < m->w; x++) assert_int_equal(run_code(t, m, c, y, x), 0);
}

static void same_image(const Graph *g, const TapePlan *p, const TapeRun *t, const Want *w, int image)
{
    for (int l = 0; l < p->n_layer; l++) {
        const TapeLayer *y = &p->layer[l];
        const Node *n = &g->node[y->node], *map = &g->node[y->map];
        if (n->steps[0]) {
            same_map(t, &t->fired[l], n, w->code[y->node] + image * shape_count(n->shape), "codes");
            rest_is_0(t, &t->fired[l], &y->r, n->shape.c);
        }
        if (l + 1 < p->n_layer)
            same_map(t, &t->in[l + 1], map, w->code[y->map] + image * shape_count(map->shape), "map");
    }
    for (int o = 0; o < p->classes; o++)
        if (t->score[o] != w->logit[image * p->classes + o])
            fail_msg("score %d is %lld, want %lld", o, (long long)t->score[o],
                     (long long)w->logit[image * p->classes + o]);
}

/* The cost model's slots are the interpreter's visits. */
static void same_slots(const TapePlan *p, const TapeRun *t)
{
    EngineTiming timing = engine_timing();
    EngineLayer layer[RUN_LAYERS];
    int64_t total;
    ok(engine_cycles(p, &timing, NULL, layer, &total, &ctx));
    for (int l = 0; l < p->n_layer; l++) {
        const TapeRecord *r = &p->layer[l].r;
        if (r->kind != TAPE_DENSE)
            assert_true(layer[l].slots >= t->slots[l] * r->t_in);
        if (r->kind == TAPE_DENSE)
            assert_int_equal(layer[l].slots, r->columns * r->lane_words);
        else if (t->slots[l] == r->tiles * r->chunks * r->positions / (r->pair ? 2 : 1))
            assert_int_equal(layer[l].slots, t->slots[l] * r->t_in);
    }
}

/* Every layer of n images. */
static void same(const Graph *g, const EngineBuild *b, bool skip, const int16_t *image, int n)
{
    Arena kept = mem;
    TapePlan p;
    ok(tape_plan(g, b, skip, &mem, &p, &ctx));
    const unsigned char *tape = tape_bytes(g, &p, &mem);
    Want w = simulated(g, image, n, &mem, arena_new(1 << 24));
    for (int i = 0; i < n; i++) {
        Arena here = mem;
        TapeRun *t = NEW(&mem, TapeRun, 1);
        tape_run(b, tape, image + i * shape_count(g->node[0].shape), t);
        same_image(g, &p, t, &w, i);
        same_slots(&p, t);
        mem = here;
    }
    mem = kept;
}

/* What of the design the random networks reached. */
typedef struct Reached { int nets, pairs, windows, pixels, dense_first, pooled, tiles, groups, is_signed, shift; } Reached;

static void reach(const Graph *g, const EngineBuild *b, Reached *to)
{
    Arena kept = mem;
    TapePlan p;
    ok(tape_plan(g, b, false, &mem, &p, &ctx));
    to->nets++;
    for (int l = 0; l < p.n_layer; l++) {
        const TapeRecord *r = &p.layer[l].r;
        to->pairs += r->pair != 0;
        to->windows += r->kind == TAPE_WINDOWS && !r->pair;
        to->pixels += r->kind == TAPE_PIXELS;
        to->dense_first += l == 0 && r->kind == TAPE_DENSE;
        to->pooled += r->pool_h * r->pool_w > 1;
        to->tiles += r->tiles > 1;
        to->groups += r->in_groups > 1;
        to->is_signed += r->in_signed || r->out_signed;
        to->shift += r->t_out > 0 && tape_shift(b, &g->node[p.layer[l].node]) > 0;
    }
    mem = kept;
}

/* Random networks that an engine of this shape takes, every layer of every image. */
static Reached random_networks(EngineBuild b)
{
    Reached to = { 0 };
    b.frac_bits = 24;
    for (uint64_t seed = 1; to.nets < SEEDS; seed++) {
        Arena kept = mem;
        TapePlan p;
        assert_true(seed < 100 * SEEDS);
        Graph g = engine_snn(seed, b.weight_bits, &mem);
        Err e = tape_plan(&g, &b, false, &mem, &p, &ctx);
        const Ctx *c = taken();
        if (e) {
            assert_true(e == ERR_FIT || e == ERR_UNSUPPORTED);
            assert_true(c->n_problem > 0);
        } else {
            reach(&g, &b, &to);
            same(&g, &b, seed % 2, random_codes(seed, &g.node[0], IMAGES, &mem), IMAGES);
        }
        mem = kept;
    }
    printf("# %d networks: %d paired windows, %d windows, %d pixels as words, %d dense first, %d pooled, %d of "
           "many tiles, %d of many groups, %d signed, %d shifted\n", to.nets, to.pairs, to.windows, to.pixels,
           to.dense_first, to.pooled, to.tiles, to.groups, to.is_signed, to.shift);
    return to;
}

static void on_a_small_engine(void **state)
{
    (void)state;
    Reached r = random_networks(engine_build_small());
    assert_true(r.pairs && r.windows && r.pixels && r.dense_first && r.pooled && r.tiles && r.groups && r.is_signed && r.shift);
}

static void on_the_default_engine(void **state)
{
    (void)state;
    Reached r = random_networks(engine_build(512));
    assert_true(r.pairs && r.windows && r.dense_first && r.pooled && r.is_signed && r.shift);
}

/* Columns that end inside a port word, chunks of 3 words, lanes that are no power of two. */
static void on_odd_engines(void **state)
{
    (void)state;
    EngineBuild b = engine_build_small();
    b.weight_bits = 6;
    b.lanes = 12;
    random_networks(b);
    b = engine_build(256);
    b.pin = b.pout = 8;
    b.weight_bits = 8;
    b.lanes = 8;
    random_networks(b);
}

static void lenet5(void **state)
{
    (void)state;
    int16_t *image;
    Arena kept = mem;
    Graph g = lenet(LENET_IMAGES, &image);
    EngineBuild b = engine_build(512);
    same(&g, &b, true, image, LENET_IMAGES);
    b = engine_build_small(); /* a window does not fit 8 inputs: pixels as words */
    b.map_words = 1024;
    b.positions = 784;
    same(&g, &b, true, image, 2);
    mem = kept;
}

/* 1x8x8 -> 3x3 convolution to 12 channels -> pool of 2 x pool_w -> dense to 5 scores; W = 3, F at most 24. */
static Graph pooled_net(int pool_w)
{
    Rng r = { 7 };
    Graph g = graph_new(&mem);
    Node *in = &g.node[graph_node(&g, OP_S_INPUT, "input")];
    *in = (Node){ .op = OP_S_INPUT, .name = "input", .shape = { 1, 8, 8 }, .steps = { 4 }, .scale = { 1 } };
    for (int k = 0; k < ROLE_COUNT; k++) in->role[k] = IR_NONE;
    int id = add_snn(&r, &g, OP_S_CONV2D, 12, 3);
    Node *n = &g.node[id];
    for (int d = 0; d < 4; d++) n->kernel[d % 2] = 3, n->stride[d % 2] = 1, n->pad[d] = 1;
    n->role[ROLE_w] = graph_tensor(&g, "w", DT_I8, 4, (int[]){ 12, 1, 3, 3 });
    random_weights(&r, graph_role(&g, n, ROLE_w), 3);
    shape_snn(&g);
    random_neurons(&r, &g, id, false);
    add_pool(&r, &g);
    n = &g.node[g.n_node - 1];
    n->kernel[0] = n->stride[0] = 2;
    n->kernel[1] = n->stride[1] = pool_w;
    shape_snn(&g);
    id = add_snn(&r, &g, OP_S_DENSE, 5, 3);
    do random_neurons(&r, &g, id, true); while (g.node[id].steps[0] > 0);
    return g;
}

static Graph small_net(void) { return pooled_net(2); }

/* A pair lies in one pooling window, and a window one wide and two high comes position by position. */
static void pairs_and_pools(void **state)
{
    (void)state;
    static const int pairs[] = { 0, 1, 0, 1, 0 };
    EngineBuild b = engine_build(128);
    b.pin = 32;
    b.pout = 16;
    b.frac_bits = 24;
    for (int w = 1; w <= 5; w++) {
        Graph g = pooled_net(w);
        TapePlan p;
        ok(tape_plan(&g, &b, false, &mem, &p, &ctx));
        assert_int_equal(p.layer[0].r.pair, pairs[w - 1]);
        same(&g, &b, false, random_codes((uint64_t)w, &g.node[0], IMAGES, &mem), IMAGES);
    }
}

/* The engine has no problem with the network, or one with `text` in it, of kind `want`. */
static void refused(const Graph *g, const EngineBuild *b, Err want, const char *text)
{
    TapePlan p;
    bool found = false;
    Err e = tape_plan(g, b, false, &mem, &p, &ctx);
    const Ctx *c = taken();
    for (int i = 0; i < c->n_problem; i++)
        found |= c->problem[i].code == want && strstr(c->problem[i].text, text) != NULL;
    if (!e || !found)
        fail_msg("got %s with '%s', want '%s'", err_name(e), c->problem[0].text, text);
}

static EngineBuild fitting(void)
{
    EngineBuild b = engine_build_small();
    b.frac_bits = 24;
    return b;
}

static void what_does_not_fit(void **state)
{
    (void)state;
    Graph g = small_net();
    EngineBuild b = fitting();
    TapePlan p;
    ok(tape_plan(&g, &b, false, &mem, &p, &ctx));
#define SHORT(field, value, text)                 \
    do {                                          \
        b = fitting();                            \
        b.field = value;                          \
        refused(&g, &b, ERR_FIT, text);           \
    } while (0)
    SHORT(map_words, 63, "MapWords): 64 wanted, 63 are there");
    SHORT(positions, 63, "Positions): 64 wanted, 63");
    SHORT(layers, 1, "Layers): 2 wanted, 1");
    SHORT(image_pixels, 63, "ImagePixels): 64 wanted, 63");
    SHORT(pixel_bits, 7, "PixelBits): 8 wanted, 7");
    SHORT(weight_bits, 2, "WBits): 3 wanted, 2");
    SHORT(bits, 3, "Bits): 4 wanted, 3");
    SHORT(acc_bits, g.node[1].acc_bits[0] - 1, "bits of V, proved (AccBits)");
    SHORT(acc_bits, 2, "bits of U, proved");
    SHORT(acc_bits, g.node[3].pot_bits[0] - 3, "bits of a score, proved");
    SHORT(frac_bits, g.node[1].frac_bits[0] - 1, "fractional bits");
    b = fitting();
    b.lanes = b.columns = 2;
    refused(&g, &b, ERR_FIT, "Columns): 3 wanted, 2");
}

static void at_once(void **state)
{
    (void)state;
    Graph g = small_net();
    EngineBuild b = fitting();
    TapePlan p;
    b.map_words = 10;
    b.layers = b.positions = 1;
    wrong(tape_plan(&g, &b, false, &mem, &p, &ctx), ERR_FIT, "4 problems in this model");
}

static void what_the_engine_cannot_do(void **state)
{
    (void)state;
    Graph g = small_net();
    EngineBuild b = fitting();
    g.node[2].stride[0] = 1;
    refused(&g, &b, ERR_UNSUPPORTED, "its windows overlap or leave gaps");
    g = small_net();
    g.node[2].pad[0] = 1;
    refused(&g, &b, ERR_UNSUPPORTED, "a pool with padding");
    g = small_net();
    g.node[3].steps[0] = 4;
    refused(&g, &b, ERR_UNSUPPORTED, "must give scores");
    g = small_net();
    g.node[1].pad[1] = 16;
    refused(&g, &b, ERR_FIT, "pad_left of 16");
    g = small_net();
    g.node[1].op = OP_S_MAXPOOL;
    refused(&g, &b, ERR_UNSUPPORTED, "a pool that does not follow a convolution");
    graph_role(&g, &g.node[3], ROLE_bias)->i64[2] = (int64_t)1 << 31;
    refused(&g, &b, ERR_FIT, "bits of a bias: 33 wanted, 32");
    b.pin = 12;
    wrong(tape_plan(&g, &b, false, &mem, &(TapePlan){ 0 }, &ctx), ERR_RANGE, "PIn=12");
}

static const unsigned char *small_tape(const EngineBuild *b, size_t *n)
{
    TapePlan p;
    Graph g = small_net();
    ok(tape_plan(&g, b, false, &mem, &p, &ctx));
    *n = (size_t)p.length * (size_t)b->port_bits / 8;
    return tape_bytes(&g, &p, &mem);
}

/* Each byte of a tape changed, alone; cut short; made for another engine. */
static void changed_tapes(void **state)
{
    (void)state;
    size_t n;
    EngineBuild b = fitting(), other = b;
    const unsigned char *good = small_tape(&b, &n);
    unsigned char *bad = NEW(&mem, unsigned char, n);
    assert_int_equal(tape_check(&b, good, n), FAULT_none);
    for (size_t i = 0; i < n; i++) {
        memcpy(bad, good, n);
        bad[i] = (unsigned char)(bad[i] ^ 1 << i % 8);
        TapeFault want = i < 4 ? FAULT_magic : i < 8 ? FAULT_version : i < 12 ? FAULT_config
                     : i < 64 ? FAULT_header_crc : FAULT_body_crc;
        if (tape_check(&b, bad, n) != want)
            fail_msg("byte %zu: fault %d, want %d", i, tape_check(&b, bad, n), want);
    }
    for (size_t k = 0; k < n; k += 8) assert_int_equal(tape_check(&b, good, k), FAULT_length);
    for (uint32_t layers = 0; layers <= (uint32_t)b.layers + 1; layers += (uint32_t)b.layers + 1) {
        TapeHeader h = tape_get_header(good);
        h.layers = layers;
        tape_put_header(&h, bad);
        assert_int_equal(tape_check(&b, bad, n), FAULT_config);
    }
    for (int k = 0; k < SHAPE_COUNT; k++) {
        other = b;
        ((int *)&other)[k]++;
        assert_int_equal(tape_check(&other, good, n), FAULT_config);
    }
}

/* A file: the same bytes, nothing else left in the folder. */
static void a_file(void **state)
{
    (void)state;
    size_t n, m;
    EngineBuild b = fitting();
    TapePlan p;
    Graph g = small_net();
    const unsigned char *want = small_tape(&b, &n);
    ok(tape_plan(&g, &b, false, &mem, &p, &ctx));
    const char *path = io_join(&mem, dir, "tape.bin");
    ok(tape_emit(&g, &p, path, mem, &ctx));
    const unsigned char *got = bytes_of(path, &m);
    assert_int_equal(m, n);
    assert_memory_equal(got, want, n);
    wrong(tape_emit(&g, &p, "/nowhere/tape.bin", mem, &ctx), ERR_IO, "");
}

/* Places that doc/engine.md and tape.def fix; the words by Python's zlib.crc32. */
static void where_fields_lie(void **state)
{
    (void)state;
    unsigned char at[TAPE_RECORD_BYTES];
    EngineBuild b = engine_build(512), s = engine_build_small();
    assert_int_equal(engine_config(&b), 0x5334452d);
    assert_int_equal(engine_config(&s), 0xe149039e);
    TapeRecord r = { .kind = 2, .last = 1, .t_in = 8, .pad_left = 3, .in_lanes = 0xab, .start = 0x12345678,
                     .origin = 0x1234, .all_words = 0xdeadbeef };
    tape_put_record(&r, at);
    assert_memory_equal(at, ((unsigned char[]){ 6, 8, 0, 0x30, 0, 0, 0, 0xab }), 8);
    assert_memory_equal(at + 28, ((unsigned char[]){ 0x78, 0x56, 0x34, 0x12 }), 4);
    assert_memory_equal(at + 40, ((unsigned char[]){ 0, 0, 0x34, 0x12, 0, 0, 0, 0, 0xef, 0xbe, 0xad, 0xde }), 12);
    TapeRecord back = tape_get_record(at);
    assert_memory_equal(&back, &r, sizeof r);
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_fields_lie), cmocka_unit_test(on_a_small_engine),
        cmocka_unit_test(on_the_default_engine), cmocka_unit_test(on_odd_engines),
        cmocka_unit_test(lenet5), cmocka_unit_test(pairs_and_pools), cmocka_unit_test(what_does_not_fit), cmocka_unit_test(at_once),
        cmocka_unit_test(what_the_engine_cannot_do), cmocka_unit_test(changed_tapes), cmocka_unit_test(a_file),
    };
    return RUN(tests);
}
