#include "fmt/wire.h"
#include <stdbool.h>

/* The open messages, outermost first; each ends inside the one before. */
typedef struct Open { uint8_t type; size_t end; } Open;

typedef struct Scan {
    const unsigned char *p;
    size_t      at;
    const WireSub *schema;
    int         n_schema, depth;
    Open        open[WIRE_DEPTH_MAX];
    const char *file;
    Ctx        *c;
} Scan;

#define WRONG(s, code, byte_, ...) fail((s)->c, code, (Loc){ .file = (s)->file, .byte = byte_ }, \
                                        __VA_ARGS__)

static size_t scan_end(const Scan *s) { return s->open[s->depth - 1].end; }

/* Base-128, least significant group first, at most 10 bytes. */
static Err read_varint(Scan *s, uint64_t *out)
{
    size_t start = s->at;
    *out = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (s->at >= scan_end(s))
            return WRONG(s, ERR_FORMAT, start, "protobuf: a number is cut off");
        unsigned char b = s->p[s->at++];
        *out |= shift < 64 ? (uint64_t)(b & 127) << shift : 0;
        if (b < 128)
            return ERR_NONE;
    }
    return WRONG(s, ERR_FORMAT, start, "protobuf: a number of more than 10 bytes");
}

static const WireSub *find_sub(const Scan *s, uint64_t field)
{
    uint8_t type = s->open[s->depth - 1].type;
    for (int i = 0; i < s->n_schema; i++)
        if (s->schema[i].type == type && s->schema[i].field == field)
            return &s->schema[i];
    return NULL;
}

static Err skip(Scan *s, size_t tag_at, uint64_t n)
{
    if (n > scan_end(s) - s->at)
        return WRONG(s, ERR_FORMAT, tag_at,
                     "protobuf: a field of %llu bytes, %zu are left in its message",
                     (unsigned long long)n, scan_end(s) - s->at);
    s->at += (size_t)n;
    return ERR_NONE;
}

/* A field with a length: opened if it is a message, skipped otherwise. */
static Err read_block(Scan *s, size_t tag_at, uint64_t field)
{
    uint64_t len;
    TRY(read_varint(s, &len));
    size_t start = s->at;
    TRY(skip(s, tag_at, len));
    const WireSub *sub = find_sub(s, field);
    if (!sub)
        return ERR_NONE;
    if (s->depth == WIRE_DEPTH_MAX)
        return WRONG(s, ERR_LIMIT, tag_at, "protobuf: nested deeper than %d", WIRE_DEPTH_MAX);
    s->open[s->depth++] = (Open){ sub->sub, s->at };
    s->at = start;
    return ERR_NONE;
}

static Err read_field(Scan *s)
{
    enum { VARINT, FIXED64, BLOCK, FIXED32 = 5 };
    size_t tag_at = s->at;
    uint64_t tag, ignored;
    TRY(read_varint(s, &tag));
    if (tag >> 3 == 0 || tag >> 3 > (1u << 29) - 1)
        return WRONG(s, ERR_FORMAT, tag_at, "protobuf: no such field number");
    switch (tag & 7) {
    case VARINT:  return read_varint(s, &ignored);
    case FIXED64: return skip(s, tag_at, 8);
    case FIXED32: return skip(s, tag_at, 4);
    case BLOCK:   return read_block(s, tag_at, tag >> 3);
    default:      return WRONG(s, ERR_FORMAT, tag_at, "protobuf: wire type %d is not used",
                               (int)(tag & 7));
    }
}

Err wire_check(const unsigned char *p, size_t n, const WireSub *schema, int n_schema,
               const char *file, Ctx *c)
{
    Scan s = { .p = p, .schema = schema, .n_schema = n_schema, .depth = 1, .file = file, .c = c };
    s.open[0] = (Open){ 0, n };
    for (long fields = 0; s.depth > 0;) {
        if (s.at == scan_end(&s)) {
            s.depth--;
            continue;
        }
        if (++fields > WIRE_FIELDS_MAX)
            return WRONG(&s, ERR_LIMIT, s.at, "protobuf: more than %d fields", WIRE_FIELDS_MAX);
        TRY(read_field(&s));
    }
    return ERR_NONE;
}
