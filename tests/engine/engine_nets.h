/* tests/engine/engine_nets.h - what tests of tapes run: LeNet-5 quantised, and a network's codes by
 * the simulator. */
#ifndef TESTS_ENGINE_NETS_H
#define TESTS_ENGINE_NETS_H
#include "fixture.h"
#include "fmt/dataset.h"
#include "front/front.h"
#include "pass/pass.h"
#include "quant/quant.h"
#include "sim/sim.h"

/* Codes of every node of every image, by the simulator. */
typedef struct Want { int16_t **code; int64_t *logit; } Want;

static inline Want simulated(const Graph *g, const int16_t *image, int n, Arena *a, Arena scratch)
{
    Want w = { NEW(a, int16_t *, (size_t)g->n_node), NEW(a, int64_t, (size_t)(n * g->node[g->n_node - 1].shape.c)) };
    for (int i = 0; i < g->n_node; i++)
        w.code[i] = g->node[i].steps[0] ? NEW(a, int16_t, (size_t)(n * shape_count(g->node[i].shape))) : NULL;
    ok(sim_naive(g, &(SimInput){ .code = image, .n = n }, &(SimOut){ w.code, w.logit, NULL }, NULL, scratch, &ctx));
    return w;
}

/* LeNet-5, quantised from a few of its images; *image: n images' codes, [n,1,32,32]. */
static inline Graph lenet(int n, int16_t **image)
{
    enum { LENET_CALIB = 64, SIDE = 32, PAD = 2, DATA = 28 };
    FrontNotes notes = { 0 };
    PassStat done[PASS_COUNT];
    QuantReport report;
    Dataset ds;
    Graph net = graph_new(&mem), snn = graph_new(&mem);
    Arena scratch = arena_new((size_t)1 << 30);
    ok(front_read("examples/lenet5/lenet5.onnx", &net, &notes, &ctx));
    ok(pass_run_all(&net, scratch, done, &ctx));
    ok(dataset_read("examples/data/mnist/t10k-images-idx3-ubyte.gz", &mem, &ds, &ctx));
    float *x = NEW(&mem, float, (size_t)(LENET_CALIB * SIDE * SIDE));
    for (int k = 0; k < LENET_CALIB * DATA * DATA; k++)
        x[(k / DATA / DATA * SIDE + k / DATA % DATA + PAD) * SIDE + k % DATA + PAD] = (float)ds.u8[k] / 255;
    ok(quantize(&net, &(QuantOptions){ .steps = 4, .weight_bits = 4, .input_steps = 8 }, x, LENET_CALIB, &snn,
                &report, scratch, &ctx));
    *image = NEW(&mem, int16_t, (size_t)(n * SIDE * SIDE));
    ok(sim_encode(&snn, &(SimInput){ .x = x, .n = n }, *image, &ctx));
    return snn;
}
#endif
