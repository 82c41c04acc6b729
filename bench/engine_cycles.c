/* bench/engine_cycles.c - clocks of the default engine on a quantised network, layer by layer
 * (cost/engine.h, exact): without zero skipping, then with it on the first N images.
 * usage: engine_cycles BUILD IMAGES N PORT_BITS      (BUILD: a folder of e3ne quantize) */
#include "cost/engine.h"
#include "fmt/dataset.h"
#include "ir/text.h"
#include "sim/sim.h"
#include <stdio.h>
#include <stdlib.h>

enum { LAYERS_MAX = 64 };

static Ctx ctx;
static Arena perm, scratch;

static void must(Err e)
{
    if (!e)
        return;
    fprintf(stderr, "%s %s\n", ctx.first.text, ctx.problem[0].text);
    exit(2);
}

typedef struct Work { const Graph *g; TapePlan plain, skipping; EngineLayer layer[LAYERS_MAX]; int64_t total; } Work;

static bool dense(const Work *w, int l) { return w->plain.layer[l].r.kind == TAPE_DENSE; }
static const Node *node(const Work *w, int l) { return &w->g->node[w->plain.layer[l].node]; }
static double percent(int64_t part, int64_t whole) { return 100 * (double)part / (double)whole; }

/* Taps of one dimension that fall on the map, over all outputs. */
static int64_t inside(int kernel, int stride, int pad, int in, int out)
{
    int64_t n = 0;
    for (int o = 0; o < out; o++)
        for (int k = 0; k < kernel; k++) n += o * stride + k >= pad && o * stride + k - pad < in;
    return n;
}

/* ir_node_macs() less those with padding. */
static int64_t real_macs(const Graph *g, const Node *n)
{
    if (n->op != OP_S_CONV2D)
        return ir_node_macs(g, n);
    Shape in = g->node[n->in[0]].shape;
    return inside(n->kernel[0], n->stride[0], n->pad[0], in.h, n->shape.h) *
           inside(n->kernel[1], n->stride[1], n->pad[1], in.w, n->shape.w) * in.c * n->shape.c;
}

/* Steps of all synapses, of the most that the array could do in these clocks. */
static double array_share(const Work *w, int64_t steps, int64_t cycles)
{
    return percent(steps, cycles * w->plain.build.pin * w->plain.build.pout);
}

static void print_plain(Work *w)
{
    EngineTiming t = engine_timing();
    int64_t steps = 0, real = 0, cycles = 0, words = 0, port = 0;
    must(engine_cycles(&w->plain, &t, NULL, w->layer, &w->total, &ctx));
    printf("%-10s %10s %9s %9s %9s %9s %8s %8s\n", "layer", "MACs", "cycles", "working", "starved", "words", "array %", "port %");
    for (int l = 0; l < w->plain.n_layer; l++) {
        const EngineLayer *y = &w->layer[l];
        int64_t macs = ir_node_macs(w->g, node(w, l)), here = macs * node(w, l)->steps_in[0];
        printf("%-10.10s %10lld %9lld %9lld %9lld %9lld %8.1f %8.1f\n", node(w, l)->name, (long long)macs,
               (long long)y->cycles, (long long)y->slots, (long long)y->starved, (long long)y->words,
               dense(w, l) ? 0 : array_share(w, here, y->cycles), percent(y->words, y->cycles));
        if (dense(w, l)) {
            words += y->words;
            port += y->cycles;
        } else if (node(w, l)->shape.h * node(w, l)->shape.w >= 16) {
            steps += here;
            real += real_macs(w->g, node(w, l)) * node(w, l)->steps_in[0];
            cycles += y->cycles;
        }
    }
    printf("begin: %lld cycles; maps of 4x4 or more: %.1f %% of the array, %.1f %% without padding's MACs; dense: "
           "port busy %.1f %%; in all %lld cycles\n", (long long)w->layer[0].start, array_share(w, steps, cycles),
           array_share(w, real, cycles), percent(words, port), (long long)w->total);
}

