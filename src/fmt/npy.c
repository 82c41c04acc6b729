#include "fmt/npy.h"
#include "base/io.h"
#include "base/num.h"
#include "fmt/take.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "arrays are written as they lie");

static const struct { const char *descr; size_t bytes; } types[NPY_TYPE_COUNT] = {
#define NPY(NAME, descr, bytes) [NPY_##NAME] = { descr, bytes },
#include "fmt/npytypes.def"
#undef NPY
};

size_t npy_type_bytes(NpyType t) { return types[t].bytes; }
const char *npy_type_name(NpyType t) { return types[t].descr; }
size_t npy_bytes(const Npy *a) { return (size_t)a->n * types[a->type].bytes; }
bool npy_is_float(const Npy *a)
{
    return a->type == NPY_F2 || a->type == NPY_F4 || a->type == NPY_F8;
}

Npy npy_of(NpyType t, const void *p, int rank, const int *dim)
{
    assert(rank <= NPY_MAX_RANK);
    Npy a = { .type = t, .rank = rank, .n = 1, .p = p };
    for (int d = 0; d < rank; d++) a.n *= a.dim[d] = dim[d];
    return a;
}

/* A cursor over the header's Python literal. */
typedef struct Text { const unsigned char *p; size_t i, end; const char *file; Ctx *c; } Text;

MUST_USE
static Err text_fail(Text *t, const char *what)
{
    return fail(t->c, ERR_FORMAT, (Loc){ .file = t->file, .byte = t->i }, ".npy header: %s", what);
}

static void skip_space(Text *t)
{
    while (t->i < t->end && (t->p[t->i] == ' ' || t->p[t->i] == '\n')) t->i++;
}

static bool accept(Text *t, char ch)
{
    skip_space(t);
    if (t->i >= t->end || t->p[t->i] != (unsigned char)ch)
        return false;
    t->i++;
    return true;
}

/* 'text' without escapes, into s of cap bytes. */
static Err read_string(Text *t, char *s, size_t cap)
{
    skip_space(t);
    char quote = t->i < t->end ? (char)t->p[t->i] : '\0';
    if (quote != '\'' && quote != '"')
        return text_fail(t, "a quoted word is missing");
    size_t n = 0;
    for (t->i++; t->i < t->end && t->p[t->i] != (unsigned char)quote; t->i++) {
        if (n + 1 >= cap)
            return text_fail(t, "a word is too long (arrays of records are not read)");
        s[n++] = (char)t->p[t->i];
    }
    s[n] = '\0';
    return accept(t, quote) ? ERR_NONE : text_fail(t, "a quote is not closed");
}

static Err read_int(Text *t, int64_t *out)
{
    skip_space(t);
    size_t start = t->i;
    int64_t v = 0;
    for (; t->i < t->end && t->p[t->i] >= '0' && t->p[t->i] <= '9'; t->i++) {
        if (v > (INT64_MAX - 9) / 10)
            return text_fail(t, "a dimension is too large");
        v = 10 * v + (t->p[t->i] - '0');
    }
    *out = v;
    return t->i > start ? ERR_NONE : text_fail(t, "a dimension is missing");
}

static Err read_shape(Text *t, Npy *a)
{
    if (!accept(t, '('))
        return text_fail(t, "the shape is not a tuple");
    while (!accept(t, ')')) {
        if (a->rank == NPY_MAX_RANK)
            return fail(t->c, ERR_LIMIT, (Loc){ .file = t->file, .byte = t->i },
                        "more than %d dimensions", NPY_MAX_RANK);
        TRY(read_int(t, &a->dim[a->rank++]));
        if (!accept(t, ',') && !(t->i < t->end && t->p[t->i] == ')'))
            return text_fail(t, "the shape lacks a comma");
    }
    return ERR_NONE;
}

static Err read_order(Text *t)
{
    skip_space(t);
    size_t left = t->end - t->i;
    if (left >= 4 && !memcmp(t->p + t->i, "True", 4))
        return fail(t->c, ERR_UNSUPPORTED, (Loc){ .file = t->file, .byte = t->i },
                    "the array is in Fortran order; save np.ascontiguousarray(x)");
    if (left < 5 || memcmp(t->p + t->i, "False", 5))
        return text_fail(t, "fortran_order is neither True nor False");
    t->i += 5;
    return ERR_NONE;
}

static Err read_type(Text *t, Npy *a)
{
    char descr[16];
    size_t at = t->i;
    TRY(read_string(t, descr, sizeof descr));
    for (a->type = 0; a->type < NPY_TYPE_COUNT; a->type++)
        if (!strcmp(descr, types[a->type].descr))
            return ERR_NONE;
    return fail(t->c, ERR_UNSUPPORTED, (Loc){ .file = t->file, .byte = at },
                "elements of type '%s'; read are f2, f4, f8, u1, i1, i2, i4, i8, little-endian",
                descr);
}

enum { KEY_DESCR, KEY_ORDER, KEY_SHAPE, KEY_COUNT };

static Err read_entry(Text *t, Npy *a, unsigned *seen)
{
    static const char *const keys[KEY_COUNT] = { "descr", "fortran_order", "shape" };
    char key[16];
    TRY(read_string(t, key, sizeof key));
    unsigned k = 0;
    while (k < KEY_COUNT && strcmp(key, keys[k])) k++;
    if (k == KEY_COUNT || *seen >> k & 1)
        return text_fail(t, "a key that is unknown or there twice");
    *seen |= 1u << k;
    if (!accept(t, ':'))
        return text_fail(t, "a colon is missing");
    return k == KEY_DESCR ? read_type(t, a) : k == KEY_ORDER ? read_order(t) : read_shape(t, a);
}

