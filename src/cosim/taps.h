/* cosim/taps.h - a module that is bound into the top from outside and reports every word that
 * passes between layers to the harness (rtl/sim/e3_harness.cpp, e3_tap). The design under test
 * knows nothing of it: Verilator reads the very files that Yosys reads, and this one. */
#ifndef COSIM_TAPS_H
#define COSIM_TAPS_H
#include "base/buf.h"
#include "hw/design.h"

void taps_print(const Design *d, Buf *out);
#endif
