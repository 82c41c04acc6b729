/* explore/search.h - T and W of each layer, as small as a budget allows.
 *
 * A configuration is a vector of knobs: T of the input, T of each conv or dense layer's codes, W of
 * each such layer. From the top (all T and all W high) each knob is first turned down alone: that
 * is the sensitivity of each layer. Then, in rounds, the knobs with the least damage per saved cost
 * are really turned down, the whole network is quantised again (calibration is sequential: what
 * one layer loses changes what the next one sees) and measured on images that quantised nothing;
 * the best of them is kept, until no turn stays within the budget.
 *
 *   error      e = rms(s v - z) / rms(z); v: integer scores, s: their scale, z: float scores
 *   damage     growth of e^2 (errors of independent causes add in squares)
 *   agreement  share of the images where v and z have their greatest score in the same place;
 *              100 % - agreement is the most that accuracy on these images can drop
 *   cost       weight bits / those of the top + SOPs / those of the top; while a budget of weight
 *              bits or cycles is exceeded: what it is exceeded by, as a share of it, decides
 *
 * The same result with any number of threads. No label is looked at.
 * Source: greedy descent by marginal return, e.g. Fox 1966, "Discrete optimization via marginal
 * analysis"; the sensitivities as in Dong et al. 2019 (HAWQ), but measured. Test: tests/explore.
 */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H
#include "cost/plan.h"
#include "quant/quant.h"

#define SEARCH_NO_FIT 1e15 /* cycles of a network too large for the device */

typedef struct SearchPoint {
    const int *knob;        /* [2 n_layer + 1]: T of input, T of layers (0: scores), W of layers */
    double weight_bits;     /* of all layers together                                      */
    double spikes, sops;    /* per image                                                   */
    double cycles;          /* per image at the fastest folding that fits; 0: no plan given */
    double error, agreement; /* agreement in percent                                       */
    double accuracy;        /* for the caller's notes; starts at -1, never read            */
    bool   kept;            /* a step of the descent                                       */
    bool   unsure;          /* within the budget with few images; was measured again with all */
    bool   front;           /* of those, no other has as few bits, SOPs and error          */
} SearchPoint;

typedef struct SearchBudget {
    double max_drop;        /* 100 - agreement, percentage points; below 0: no budget */
    double max_cycles, max_weight_bits; /* 0: no budget                               */
} SearchBudget;

typedef struct SearchOptions {
    QuantOptions quant;      /* for all but steps and bits                                     */
    const float *calib;      /* [n_calib,C,H,W]: what the chosen network is quantised with     */
    const float *few;        /* [n_few,C,H,W]: what the others are; NULL: calib too            */
    const float *held;       /* [n_held,C,H,W]: what all are measured on                       */
    int n_calib, n_few, n_held;
    int top_steps, top_bits; /* T and W where the descent begins, 2 to 8                       */
    SearchBudget budget;
    const PlanOptions *plan; /* for cycles, or NULL                                            */
    int max_points;          /* networks quantised at most, 20 or more (doc/search.md)         */
    /* Called in order, by one thread; either may be NULL. kept: the network of a step that was
     * kept, in the memory that search_run was given: gone when kept() returns. at: points
     * measured, and the most there will be. */
    Err (*kept)(void *user, const Graph *snn, SearchPoint *p, Arena scratch);
    void (*at)(void *user, int done, int most);
    void *user;
} SearchOptions;

typedef struct SearchResult {
    SearchPoint *point; /* in the order of measuring; point[0]: the top          */
    int n, n_knob, n_sensitivity; /* point[1 .. n_sensitivity]: one knob alone   */
    int chosen;         /* index; -1: none is within the budget                  */
} SearchResult;

/* net: as quantize() takes it. The result lives in perm, and is there on NO too. NO: no
 * configuration that was tried is within the budget, and what it is exceeded by at least.
 * Otherwise the errors of quantize(). Memory: one quantize() per thread for small networks, a
 * single one for others (measure.c). */
MUST_USE Err search_run(const Graph *net, const SearchOptions *o, SearchResult *r, Arena *perm,
                        Arena scratch, Ctx *c);

/* Is p within every budget? */
bool search_within(const SearchBudget *b, const SearchPoint *p);
#endif