static Err read_dict(Text *t, Npy *a)
{
    unsigned seen = 0;
    if (!accept(t, '{'))
        return text_fail(t, "no dictionary");
    while (!accept(t, '}')) {
        TRY(read_entry(t, a, &seen));
        if (!accept(t, ',') && !(t->i < t->end && t->p[t->i] == '}'))
            return text_fail(t, "a comma is missing");
    }
    skip_space(t);
    if (t->i != t->end || seen != (1u << KEY_COUNT) - 1)
        return text_fail(t, "descr, fortran_order and shape are expected, and nothing else");
    return ERR_NONE;
}

/* The product of the dimensions against the bytes that are there. */
static Err count_elements(Npy *a, size_t at, size_t bytes, const char *file, Ctx *c)
{
    size_t room = bytes / types[a->type].bytes;
    a->n = 1;
    for (int d = 0; d < a->rank; d++) {
        if (a->dim[d] != 0 && (uint64_t)a->n > room / (uint64_t)a->dim[d])
            return fail(c, ERR_FORMAT, (Loc){ .file = file, .byte = at },
                        "the shape needs more elements than the %zu bytes hold", bytes);
        a->n *= a->dim[d];
    }
    if (npy_bytes(a) != bytes)
        return fail(c, ERR_FORMAT, (Loc){ .file = file, .byte = at },
                    "the shape needs %zu bytes, %zu are there", npy_bytes(a), bytes);
    return ERR_NONE;
}

Err npy_parse(const unsigned char *p, size_t n, const char *file, Npy *out, Ctx *c)
{
    *out = (Npy){ 0 };
    if (n < 10 || memcmp(p, "\x93NUMPY", 6))
        return fail(c, ERR_FORMAT, (Loc){ .file = file }, "not a .npy array");
    if (p[6] < 1 || p[6] > 3)
        return fail(c, ERR_UNSUPPORTED, (Loc){ .file = file, .byte = 6 },
                    ".npy version %d; read are 1, 2 and 3", p[6]);
    size_t start = p[6] == 1 ? 10 : 12;
    size_t len   = p[6] == 1 ? rd_u16le(p + 8) : n < 12 ? n : rd_u32le(p + 8);
    if (start > n || len > n - start)
        return fail(c, ERR_FORMAT, (Loc){ .file = file, .byte = 8 },
                    "the header's %zu bytes end after the file's %zu", len, n);
    Text t = { p, start, start + len, file, c };
    TRY(read_dict(&t, out));
    out->p = p + start + len;
    return count_elements(out, start + len, n - start - len, file, c);
}

Err npy_read(const char *path, Arena *perm, Npy *out, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    void *copy = NULL;
    Err e = npy_parse(m.p, m.n, path, out, c);
    if (!e && !(e = take(perm, npy_bytes(out), 1, path, &copy, c))) {
        if (out->n > 0)
            memcpy(copy, out->p, npy_bytes(out));
        out->p = copy;
    }
    io_unmap(&m);
    return e;
}

void npy_header(Buf *b, const Npy *a)
{
    char text[256];
    int n = snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                     types[a->type].descr);
    for (int d = 0; d < a->rank; d++)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%lld%s", d ? " " : "",
                      (long long)a->dim[d], d + 1 < a->rank || a->rank == 1 ? "," : "");
    n += snprintf(text + n, sizeof text - (size_t)n, "), }");
    int pad = 63 - (10 + n) % 64; /* the header ends in a newline at a multiple of 64 */
    unsigned len = (unsigned)(n + pad + 1);
    unsigned char head[10] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0,
                               (unsigned char)len, (unsigned char)(len >> 8) };
    buf_add(b, head, sizeof head);
    buf_printf(b, "%s%*s\n", text, pad, "");
}

Err npy_write(const char *path, const Npy *a, Ctx *c)
{
    Buf b = { 0 };
    npy_header(&b, a);
    buf_add(&b, a->p, npy_bytes(a));
    Err e = io_write(path, b.p, b.n, c);
    buf_free(&b);
    return e;
}

float half_to_float(uint16_t h)
{
    uint32_t sign = (uint32_t)h >> 15 << 31, exp = h >> 10 & 31, frac = h & 1023, bits;
    if (exp == 0) /* subnormal: frac * 2^-24 */
        return sign ? -(float)frac * 0x1p-24f : (float)frac * 0x1p-24f;
    bits = sign | (exp == 31 ? 255 : exp + 127 - 15) << 23 | frac << 13;
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

double npy_at(const Npy *a, int64_t i)
{
    union { uint16_t f2; float f4; double f8; uint8_t u1; int8_t i1; int16_t i2; int32_t i4;
            int64_t i8; } v = { 0 };
    size_t bytes = types[a->type].bytes;
    memcpy(&v, (const char *)a->p + (size_t)i * bytes, bytes); /* p may be unaligned */
    switch (a->type) {
    case NPY_F2: return half_to_float(v.f2);
    case NPY_F4: return v.f4;
    case NPY_F8: return v.f8;
    case NPY_U1: return v.u1;
    case NPY_I1: return v.i1;
    case NPY_I2: return v.i2;
    case NPY_I4: return v.i4;
    case NPY_I8: return (double)v.i8;
    case NPY_TYPE_COUNT: break;
    }
    assert(false && "an element type");
    return 0;
}
