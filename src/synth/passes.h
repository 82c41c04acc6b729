/* synth/passes.h - how far runs of Yosys are: the passes that their logs name so far. */
#ifndef SYNTH_PASSES_H
#define SYNTH_PASSES_H
#include <stdio.h>

enum { PASSES_MAX = 2 };

typedef struct Passes {
    const char *log[PASSES_MAX]; /* of runs that may not have begun; NULL: none */
    FILE       *file[PASSES_MAX];
    long        n;
} Passes;

/* Lines like "2.31. Executing ..." in what the logs have gained since the last call, added to those
 * before; of: a Passes (for watch_start). */
long passes_done(void *of);
void passes_close(Passes *p);
#endif
