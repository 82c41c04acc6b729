/* cost/engine.h - cycles of the engine, one array that runs layer after layer from a tape.
 *
 * A loop over clocks of what doc/engine.md says, on the tape's own layer records; an estimate, until
 * it is compared with the RTL. The memory port fills a fifo with the tape's words in order. A
 * convolution's chunk of PIn x POut weights is shifted into shadow registers, becomes active when
 * the chunk before has met its last position, and meets each position whose tap lies inside the map
 * (in a tile's first and last chunk: every position) for T_in clocks; one position a clock is looked
 * at. A dense layer's columns go from the fifo into the lanes, all of them: no skipping. A layer
 * begins when the one before has left the pipeline.
 * Test: tests/unit/t_engine.c.
 */
#ifndef COST_ENGINE_H
#define COST_ENGINE_H
#include "hw/device.h"
#include "hw/record.h"

typedef struct EngineTiming {
    int latency;              /* clocks from a request to its first word                      */
    int refresh, period;      /* no word in the first `refresh` of every `period` clocks      */
    int fifo_words;           /* port words fetched ahead                                     */
    int drain;                /* clocks from a layer's last slot to its last code in the map  */
} EngineTiming;

/* A memory with a latency of 60 clocks that gives nothing in 35 of every 780. */
static inline EngineTiming engine_timing(void) { return (EngineTiming){ 60, 35, 780, 64, 32 }; }

/* One layer of the tape. */
typedef struct EngineLayer {
    int64_t start, cycles;    /* first clock, clocks                                   */
    int64_t slots;            /* clocks in which the array or the lanes have work      */
    int64_t words;            /* port words that the layer takes                       */
} EngineLayer;

/* The clocks of one image, from the start write or the first pixel on: p->n_layer entries, and
 * *total: header, layer table, image load, every layer, the scores.
 * RANGE: a memory that is always refreshed, no fifo. */
MUST_USE Err engine_cycles(const TapePlan *p, const EngineTiming *t, EngineLayer *layer,
                           int64_t *total, Ctx *c);

/* What an engine needs at the least: the array's 1.42 LUTs for each bit of a slot's weight and its
 * two sets of weights (measured for the array alone in LUT6: doc/decisions/005), maps, image and
 * potentials. */
DeviceNeed engine_least(const EngineBuild *b, const char *lut_kind);
#endif
