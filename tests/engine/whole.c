/* whole.c - one Verilator model of a small engine runs tape after tape: whole LIBRARY NETS. Prints TAP.
 *
 * LeNet-5 and NETS random networks (0: and nothing else), each with images alone, back to back, under stalls and after a
 * reset in the middle: every code and score is the simulator's, the cycle counter is right; its
 * figure is shown. Then tapes that must be refused, and weights that were changed,
 * which must be seen in the layer they belong to. LIBRARY: rtl/, or a damaged copy of it. */
#include "cosim/taperun.h"
#include "cost/engine.h"
#include "emit/enginetop.h"
#include "emit/tape.h"
#include "engine/engine_nets.h"
#include "engine/engine_snn.h"
#include <stdarg.h>

enum { IMAGES = 3, OTHERS = 2, FIVE_LAYERS = 17 /* the seed of a network of five layers */ };

static const char *library;
static int n_test, failed;

static void say(bool good, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    printf("%sok %d - ", good ? "" : "not ", ++n_test);
    vprintf(fmt, ap);
    puts("");
    fflush(stdout);
    va_end(ap);
    failed |= !good;
}

static EngineBuild shape(void)
{
    EngineBuild b = engine_build_small();
    b.frac_bits = 16;
    b.map_words = 1024;
    b.positions = 1024;
    return b;
}

/* Runs a tape; other: the other ways too. */
static TapeResult run(const Graph *g, const TapePlan *p, const unsigned char *tape, const int16_t *image, bool other)
{
    const char *path = file_of("tape.bin", tape, (size_t)p->length * (size_t)p->build.port_bits / 8);
    Sim *sim;
    TapeResult r;
    SimInput in = { .code = image, .n = IMAGES };
    Arena scratch = arena_new((size_t)1 << 32);
    ok(sim_new(g, &mem, &sim, &ctx));
    TapeJob job = { .dir = dir, .tape = path, .library = library, .name = "small", .plan = p, .snn = g, .sim = sim,
                    .input = &in, .n = IMAGES, .n_other = other ? OTHERS : 0, .seed = n_test + 1 };
    ok(taperun(&job, &mem, scratch, &r, &ctx));
    arena_delete(scratch);
    return r;
}

static const char *where(const TapeResult *r, const Graph *g)
{
    return r->error ? taperun_fault(r->error) : r->all.n_mismatch ? difference_text(&r->all.first, g, &mem) : "";
}

static void right(const char *name, const Graph *g, const TapePlan *p, const int16_t *image, bool first)
{
    EngineTiming timing = engine_timing();
    EngineLayer layer[64];
    int64_t cycles;
    TapeResult r = run(g, p, tape_bytes(g, p, &mem), image, true);
    ok(engine_cycles(p, &timing, NULL, layer, &cycles, &ctx));
    say(!r.error && !r.all.n_mismatch && !r.counter_wrong && (first || r.reused) && r.all.n_values > 0,
        "%s: %d layers, %lld values as simulated %s # %lld cycles, %lld if none were skipped", name, p->n_layer,
        (long long)r.all.n_values, where(&r, g), (long long)r.latency[0], (long long)cycles);
}

/* False: the engine is too small. */
static bool random_net(int seed, Graph *g, TapePlan *p, int16_t **image)
{
    EngineBuild b = shape();
    *g = engine_snn((uint64_t)seed, b.weight_bits, &mem);
    *image = random_codes((uint64_t)seed, &g->node[0], IMAGES, &mem);
    return !tape_plan(g, &b, seed % 2, &mem, p, &ctx) || (taken(), false);
}

static void random_nets(int n)
{
    for (int k = 0, seed = 1; k < n; seed++) {
        TapePlan p;
        Graph g;
        int16_t *image;
        char name[32];
        if (!random_net(seed, &g, &p, &image))
            continue;
        snprintf(name, sizeof name, "network %d", seed);
        right(name, &g, &p, image, false);
        k++;
    }
}

