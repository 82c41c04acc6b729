/* cli/tapeshape.h - which engine is planned for: the one that --shape spells out; with --target-fps or
 * --max-lut, or where the default does not fit the device, the one that cost/choose.h finds; else the
 * default, which every network that fits it shares. */
#ifndef CLI_TAPESHAPE_H
#define CLI_TAPESHAPE_H
#include "cli/build.h"
#include "cost/estimate.h"

typedef struct TapeShape {
    EngineBuild build;
    Estimate    area;
    const char *how;  /* why this one */
} TapeShape;

/* OPTION: --shape is not understood. FIT: the shape that it says does not fit the device. Else as
 * engine_choose. */
MUST_USE Err tapeshape(Build *b, TapeShape *t);
#endif
