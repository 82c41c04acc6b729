/* cosim/trace.h - what a harness wrote down (rtl/sim/e3_harness.h), record by record. */
#ifndef COSIM_TRACE_H
#define COSIM_TRACE_H
#include "base/io.h"
#include <stdint.h>

typedef struct Record {
    char    tag;        /* one of TWSIOCRE                               */
    int     node;       /* T; T, W of an engine: layer of the tape       */
    int     part, address; /* W                                          */
    int     lanes;      /* T, W: values; O, C: 1                         */
    const unsigned char *value; /* lanes little-endian int32             */
    int     flag;       /* O: tlast; E: error                            */
    int64_t clock;      /* S, I, O, C, E; R: image                       */
} Record;

typedef struct Trace { Map map; size_t at; } Trace;

/* False at the end of the file; FORMAT at a cut record. */
MUST_USE Err trace_next(Trace *t, Record *r, bool *more, Ctx *c);

static inline int32_t trace_value(const Record *r, int lane)
{
    const unsigned char *p = r->value + 4 * lane;
    return (int32_t)((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
}
#endif
