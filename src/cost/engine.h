/* cost/engine.h - cycles of the engine, one array that runs layer after layer from a tape.
 *
 * A twin of the control of rtl/e3_engine_top.sv and of the memory of rtl/sim/e3_memory.c, unit by
 * unit (cost/engine_unit.h), clock by clock, on the tape's own layer records: what it says is what the
 * RTL takes, to the clock, for an image whose codes are given (they decide what zero skipping leaves
 * out), read by an idle engine that has checked the tape, its scores taken as they come.
 * Test: tests/unit/t_engine.c; tests/engine/cycles.sh beside the RTL.
 */
#ifndef COST_ENGINE_H
#define COST_ENGINE_H
#include "hw/record.h"

typedef struct EngineTiming {
    int     latency;          /* clocks from a request to its first word, 1 or more            */
    int     refresh, period;  /* no word begins in the first `refresh` of every `period` clocks */
    int     queue;            /* requests that the memory takes ahead, 1..64                   */
    int64_t clock;            /* the memory's clock in which start is written, from 0          */
    int64_t base;             /* address of the tape, a multiple of the port's bytes           */
    int64_t pixel;            /* clocks from the start write to the first pixel; it can be negative;
                                 the other pixels come one a clock                             */
} EngineTiming;

/* A memory with a latency of 60 clocks that gives nothing in 35 of every 780. */
static inline EngineTiming engine_timing(void)
{
    return (EngineTiming){ .latency = 60, .refresh = 35, .period = 780, .queue = 64 };
}

/* One layer of the tape. */
typedef struct EngineLayer {
    int64_t start, cycles;    /* first clock, from the run's first; clocks until the next layer's */
    int64_t slots;            /* clocks in which the array or the lanes work             */
    int64_t starved;          /* clocks in which they only wait for weights              */
    int64_t words;            /* port words that came in these clocks                    */
} EngineLayer;

/* The clocks of one image, from the start write or the first pixel, whichever is earlier, to the
 * class: p->n_layer entries, and *total. codes: per layer its input codes [C,H,W], or NULL for codes
 * of which none is 0; NULL: for all layers.
 * RANGE: a memory that is always refreshed, or gives no words; a record on which the engine hangs. */
MUST_USE Err engine_cycles(const TapePlan *p, const EngineTiming *t, const int16_t *const *codes,
                           EngineLayer *layer, int64_t *total, Ctx *c);
#endif
