/* cli/faults.h - verify --inject-fault: weight bits flipped in a pipeline's memory images or an
 * engine's tape, and exactly the difference that the simulator predicts, or none (doc/arithmetic.md 15). */
#ifndef CLI_FAULTS_H
#define CLI_FAULTS_H
#include "cli/build.h"
#include "cosim/verify.h"

/* where: "LAYER:OUTPUT:INPUT:BIT" (input counted as in tensors.npz, flattened) or "random:N".
 * Writes fault.json. ERR_NONE: no flip was visible, and so predicted; ERR_NO: a difference was seen
 * as predicted, or a prediction was wrong (the text says which). */
MUST_USE Err stage_faults(Build *b, const char *where);
/* The verification of this build, ready to run. */
MUST_USE Err verify_job(Build *b, VerifyJob *job);
#endif
