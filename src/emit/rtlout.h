/* emit/rtlout.h - writing DIR/rtl/: beside its place, then put there whole. */
#ifndef EMIT_RTLOUT_H
#define EMIT_RTLOUT_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

typedef struct RtlOut {
    const char *library;        /* rtl/ of the installation   */
    const char *part, *rtl;     /* where files go; in the end */
    Arena       scratch;
    Ctx        *c;
} RtlOut;

MUST_USE Err rtl_begin(RtlOut *o, const char *library, const char *dir, Arena scratch, Ctx *c);
/* e: what came of writing; the folder is put in its place, or removed. */
MUST_USE Err rtl_end(RtlOut *o, Err e);

/* A file of this text, which is freed. */
MUST_USE Err rtl_put(RtlOut *o, const char *name, Buf *b);
/* A file of the library; a module is noted in the list of sources too. */
MUST_USE Err rtl_copy(RtlOut *o, const char *file);
MUST_USE Err rtl_copy_module(RtlOut *o, const char *module, Buf *list);
/* NAME_vivado.tcl; generic: more of synth_design's arguments. */
MUST_USE Err rtl_put_vivado(RtlOut *o, const char *name, const char *generic);
#endif
