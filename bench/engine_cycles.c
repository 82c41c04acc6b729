/* bench/engine_cycles.c - clocks of an engine on a network, layer by layer (cost/engine.h): an
 * estimate by a loop over clocks. 60 clocks of memory latency, no word in 35 of every 780; 8 input
 * steps; no zero skipping.
 *
 * usage: engine_cycles MODEL T W PORT_BITS PIN POUT
 */
#include "cost/engine.h"
#include "front/front.h"
#include "pass/pass.h"
#include <stdio.h>
#include <stdlib.h>

enum { LAYERS_MAX = 64, INPUT_STEPS = 8 };

/* The same network as if it were quantised: what an engine's plan looks at, and no numbers. */
static void as_spiking(Graph *g, int steps, int weight_bits, bool *keep)
{
    for (int i = 0, before = 0; i < g->n_node; i++) {
        Node *n = &g->node[i];
        keep[i] = n->op != OP_RELU;
        n->in[0] = before;
        n->steps[0] = i ? i < g->n_node - 1 ? steps : 0 : INPUT_STEPS;
        n->steps_in[0] = g->node[before].steps[0];
        n->weight_bits[0] = weight_bits;
        n->op = n->op == OP_INPUT ? OP_S_INPUT : n->op == OP_CONV2D ? OP_S_CONV2D
                : n->op == OP_DENSE ? OP_S_DENSE : n->op == OP_MAXPOOL ? OP_S_MAXPOOL : n->op;
        before = keep[i] ? i : before;
    }
    graph_compact(g, keep);
}

static void print(const Graph *g, const TapePlan *p, const EngineLayer *l, int64_t total)
{
    int64_t macs = 0, cycles = 0;
    printf("%-12s %10s %10s %10s %8s %8s\n", "layer", "MACs", "cycles", "words", "array %", "port %");
    for (int i = 0; i < p->n_layer; i++) {
        const Node *n = &g->node[p->layer[i].node];
        int64_t work = ir_node_macs(g, n) * n->steps_in[0];
        double peak = (double)p->build.pin * p->build.pout * (double)l[i].cycles;
        bool dense = p->layer[i].r.kind == TAPE_DENSE;
        printf("%-12.12s %10lld %10lld %10lld %8.1f %8.1f\n", n->name, (long long)ir_node_macs(g, n),
               (long long)l[i].cycles, (long long)l[i].words, dense ? 0 : 100 * (double)work / peak,
               100 * (double)l[i].words / (double)l[i].cycles);
        if (!dense && n->shape.h * n->shape.w >= 16) {
            macs += work;
            cycles += l[i].cycles;
        }
    }
    printf("in all %lld cycles (estimate); maps of 4x4 or more: %.1f %% of the array, padding counted "
           "as work\n", (long long)total, 100 * (double)macs / ((double)cycles * p->build.pin * p->build.pout));
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return fputs("usage: engine_cycles MODEL T W PORT_BITS PIN POUT\n", stderr), 2;
    static Ctx c;
    Arena perm = arena_new((size_t)4 << 30), scratch = arena_new((size_t)4 << 30);
    Graph net = graph_new(&perm);
    FrontNotes notes = { 0 };
    PassStat done[PASS_COUNT];
    EngineLayer layer[LAYERS_MAX];
    EngineTiming timing = engine_timing();
    EngineBuild b = engine_build(atoi(argv[4]));
    TapePlan p;
    int64_t total = 0;
    b.weight_bits = atoi(argv[3]);
    b.pin = atoi(argv[5]);
    b.pout = atoi(argv[6]);
    Err bad = front_read(argv[1], &net, &notes, &c);
    if (!bad)
        bad = pass_run_all(&net, scratch, done, &c);
    if (!bad) {
        as_spiking(&net, atoi(argv[2]), b.weight_bits, NEW(&scratch, bool, (size_t)net.n_node));
        bad = tape_plan(&net, &b, false, &perm, &p, &c);
    }
    if (!bad)
        bad = engine_cycles(&p, &timing, NULL, layer, &total, &c);
    if (bad)
        return fprintf(stderr, "%s: %s %s\n", argv[1], c.first.text, c.problem[0].text), 2;
    print(&net, &p, layer, total);
    return 0;
}
