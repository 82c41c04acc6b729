/* bench/engine_cycles.c - clocks of the engine on a network, layer by layer (cost/engine.h): an
 * estimate by a loop over clocks, before there is RTL. 60 clocks of memory latency, no word in 35 of
 * every 780; 8 input steps; no zero skipping.
 *
 * usage: engine_cycles MODEL T W PORT_BITS PIN POUT
 */
#include "cost/engine.h"
#include "front/front.h"
#include "pass/pass.h"
#include <stdio.h>
#include <stdlib.h>

enum { LAYERS_MAX = 64, INPUT_STEPS = 8 };

static void print(const EngineLayer *l, int n, int64_t total, const EngineShape *e, int steps)
{
    int64_t macs = 0, cycles = 0;
    printf("%-12s %10s %10s %10s %8s %8s\n", "layer", "MACs", "cycles", "words", "array %", "port %");
    for (int i = 0; i < n; i++) {
        int64_t work = l[i].macs * (i ? steps : INPUT_STEPS);
        double peak = (double)e->pin * e->pout * (double)l[i].cycles;
        printf("%-12.12s %10lld %10lld %10lld %8.1f %8.1f\n", l[i].name, (long long)l[i].macs,
               (long long)l[i].cycles, (long long)l[i].words,
               l[i].dense ? 0 : 100 * (double)work / peak,
               100 * (double)l[i].words / (double)l[i].cycles);
        if (!l[i].dense && l[i].out_positions >= 16) {
            macs += work;
            cycles += l[i].cycles;
        }
    }
    printf("in all %lld cycles (estimate); maps of 4x4 or more: %.1f %% of the array, padding counted "
           "as work\n", (long long)total, 100 * (double)macs / ((double)cycles * e->pin * e->pout));
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return fputs("usage: engine_cycles MODEL T W PORT_BITS PIN POUT\n", stderr), 2;
    Ctx c = { 0 };
    Arena perm = arena_new((size_t)4 << 30), scratch = arena_new((size_t)4 << 30);
    Graph net = graph_new(&perm);
    FrontNotes notes = { 0 };
    PassStat done[PASS_COUNT];
    EngineLayer layer[LAYERS_MAX];
    int64_t total = 0;
    EngineShape e = { atoi(argv[5]), atoi(argv[6]), atoi(argv[3]), atoi(argv[4]), 64, 32 };
    EngineMemory m = { 60, 35, 780 };
    Err bad = front_read(argv[1], &net, &notes, &c);
    if (!bad)
        bad = pass_run_all(&net, scratch, done, &c);
    if (!bad)
        bad = engine_cycles(&net, &e, &m, atoi(argv[2]), INPUT_STEPS, layer, &total, scratch, &c);
    if (bad)
        return fprintf(stderr, "%s: %s\n", argv[1], c.first.text), 2;
    int n = 0;
    for (int i = 0; i < net.n_node; i++) n += op_is_synapse(net.node[i].op);
    print(layer, n, total, &e, atoi(argv[2]));
    return 0;
}
