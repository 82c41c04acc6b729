/* cli/cmd.h - what cmd_<verb>.c files export: their options and their function. */
#ifndef CLI_CMD_H
#define CLI_CMD_H
#include "cli/options.h"

#define VERB(name, common, what, usage)       \
    extern const ExtraOption extra_##name[];  \
    Err cmd_##name(const Options *o, Ctx *c);
#include "cli/verbs.def"
#undef VERB

/* The quantiser's passes with their sources, for --help. */
void quantize_print_passes(void);
#endif
