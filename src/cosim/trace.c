#include "cosim/trace.h"
#include "base/num.h"

static int64_t rd_i64le(const unsigned char *p)
{
    return (int64_t)((uint64_t)rd_u32le(p) | (uint64_t)rd_u32le(p + 4) << 32);
}

Err trace_next(Trace *t, Record *r, bool *more, Ctx *c)
{
    const unsigned char *p = t->map.p + t->at;
    size_t left = t->map.n - t->at, size = 0;
    *more = left > 0;
    if (!*more)
        return ERR_NONE;
    *r = (Record){ .tag = (char)p[0], .lanes = 1 };
    if (r->tag == 'T' && left >= 4) {
        r->node  = p[1];
        r->lanes = rd_u16le(p + 2);
        r->value = p + 4;
        size     = 4 + 4 * (size_t)r->lanes;
    } else if (r->tag == 'W' && left >= 7) {
        r->node    = p[1];
        r->part    = p[2];
        r->address = rd_u16le(p + 3);
        r->lanes   = rd_u16le(p + 5);
        r->value   = p + 7;
        size       = 7 + 4 * (size_t)r->lanes;
    } else if ((r->tag == 'I' || r->tag == 'S' || r->tag == 'R') && left >= 9) {
        r->clock = rd_i64le(p + 1);
        size     = 9;
    } else if ((r->tag == 'O' || r->tag == 'C') && left >= 14) {
        r->flag  = p[1];
        r->value = p + 2;
        r->clock = rd_i64le(p + 6);
        size     = 14;
    } else if (r->tag == 'E' && left >= 10) {
        r->flag  = p[1];
        r->clock = rd_i64le(p + 2);
        size     = 10;
    }
    if (size == 0 || size > left)
        return fail(c, ERR_FORMAT, (Loc){ .file = t->map.path, .byte = t->at },
                    "the record is cut: the simulation did not end");
    t->at += size;
    return ERR_NONE;
}
