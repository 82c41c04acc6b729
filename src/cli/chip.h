/* cli/chip.h - synth --board: the whole chip of a board, placed, routed and packed. */
#ifndef CLI_CHIP_H
#define CLI_CHIP_H
#include "cli/build.h"

/* Builds DIR/board/ for the board called so: sources and, unless they are all that is wanted, netlist
 * and chip.bin; then notes board in run.json.
 * OPTION: no such board, or the build is for another device. FIT, TOOL as synth and pnr; NO: the
 * chip is slower than the clock that the board's PLL gives it. */
MUST_USE Err stage_chip(Build *b, const char *name, bool sources_only);
#endif
