/* cost/estimate.h - ESTIMATED area of a unit, good enough to compare foldings; synth measures.
 * Source: fitted by hand to Yosys's counts of LeNet-5 (xc7) and examples/tiny (iCE40); `make bench`
 * prints both numbers. */
#ifndef COST_ESTIMATE_H
#define COST_ESTIMATE_H
#include "hw/design.h"
#include "hw/device.h"
#include "hw/tape.h"
#include <stdbool.h>

/* What a LUT and a memory block of a family can do. */
typedef struct Fabric {
    int  lut_inputs;             /* 4 or 6                              */
    int  block_bits, block_width;/* of one memory block, widest shape   */
    bool lut_memory;             /* small memories can live in LUTs     */
} Fabric;

Fabric estimate_fabric(const Device *d);

typedef struct Estimate { double lut, ff; int blocks; } Estimate;

Estimate estimate_unit(const Unit *u, Fabric f);
Estimate estimate_design(const Design *d, Fabric f);
/* Of the whole engine, registers and port included. */
Estimate estimate_engine(const EngineBuild *b, Fabric f);
/* Memory blocks for a word of `width` bits and `depth` words, in the best of the block's shapes. */
int estimate_blocks(int width, int depth, Fabric f);
#endif
