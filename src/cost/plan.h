/* cost/plan.h - chooses the folding of every layer.
 *
 * With a target: among the foldings whose exact interval meets it, the one with the least
 * estimated LUTs x exact latency, found by descent from the smallest. Without: the shortest
 * interval that fits the device's estimated budget, then the same descent.
 */
#ifndef COST_PLAN_H
#define COST_PLAN_H
#include "base/err.h"
#include "cost/estimate.h"
#include "hw/lower.h"

typedef struct PlanOptions {
    const char *name;         /* prefix of the top module                           */
    bool        raw_input;
    int64_t     max_interval; /* cycles per image wanted; 0: as few as fit          */
    bool        smallest;     /* the least area that meets the target, whatever the latency */
    Fabric      fabric;
    double      max_lut;      /* budget for the estimate                            */
    int         max_blocks;
    int         fifo_words, vector_words; /* as in LowerOptions                     */
    const Folding *fixed;     /* NULL, or [n_node]: taken as they are where pin > 0 */
} PlanOptions;

typedef struct Plan {
    Folding *folding;         /* [n_node] */
    Design   design;
    Estimate estimate;
    int64_t  latency, interval; /* predicted, exact */
} Plan;

/* ERR_NO: the target cannot be met, with the best that can; ERR_FIT: even the smallest folding
 * is over the budget, with the resource and both numbers. */
MUST_USE Err plan_pipeline(const Graph *snn, const PlanOptions *o, Arena *perm, Arena scratch,
                           Plan *plan, Ctx *c);
/* The estimate of the smallest folding that can be built: one slot a layer where lanes allow it. */
MUST_USE Err plan_smallest(const Graph *snn, const PlanOptions *o, Estimate *least, Arena scratch,
                           Ctx *c);

#endif
