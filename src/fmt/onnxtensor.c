/* Tensors of ONNX: the same elements may lie in raw bytes, in one of five typed fields, or in
 * another file. All of them become an Npy. */
#include "base/io.h"
#include "base/num.h"
#include "fmt/onnxpb.h"
#include "fmt/take.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef enum Field { IN_FLOAT, IN_INT32, IN_INT64, IN_DOUBLE } Field; /* typed fields */

/* How a data type lies in raw bytes, and the typed field that may hold it instead. */
typedef struct TypeRule { int32_t onnx; NpyType npy; Field field; size_t field_bytes; } TypeRule;
static const TypeRule type_rules[] = {
    { ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT,    NPY_F4, IN_FLOAT,  4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__UINT8,    NPY_U1, IN_INT32,  4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT8,     NPY_I1, IN_INT32,  4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT16,    NPY_I2, IN_INT32,  4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT32,    NPY_I4, IN_INT32,  4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT64,    NPY_I8, IN_INT64,  8 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__BOOL,     NPY_U1, IN_INT32,  4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16,  NPY_F2, IN_INT32,  4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE,   NPY_F8, IN_DOUBLE, 8 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16, NPY_I2, IN_INT32,  4 },
};

typedef struct Source { const char *file; Arena *perm; Ctx *c; } Source;
#define WRONG(s, code, ...) fail((s)->c, code, (Loc){ .file = (s)->file }, __VA_ARGS__)

static const TypeRule *find_rule(int32_t onnx)
{
    for (size_t i = 0; i < sizeof type_rules / sizeof *type_rules; i++)
        if (type_rules[i].onnx == onnx)
            return &type_rules[i];
    return NULL;
}

static Err read_dims(Source *s, const Onnx__TensorProto *t, Npy *out)
{
    if (t->n_dims > NPY_MAX_RANK)
        return WRONG(s, ERR_LIMIT, "a tensor of %zu dimensions", t->n_dims);
    out->rank = (int)t->n_dims;
    out->n    = 1;
    for (int d = 0; d < out->rank; d++) {
        out->dim[d] = t->dims[d];
        if (out->dim[d] < 0 || out->dim[d] > INT_MAX ||
            (out->dim[d] > 0 && out->n > ((int64_t)1 << 40) / out->dim[d]))
            return WRONG(s, ERR_LIMIT, "a dimension of %lld", (long long)out->dim[d]);
        out->n *= out->dim[d];
    }
    return ERR_NONE;
}

static const void *typed_field(const Onnx__TensorProto *t, Field f, size_t *n)
{
    switch (f) {
    case IN_FLOAT:  *n = t->n_float_data;  return t->float_data;
    case IN_INT32:  *n = t->n_int32_data;  return t->int32_data;
    case IN_INT64:  *n = t->n_int64_data;  return t->int64_data;
    case IN_DOUBLE: *n = t->n_double_data; return t->double_data;
    }
    return NULL;
}

/* int32_data holds small types one an element: the low bytes are the value. */
static Err narrow(Source *s, Npy *out, const int32_t *from)
{
    size_t bytes = npy_type_bytes(out->type);
    void *to;
    TRY(take(s->perm, (uint64_t)out->n, bytes, s->file, &to, s->c));
    for (int64_t i = 0; i < out->n; i++)
        memcpy((char *)to + (size_t)i * bytes, &from[i], bytes); /* little-endian */
    out->p = to;
    return ERR_NONE;
}

static Err read_typed(Source *s, const Onnx__TensorProto *t, const TypeRule *rule, Npy *out)
{
    size_t n = 0;
    const void *p = typed_field(t, rule->field, &n);
    if (n != (size_t)out->n)
        return WRONG(s, ERR_FORMAT, "the dimensions need %lld elements, %zu are there",
                     (long long)out->n, n);
    if (npy_type_bytes(rule->npy) < rule->field_bytes)
        return narrow(s, out, p);
    out->p = p;
    return ERR_NONE;
}

/* A decimal number, digits only. */
static bool parse_u64(const char *s, uint64_t *out)
{
    *out = 0;
    for (; *s >= '0' && *s <= '9'; s++) {
        if (*out > (UINT64_MAX - 9) / 10)
            return false;
        *out = *out * 10 + (uint64_t)(*s - '0');
    }
    return *s == '\0';
}

typedef struct External {
    const char *location;
    uint64_t    offset, length;
    bool        has_length;
} External;