/* CRCs as they are for what the tape says now. */
static void seal(const TapePlan *p, unsigned char *tape)
{
    TapeHeader h = tape_get_header(tape);
    h.body_crc = tape_crc(tape + TAPE_HEADER_BYTES, (size_t)p->length * (size_t)p->build.port_bits / 8 - TAPE_HEADER_BYTES);
    tape_put_header(&h, tape);
}

static void refused(const Graph *g, const TapePlan *p, const int16_t *image)
{
    EngineBuild other = shape();
    TapePlan q;
    other.layers /= 2;
    ok(tape_plan(g, &other, false, &mem, &q, &ctx));
    TapeResult r = run(g, p, tape_bytes(g, &q, &mem), image, true);
    say(r.error == FAULT_config && r.all.n_values == 0, "a tape for another engine is refused (%s)", where(&r, g));
    unsigned char *tape = tape_bytes(g, p, &mem);
    tape[p->length * p->build.port_bits / 8 - 3] ^= 4;
    r = run(g, p, tape, image, true);
    say(r.error == FAULT_body_crc && r.all.n_values == 0, "a damaged tape is refused (%s)", where(&r, g));
}

/* The top bit of a layer's weight `field`, counted from the first chunk or column, is flipped. */
static void flip(const TapePlan *p, unsigned char *tape, const TapeLayer *l, int64_t field)
{
    const EngineBuild *b = &p->build;
    int64_t word = l->r.start + (l->r.kind == TAPE_DENSE ? 0 : tape_param_words(b));
    int64_t bit = word * b->port_bits + field * b->weight_bits + b->weight_bits - 1;
    tape[bit / 8] ^= (unsigned char)(1 << bit % 8);
    seal(p, tape);
}

/* One field after another of the first chunk, or of output 0: windows lie at the top of their register. */
static int64_t field_of(const TapePlan *p, const TapeRecord *r, int k)
{
    if (r->kind == TAPE_DENSE)
        return k % r->columns * r->tile_words * p->build.port_bits / p->build.weight_bits;
    int64_t o = k % p->build.pout, i = k / p->build.pout % p->build.pin;
    return o * p->build.pin + (r->kind == TAPE_WINDOWS ? p->build.pin - 1 - i : i);
}

/* A changed weight is seen first in its own layer, or nowhere; one of 64 is seen. */
static void changed_weights(const Graph *g, const TapePlan *p, const int16_t *image)
{
    for (int i = 0; i < p->n_layer; i++) {
        const TapeLayer *l = &p->layer[i];
        bool seen = false, elsewhere = false;
        TapeResult r = { 0 };
        for (int k = 0; k < 64 && !seen && !elsewhere; k++) {
            unsigned char *tape = tape_bytes(g, p, &mem);
            flip(p, tape, l, field_of(p, &l->r, k));
            r = run(g, p, tape, image, false);
            seen = r.all.n_mismatch > 0 && r.all.first.node == l->node;
            elsewhere = r.error || (r.all.n_mismatch > 0 && !seen);
        }
        say(seen, "a changed weight of %s: %s", g->node[l->node].name, where(&r, g));
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int n = atoi(argv[2]);
    int16_t *image;
    EngineBuild b = shape();
    TapePlan p;
    Graph g;
    library = argv[1];
    fixture_start();
    ok(emit_engine(&b, "small", library, dir, arena_new((size_t)1 << 24), &ctx));
    g = lenet(IMAGES, &image);
    ok(tape_plan(&g, &b, false, &mem, &p, &ctx));
    right("LeNet-5", &g, &p, image, true);
    if (n == 0)
        return failed;
    random_nets(n);
    if (!random_net(FIVE_LAYERS, &g, &p, &image))
        return 1;
    refused(&g, &p, image);
    changed_weights(&g, &p, image);
    return failed;
}
