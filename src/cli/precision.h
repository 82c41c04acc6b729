/* cli/precision.h - quantize --search and its options. */
#ifndef CLI_PRECISION_H
#define CLI_PRECISION_H
#include "cli/build.h"

/* OPTION: a budget without --search. */
MUST_USE Err precision_check(const Options *o, Ctx *c);
/* True if the options ask for a search. */
bool precision_wanted(const Options *o);
/* Searches, prints and writes the frontier, then quantises what was chosen (stage_quantize).
 * NO: the budget cannot be met; search.json and search.svg are written, the options stay. */
Stage stage_search;
#endif