static Err read_external_keys(Source *s, const Onnx__TensorProto *t, External *x)
{
    for (size_t i = 0; i < t->n_external_data; i++) {
        const char *key = t->external_data[i]->key, *value = t->external_data[i]->value;
        bool ok = key && value;
        if (ok && !strcmp(key, "location"))
            x->location = value;
        else if (ok && !strcmp(key, "offset"))
            ok = parse_u64(value, &x->offset);
        else if (ok && !strcmp(key, "length"))
            ok = x->has_length = parse_u64(value, &x->length);
        else
            ok = ok && !strcmp(key, "checksum"); /* of the whole file, SHA-1: not checked */
        if (!ok)
            return WRONG(s, ERR_FORMAT, "external data: '%.40s' is '%.80s'", key ? key : "",
                         value ? value : "");
    }
    if (!x->location || !*x->location)
        return WRONG(s, ERR_FORMAT, "external data without a location");
    return ERR_NONE;
}

static bool climbs(const char *path)
{
    for (const char *s = path; s; s = strchr(s, '/')) {
        s += *s == '/';
        if (!strncmp(s, "..", 2) && (s[2] == '/' || s[2] == '\0'))
            return true;
    }
    return false;
}

/* The file's true path, below the model's true folder; NULL path when it is refused. */
static Err resolve(Source *s, const char *location, char *path)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(s->file, '/');
    const char *folder = slash == s->file ? "/" : slash ? arena_strn(s->perm, s->file,
                                                         (size_t)(slash - s->file)) : ".";
    if (*location == '/' || climbs(location))
        return WRONG(s, ERR_UNSUPPORTED,
                     "external data at '%.200s': only files in the model's folder are read",
                     location);
    if (!realpath(folder, dir) || !realpath(io_join(s->perm, dir, location), path))
        return WRONG(s, ERR_IO, "external data: there is no file '%.200s' beside the model",
                     location);
    size_t n = strcmp(dir, "/") ? strlen(dir) : 0;
    if (strncmp(path, dir, n) || path[n] != '/')
        return WRONG(s, ERR_UNSUPPORTED,
                     "external data '%.200s' is a link that leaves the model's folder", location);
    return ERR_NONE;
}

static Err copy_external(Source *s, const External *x, const Map *m, Npy *out)
{
    size_t need = npy_bytes(out);
    if (x->has_length && x->length != need)
        return WRONG(s, ERR_FORMAT, "external data of %llu bytes where the dimensions need %zu",
                     (unsigned long long)x->length, need);
    if (x->offset > m->n || need > m->n - x->offset)
        return WRONG(s, ERR_FORMAT,
                     "external data '%.200s': bytes %llu to %llu of a file of %zu", x->location,
                     (unsigned long long)x->offset, (unsigned long long)(x->offset + need), m->n);
    void *to;
    TRY(take(s->perm, need, 1, s->file, &to, s->c));
    if (need > 0)
        memcpy(to, m->p + x->offset, need);
    out->p = to;
    return ERR_NONE;
}

static Err read_external(Source *s, const Onnx__TensorProto *t, Npy *out)
{
    External x = { 0 };
    char path[PATH_MAX];
    Map m;
    TRY(read_external_keys(s, t, &x));
    TRY(resolve(s, x.location, path));
    TRY(io_map(&m, path, s->c));
    Err e = copy_external(s, &x, &m, out);
    io_unmap(&m);
    return e;
}

static Err read_raw(Source *s, const Onnx__TensorProto *t, Npy *out)
{
    if (t->raw_data.len != npy_bytes(out))
        return WRONG(s, ERR_FORMAT, "the dimensions need %zu bytes, %zu are there",
                     npy_bytes(out), t->raw_data.len);
    out->p = t->raw_data.data;
    return ERR_NONE;
}

/* bfloat16 is the upper half of a float32. */
static Err widen_bfloat16(Source *s, Npy *out)
{
    const unsigned char *from = out->p;
    void *to;
    TRY(take(s->perm, (uint64_t)out->n, 4, s->file, &to, s->c));
    for (int64_t i = 0; i < out->n; i++) {
        uint32_t bits = (uint32_t)rd_u16le(from + 2 * i) << 16;
        memcpy((char *)to + 4 * i, &bits, 4);
    }
    out->type = NPY_F4;
    out->p    = to;
    return ERR_NONE;
}

Err onnxpb_tensor(const Onnx__TensorProto *t, const char *file, Arena *perm, Npy *out, Ctx *c)
{
    Source s = { file, perm, c };
    const TypeRule *rule = find_rule(t->data_type);
    *out = (Npy){ 0 };
    if (!rule)
        return WRONG(&s, ERR_UNSUPPORTED, "a tensor of ONNX data type %d", t->data_type);
    if (t->segment)
        return WRONG(&s, ERR_UNSUPPORTED, "a tensor stored in segments");
    out->type = rule->npy;
    TRY(read_dims(&s, t, out));
    if (t->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
        TRY(read_external(&s, t, out));
    else if (t->has_raw_data)
        TRY(read_raw(&s, t, out));
    else
        TRY(read_typed(&s, t, rule, out));
    return rule->onnx == ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16 ? widen_bfloat16(&s, out)
                                                                 : ERR_NONE;
}
