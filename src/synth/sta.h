/* synth/sta.h - logic-only timing by Yosys: delays of cells, none of wires.
 * Flip-flops with asynchronous reset have no timing there, so the design is mapped once more with
 * synchronous ones (async2sync); clock buffers are left out, both ends of a path having the same.
 * Trap: cells without timing arcs in Yosys's library start no path: they are listed. */
#ifndef SYNTH_STA_H
#define SYNTH_STA_H
#include "synth/synth.h"

/* Yosys knows the delays of this family. */
bool sta_can(Family f);

/* The slowest path in MHz (0: no path at all); untimed: cell types without arcs, from perm. */
MUST_USE Err sta_run(const SynthJob *job, double *fmax_mhz, const char **untimed, double *seconds,
                     Arena *perm, Ctx *c);

/* Reads the log of a run that ended in `sta`. Errors: IO, TOOL (no arrival time in it). */
MUST_USE Err sta_parse(const char *path, double *fmax_mhz, const char **untimed, Arena *perm,
                       Ctx *c);
#endif
