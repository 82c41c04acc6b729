/* cost/engine.h - cycles of the engine, one array that runs layer after layer from a tape.
 *
 * A loop over clocks, written before there is RTL: an estimate until an engine's twin replaces it.
 * What it clocks (doc/decisions/005): the memory port fills a fifo with the tape's words in order;
 * a convolution's chunk of PIn x POut weights is shifted into shadow registers, becomes active when
 * the chunk before has met its last position, and meets each position whose tap lies inside the map
 * for T_in clocks; a dense layer's columns go from the fifo straight into one lane per weight of a
 * port word. A layer begins when the one before has left the pipeline.
 * Test: tests/unit/t_engine.c.
 */
#ifndef COST_ENGINE_H
#define COST_ENGINE_H
#include "base/err.h"
#include "ir/graph.h"

typedef struct EngineShape {
    int pin, pout;      /* gated adders: pin codes meet pout weights each, one spike bit a clock */
    int weight_bits;    /* as stored                                                             */
    int port_bits;      /* of the memory port                                                    */
    int fifo_words;     /* port words fetched ahead                                              */
    int drain;          /* clocks from a layer's last slot to its last code in the map memory    */
} EngineShape;

typedef struct EngineMemory {
    int latency;              /* clocks from the first request to the first word         */
    int refresh, period;      /* no word in the first `refresh` of every `period` clocks */
} EngineMemory;

/* One layer with weights; steps: T of its input codes. */
typedef struct EngineLayer {
    const char *name;
    bool    dense;
    int64_t macs;             /* padding included: ir_node_macs                          */
    int64_t start, cycles;    /* first clock, clocks                                     */
    int64_t slots;            /* clocks in which the array has a slot                    */
    int64_t words;            /* port words that the layer takes                         */
    int64_t out_positions;    /* of its map, before pooling                              */
} EngineLayer;

/* The clocks of one image: net is what the passes leave (INPUT, CONV2D, DENSE, RELU, MAXPOOL);
 * every layer has `steps` input steps but the first, which has `input_steps`. Fills one entry per
 * layer with weights (quant_n_layers of them) and *total: latency, image load and every layer.
 * RANGE: a shape that is not positive, a memory that is always refreshed. */
MUST_USE Err engine_cycles(const Graph *net, const EngineShape *e, const EngineMemory *m, int steps,
                           int input_steps, EngineLayer *layer, int64_t *total, Arena scratch,
                           Ctx *c);
#endif
