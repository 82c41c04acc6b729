#include "fmt/idx.h"
#include "base/io.h"
#include "base/num.h"
#include "fmt/take.h"
#include <limits.h>
#include <string.h>
#include <zlib.h>

/* Bytes that come either straight from memory or out of a gzip stream. */
typedef struct Stream {
    bool        packed, ended;
    z_stream    z;        /* packed: next_in and avail_in say what is left */
    const unsigned char *p; /* plain */
    size_t      n, at;    /* bytes in, bytes given out so far */
    const char *file;
    Ctx        *c;
} Stream;

MUST_USE
static Err short_of(Stream *s, size_t want, size_t got)
{
    return fail(s->c, ERR_FORMAT, (Loc){ .file = s->file, .byte = s->at + got },
                "%sends where %zu more bytes are needed",
                s->packed ? "the gzip stream is damaged or " : "the file ", want - got);
}

static Err get_packed(Stream *s, unsigned char *to, size_t n)
{
    size_t got = 0;
    while (got < n && !s->ended) {
        size_t chunk = n - got < UINT_MAX / 2 ? n - got : UINT_MAX / 2;
        s->z.next_out  = to + got;
        s->z.avail_out = (uInt)chunk;
        int rc = inflate(&s->z, Z_NO_FLUSH);
        got += chunk - s->z.avail_out;
        s->ended = rc == Z_STREAM_END;
        if (rc != Z_OK && rc != Z_STREAM_END)
            break;
    }
    if (got < n)
        return short_of(s, n, got);
    s->at += n;
    return ERR_NONE;
}

static Err get(Stream *s, unsigned char *to, size_t n)
{
    if (s->packed)
        return get_packed(s, to, n);
    if (n > s->n - s->at)
        return short_of(s, n, s->n - s->at);
    if (n > 0)
        memcpy(to, s->p + s->at, n);
    s->at += n;
    return ERR_NONE;
}

/* Nothing may follow the last element; a gzip stream must end well (its checksum right). */
static Err expect_end(Stream *s)
{
    if (!s->packed)
        return s->at == s->n ? ERR_NONE
             : fail(s->c, ERR_FORMAT, (Loc){ .file = s->file, .byte = s->at },
                    "%zu bytes follow the last element", s->n - s->at);
    unsigned char extra;
    s->z.next_out  = &extra;
    s->z.avail_out = 1;
    if (!s->ended && inflate(&s->z, Z_FINISH) == Z_STREAM_END)
        s->ended = true;
    if (!s->ended || s->z.avail_out == 0 || s->z.avail_in != 0)
        return fail(s->c, ERR_FORMAT, (Loc){ .file = s->file, .byte = s->at },
                    "the gzip stream is damaged, or bytes follow the last element");
    return ERR_NONE;
}

static Err read_header(Stream *s, Npy *out)
{
    unsigned char head[4], dim[4];
    TRY(get(s, head, 4));
    if (head[0] || head[1])
        return fail(s->c, ERR_FORMAT, (Loc){ .file = s->file }, "not an IDX file");
    if (head[2] != 8)
        return fail(s->c, ERR_UNSUPPORTED, (Loc){ .file = s->file, .byte = 2 },
                    "IDX elements of type 0x%02x; read is 0x08, unsigned bytes", head[2]);
    if (head[3] < 1 || head[3] > 4)
        return fail(s->c, ERR_UNSUPPORTED, (Loc){ .file = s->file, .byte = 3 },
                    "%d dimensions; read are 1 to 4", head[3]);
    *out = (Npy){ .type = NPY_U1, .rank = head[3], .n = 1 };
    uint64_t most = s->packed ? (uint64_t)s->n * 1032 : s->n; /* deflate's best ratio */
    for (int d = 0; d < out->rank; d++) {
        TRY(get(s, dim, 4));
        out->dim[d] = rd_u32be(dim);
        if (out->dim[d] && (uint64_t)out->n > most / (uint64_t)out->dim[d])
            return fail(s->c, ERR_FORMAT, (Loc){ .file = s->file, .byte = s->at - 4 },
                        "the header claims more elements than %zu bytes can hold", s->n);
        out->n *= out->dim[d];
    }
    return ERR_NONE;
}

static Err read_all(Stream *s, Arena *perm, Npy *out)
{
    void *to;
    TRY(read_header(s, out));
    TRY(take(perm, (uint64_t)out->n, 1, s->file, &to, s->c));
    TRY(get(s, to, (size_t)out->n));
    out->p = to;
    return expect_end(s);
}

Err idx_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Npy *out, Ctx *c)
{
    Stream s = { .p = p, .n = n, .file = file, .c = c };
    s.packed = n >= 2 && p[0] == 0x1f && p[1] == 0x8b;
    if (!s.packed)
        return read_all(&s, perm, out);
    if (n > UINT_MAX)
        return fail(c, ERR_LIMIT, (Loc){ .file = file }, "a gzip file of more than 4 GiB");
    s.z.next_in  = (Bytef *)(uintptr_t)p;
    s.z.avail_in = (uInt)n;
    if (inflateInit2(&s.z, 15 + 16) != Z_OK)
        return fail(c, ERR_LIMIT, (Loc){ .file = file }, "zlib has no memory");
    Err e = read_all(&s, perm, out);
    inflateEnd(&s.z);
    return e;
}

Err idx_read(const char *path, Arena *perm, Npy *out, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    Err e = idx_parse(m.p, m.n, path, perm, out, c);
    io_unmap(&m);
    return e;
}
