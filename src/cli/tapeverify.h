/* cli/tapeverify.h - the hardware of an engine's build folder against the simulator. */
#ifndef CLI_TAPEVERIFY_H
#define CLI_TAPEVERIFY_H
#include "cli/build.h"
#include "cosim/taperun.h"

/* NO: the first difference, the engine's error, or a cycle counter that is wrong. */
MUST_USE Err tapeverify(Build *b);
/* The verification of this build, ready to run. */
MUST_USE Err tapeverify_job(Build *b, TapeJob *job);
/* {min, mean, max} of n figures, for run.json. */
json_t *min_mean_max(const int64_t *v, int n);
#endif
