/* cli/stages.h - the order of the stages, and running a verb as a run of stages. */
#ifndef CLI_STAGES_H
#define CLI_STAGES_H
#include "cli/build.h"

enum { STAGES_MAX = 10 };

/* Lists of stages, each ended by NULL. */
typedef struct StageRun {
    Stage      *make[STAGES_MAX];  /* a new build: these, in a folder that may still vanish */
    Stage      *then[STAGES_MAX];  /* and these, when the folder is in its place            */
    Stage      *again[STAGES_MAX]; /* an old build                                          */
    const char *json;              /* --json prints this part of run.json; "": all          */
} StageRun;

/* Opens, runs, commits, saves, closes. Tables go to standard output as the stages end. */
MUST_USE Err stages_run(const StageRun *r, const Options *o, Ctx *c);
/* A line on standard output, unless the user asked for JSON. */
__attribute__((format(printf, 2, 3))) void stage_say(const Build *b, const char *fmt, ...);
#endif
