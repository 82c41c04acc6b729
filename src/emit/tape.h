/* emit/tape.h - a network as the tape that an engine reads: header, layer table, and each layer's
 * thresholds, biases and weights in the order of use.
 * Source: doc/engine.md. Test: tests/engine/t_tape.c, by an interpreter of tapes. */
#ifndef EMIT_TAPE_H
#define EMIT_TAPE_H
#include "hw/record.h"

/* The bytes of a plan's tape, plan->length port words, from the arena. */
unsigned char *tape_bytes(const Graph *snn, const TapePlan *plan, Arena *perm);
/* The same as a file, which is replaced whole. */
MUST_USE Err tape_emit(const Graph *snn, const TapePlan *plan, const char *path, Arena scratch, Ctx *c);
#endif
