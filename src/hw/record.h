/* hw/record.h - from a spiking graph and an engine's shape to the tape's layer records.
 *
 * A layer of the tape is a convolution or dense layer and the pooling behind it. Everything that
 * an engine of this shape cannot hold is listed at once: the layer, the resource, how much is
 * wanted and how much is there.
 * Source: doc/engine.md. Test: tests/engine/t_tape.c.
 */
#ifndef HW_RECORD_H
#define HW_RECORD_H
#include "base/arena.h"
#include "hw/tape.h"
#include "ir/graph.h"

typedef struct TapeLayer {
    TapeRecord r;
    int64_t    words;     /* port words of the whole layer                            */
    int        node;      /* with the synapses                                        */
    int        map;       /* whose output is the layer's map: the pool behind, or node */
} TapeLayer;

typedef struct TapePlan {
    EngineBuild build;
    TapeLayer  *layer;
    int         n_layer;
    int         classes;
    int64_t     length;   /* port words of the tape */
} TapePlan;

/* skip: dense columns of zero codes are not fetched. Only the graph's shapes and attributes are
 * needed, and its theta and bias where they are there.
 * FIT, UNSUPPORTED: with the list of problems. RANGE: no such engine. */
MUST_USE Err tape_plan(const Graph *snn, const EngineBuild *b, bool skip, Arena *perm, TapePlan *p,
                       Ctx *c);

/* Port words of one group's params (POut of theta and bias) and of one chunk of PIn x POut weights. */
int64_t tape_param_words(const EngineBuild *b);
int64_t tape_chunk_words(const EngineBuild *b);
/* Bits by which a layer's theta and bias are shifted up: FracBits - F; 0 where it does not fire. */
int tape_shift(const EngineBuild *b, const Node *n);
#endif
