/* synth/pnr.h - place and route: a clock that wires are part of.
 *
 * The design sits in e3_pnr_wrap, which feeds it from a shift register and folds its outputs into
 * one pin: a core has more ports than a package has pins, and pins must not set the clock.
 * iCE40: nextpnr-ice40 and icepack, Debian's. ECP5 and 7-series: nextpnr-ecp5 and
 * nextpnr-himbaechel-xilinx from PATH or from the tree in PNR_ROOT (default ~/.cache/e3ne-pnr),
 * which rtl/synth/pnr_run.sh enters (root needed). Trust on 7-series: carry and routing delays are
 * measured ones, LUT and flip-flop delays rough, block RAM outputs not timed: hence the rule that
 * each goes straight into a register. */
#ifndef SYNTH_PNR_H
#define SYNTH_PNR_H
#include "synth/synth.h"

typedef struct PnrUse { const char *what; int64_t used, available; } PnrUse;

typedef struct PnrResult {
    double      fmax_mhz;  /* the slowest clock                                             */
    PnrUse     *use; int n_use; /* what the placer counts, in its own words                 */
    const char *bitstream; /* or NULL: no packer for this part                              */
    const char *skipped;   /* why nothing was placed, or NULL; the other fields are then 0  */
} PnrResult;

/* Synthesises with the wrapper, places, routes, packs. Errors as synth_run. */
MUST_USE Err pnr_run(const SynthJob *job, PnrResult *r, double *seconds, Arena *perm, Ctx *c);

/* Reads nextpnr's --report file. Errors: IO, FORMAT, TOOL (it has no clock). */
MUST_USE Err pnr_parse(const char *path, PnrResult *r, Arena *perm, Ctx *c);
#endif