/* What skipping makes of the dense layers' clocks: each one's, and what the codes that are not 0 cost
 * in proportion. */
typedef struct Skipped { double cycles[LAYERS_MAX], share[LAYERS_MAX], ideal, with; int64_t least, most; } Skipped;

static double nonzero(const int16_t *code, int64_t n)
{
    int64_t count = 0;
    for (int64_t k = 0; k < n; k++) count += code[k] != 0;
    return (double)count / (double)n;
}

static void add_image(const Work *w, const int16_t *const *code, int n, Skipped *s)
{
    EngineTiming t = engine_timing();
    EngineLayer layer[LAYERS_MAX];
    int64_t total;
    must(engine_cycles(&w->skipping, &t, code, layer, &total, &ctx));
    for (int l = 0; l < w->plain.n_layer; l++) {
        if (!dense(w, l))
            continue;
        double share = nonzero(code[l], w->plain.layer[l].r.columns);
        s->cycles[l] += (double)layer[l].cycles / n;
        s->share[l] += share / n;
        s->with += (double)layer[l].cycles / n;
        s->ideal += share * (double)w->layer[l].cycles / n;
    }
    s->least = s->least && s->least < total ? s->least : total;
    s->most = s->most > total ? s->most : total;
}

static void run_image(const Work *w, const Sim *sim, const Dataset *ds, int image, int n, Skipped *s)
{
    Arena here = scratch;
    const int16_t *layer[LAYERS_MAX];
    int16_t **code = NEW(&here, int16_t *, (size_t)w->g->n_node);
    for (int i = 0; i < w->g->n_node; i++)
        code[i] = w->g->node[i].steps[0] ? NEW(&here, int16_t, (size_t)shape_count(w->g->node[i].shape)) : NULL;
    must(sim_run(sim, &(SimInput){ .raw = ds->u8, .first = image, .n = 1 }, &(SimOut){ .code = code }, NULL, here, &ctx));
    for (int l = 0; l < w->plain.n_layer; l++) layer[l] = code[l ? w->plain.layer[l - 1].map : 0];
    add_image(w, layer, n, s);
}

static void print_skipped(const Work *w, const char *images, int n)
{
    static Skipped s;
    Dataset ds;
    Sim *sim;
    must(dataset_read(images, &perm, &ds, &ctx));
    must(sim_new(w->g, &perm, &sim, &ctx));
    for (int k = 0; k < n; k++) run_image(w, sim, &ds, k, n, &s);
    for (int l = 0; l < w->plain.n_layer; l++)
        if (dense(w, l))
            printf("%-10.10s skipping: %.1f %% of codes are not 0, %.0f cycles, %.3f of what they cost in proportion\n",
                   node(w, l)->name, 100 * s.share[l], s.cycles[l], s.cycles[l] / (s.share[l] * (double)w->layer[l].cycles));
    printf("skipping, %d images: dense layers %.0f cycles, %.3f of the cost in proportion (wanted at most 1.15); in all "
           "%lld to %lld cycles\n", n, s.with, s.with / s.ideal, (long long)s.least, (long long)s.most);
}

int main(int argc, char **argv)
{
    static Work w;
    if (argc != 5)
        return fputs("usage: engine_cycles BUILD IMAGES N PORT_BITS\n", stderr), 2;
    perm = arena_new((size_t)4 << 30);
    scratch = arena_new((size_t)4 << 30);
    Graph snn = graph_new(&perm);
    EngineBuild b = engine_build(atoi(argv[4]));
    must(graph_load(argv[1], "snn.il", "tensors.npz", &snn, &ctx));
    w.g = &snn;
    for (int i = 0; i < snn.n_node; i++)
        if (snn.node[i].weight_bits[0] > b.weight_bits)
            b.weight_bits = snn.node[i].weight_bits[0];
    must(tape_plan(&snn, &b, false, &perm, &w.plain, &ctx));
    must(tape_plan(&snn, &b, true, &perm, &w.skipping, &ctx));
    print_plain(&w);
    print_skipped(&w, argv[2], atoi(argv[3]));
    return 0;
}
