/* cli/taped.h - a network on an engine: the plan, the tape, their facts. */
#ifndef CLI_TAPED_H
#define CLI_TAPED_H
#include "cli/build.h"

/* Plans b->snn for an engine of the default shape behind the port that was asked for (stored weights
 * of 4 bits, or as many as the network has), notes it in run.json and writes plan.json.
 * FIT, UNSUPPORTED: the list of problems, or the device is too small; NO: the target is not met. */
MUST_USE Err taped_plan(Build *b, const char *why);
/* The plan that plan.json holds. */
MUST_USE Err taped_reload(Build *b, const json_t *plan);
/* tape.bin. */
MUST_USE Err taped_emit(Build *b);
/* The table of layers with their cycles. */
MUST_USE Err taped_print(Build *b);
#endif
