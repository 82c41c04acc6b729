/* cost/choose.h - an engine's array, port and memories for one network, a device and a wish.
 *
 * Arrays of PIn x POut slots and ports of 64 to 512 bits are tried, all powers of two that the RTL
 * can be built with. With a target: of those that meet it, the one with the least estimated LUTs;
 * without, of those within the budget the one with the fewest cycles. Memories are as large as an
 * engine's by default, so that other networks fit too, and larger where this network needs it;
 * where block RAMs are short, as large as it needs.
 * Test: tests/unit/t_choose.c.
 */
#ifndef COST_CHOOSE_H
#define COST_CHOOSE_H
#include "cost/engine.h"
#include "cost/estimate.h"

typedef struct EngineWish {
    const Device *device;
    double  max_lut;             /* budget for the estimate; 0: four fifths of the device's */
    int64_t max_cycles;          /* of an image; 0: as few as the budget allows    */
    int     pin, pout;           /* 0: any                                         */
    int     port_bits;           /* 0: any                                         */
    bool    skip;                /* as in tape_plan; cycles are those without       */
} EngineWish;

typedef struct EngineChoice {
    TapePlan plan;
    Estimate area;
    int64_t  cycles;             /* engine_cycles                                  */
    int      tried;              /* engines that were compared                     */
} EngineChoice;

/* ERR_NO: the target cannot be met within the budget, with the fastest that can be had. FIT: no engine
 * is within the budget, with the smallest; or none within it holds the network, with what is short.
 * UNSUPPORTED: no engine can run it. RANGE: no such array. */
MUST_USE Err engine_choose(const Graph *snn, const EngineWish *w, Arena *perm, Arena scratch,
                           EngineChoice *best, Ctx *c);
#endif
