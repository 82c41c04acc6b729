/* emit/emit.h - the design as SystemVerilog and memory images.
 *
 * DIR/rtl/ gets: the library modules that the design uses (copied), NAME_top.sv (instances,
 * parameters and wires, nothing else), mem/NAME_<unit>_<memory>.hex, files.f (sources in order),
 * NAME_tb.sv with mem/NAME_tb_*.hex (a testbench for plain Verilator or Icarus), NAME_vivado.tcl.
 * It is written beside and then put in place whole: a failure leaves an older DIR/rtl/ as it was.
 */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "hw/design.h"

/* An image for the testbench: words of s_axis_tdata, and the answer. */
typedef struct EmitExample {
    int            n;         /* images                                       */
    const int64_t *pixel;     /* [n][pixels][channels], as s_axis carries them */
    const int64_t *logit;     /* [n][classes]                                 */
    const int     *best;      /* [n]                                          */
} EmitExample;

MUST_USE Err emit_design(const Design *d, const char *library, const char *dir,
                         const EmitExample *example, Arena scratch, Ctx *c);

/* Pieces, for those who need them alone: */
void emit_top(const Design *d, Buf *out);
/* One word per line, most significant digit first, field 0 in the lowest bits. */
void emit_image(const MemImage *m, Buf *out);
/* mem/NAME_<unit>_<memory>.hex */
const char *emit_image_path(const Design *d, const Unit *u, const MemImage *m, Arena *a);
/* Bits of s_axis_tdata: whole bytes. */
int emit_tdata_bits(const Design *d);
/* Prefix of the wires of a stream: <unit> or <unit>_flag; they are _valid, _ready and _data. */
const char *emit_stream_name(const Design *d, const Stream *s, Arena *a);
#endif
