/* cli/verb.h - the verbs, and what is the same for all of them: options, help, errors, exit code. */
#ifndef CLI_VERB_H
#define CLI_VERB_H
#include "cli/options.h"

#define E3NE_VERSION "0.1.0"

typedef struct Verb {
    const char *name, *what, *usage;
    const ExtraOption *extra;                       /* its own options; ends with a NULL name */
    bool common;                                    /* it takes the common options too        */
    Err (*run)(const Options *o, Ctx *c);
} Verb;

extern const Verb verb_table[]; /* ends with a NULL name */

/* Parses, runs, prints what went wrong; the exit code (doc/cli.md). */
int verb_run(const Verb *v, int argc, char **argv);
#endif
