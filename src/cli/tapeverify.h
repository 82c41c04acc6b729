/* cli/tapeverify.h - the hardware of an engine's build folder against the simulator. */
#ifndef CLI_TAPEVERIFY_H
#define CLI_TAPEVERIFY_H
#include "cli/build.h"

/* NO: the first difference, the engine's error, or a cycle counter that is wrong. */
MUST_USE Err tapeverify(Build *b);
#endif
