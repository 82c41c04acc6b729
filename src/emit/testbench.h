/* emit/testbench.h - the user's testbench: its text and its two memory images. */
#ifndef EMIT_TESTBENCH_H
#define EMIT_TESTBENCH_H
#include "emit/emit.h"

void emit_testbench(const Design *d, const EmitExample *e, Buf *out);
void emit_testbench_pixels(const Design *d, const EmitExample *e, Buf *out);
void emit_testbench_words(const Design *d, const EmitExample *e, Buf *out);
#endif
