/* hw/lower.h - from a spiking graph and a folding per layer to units and streams. */
#ifndef HW_LOWER_H
#define HW_LOWER_H
#include "base/err.h"
#include "hw/design.h"
#include "ir/graph.h"

/* How one layer of synapses is folded: PIn inputs meet POut outputs in each clock. */
typedef struct Folding { int pin, pout; } Folding;

/* What a layer of synapses looks like to its array. */
typedef struct Synapses {
    bool window;    /* a window unit feeds it; else its whole input map is one vector (dense,
                       or a convolution with one output position and no padding) */
    int  inputs;    /* per output: KH KW C, or the whole input map               */
    int  outputs;   /* O                                                         */
    int  positions; /* OH OW                                                     */
} Synapses;

Synapses lower_synapses(const Graph *snn, int node);

/* Chunks per output position: ceil(inputs / PIn). */
int lower_chunks(Synapses s, Folding f);

/* True if the folding can be built behind a stream of `lanes` codes per word: POut divides the
 * outputs; without a window, PIn divides the inputs and is a multiple or a divisor of lanes. */
bool lower_folding_fits(Synapses s, Folding f, int lanes);

typedef struct LowerOptions {
    const char    *name;      /* prefix of the top module: "e3" gives e3_top */
    bool           raw_input; /* 8-bit pixels through S_INPUT's table        */
    const Folding *folding;   /* [snn->n_node], read for synapse nodes       */
    int            fifo_words;   /* depth of the fifo before a layer, 2 or more            */
    int            vector_words; /* before a layer without a window it holds the whole vector, if
                                    that is at most so many words: else the layer before would
                                    wait for this one to finish                            */
} LowerOptions;

/* Fills *d from the arena, memory images included unless with_images is false (planning).
 * UNSUPPORTED names a node that the pipeline cannot build. */
MUST_USE Err lower_design(const Graph *snn, const LowerOptions *o, bool with_images, Arena *perm,
                          Design *d, Ctx *c);

/* Index of a node's array unit, -1 where it has none. */
int design_array_of(const Design *d, int node);
/* Index of the stream that carries the node's output codes or potentials, -1 where none. */
int design_stream_of(const Design *d, int node);
#endif
