/* synth/yosys.h - the scripts that Yosys runs, and running them. */
#ifndef SYNTH_YOSYS_H
#define SYNTH_YOSYS_H
#include "synth/synth.h"

/* Appends the commands that read the sources (then `wrap` with the given -D options, if not NULL)
 * and elaborate `top`. */
void yosys_read(Buf *b, const SynthJob *job, const char *wrap, const char *defines,
                const char *top);

/* Appends the synthesis of `top` for the job's family; pads: with pads and clock buffers. Writes a
 * corrected map of the block RAMs into job->work where Yosys's own is wrong. */
MUST_USE Err yosys_synth(Buf *b, const SynthJob *job, const char *top, bool pads, Ctx *c);

/* Writes work/NAME.ys and runs it in job->mem_dir with work/NAME.log as its log. */
MUST_USE Err yosys_run(const SynthJob *job, const char *name, const Buf *script, double *seconds,
                       Ctx *c);

/* ERR_NONE if Yosys's scripts can hold the path, else OPTION. */
MUST_USE Err yosys_path_ok(const char *path, Ctx *c);

/* A file of Yosys's own library, e.g. "xilinx/cells_sim.v", or NULL: not found. */
const char *yosys_file(const char *name, Arena *a);
#endif
