/* emit/enginetop.h - an engine of one shape as SystemVerilog.
 *
 * DIR/rtl/ gets: the engine's modules and e3_tape.svh (copied), NAME_top.sv (one instance of
 * e3_engine_top with the shape's parameters and the configuration word), files.f, NAME_vivado.tcl.
 * Nothing of it depends on the network: that is DIR/tape.bin. Test: tests/cli/engine.sh. */
#ifndef EMIT_ENGINETOP_H
#define EMIT_ENGINETOP_H
#include "base/arena.h"
#include "base/buf.h"
#include "hw/tape.h"

MUST_USE Err emit_engine(const EngineBuild *b, const char *name, const char *library, const char *dir,
                         Arena scratch, Ctx *c);
/* The text of NAME_top.sv. */
void emit_engine_top(const EngineBuild *b, const char *name, Buf *out);
/* Bits of its s_axis_tdata: whole bytes. */
static inline int emit_engine_tdata_bits(const EngineBuild *b) { return (b->pixel_bits + 7) / 8 * 8; }
#endif
