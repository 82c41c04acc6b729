#include "fmt/dataset.h"
#include "base/io.h"
#include "base/num.h"
#include "fmt/idx.h"
#include "fmt/image.h"
#include "fmt/npz.h"
#include "fmt/take.h"
#include <limits.h>
#include <math.h>
#include <string.h>

enum {
    DIM_MAX      = 1 << 24,
    CIFAR_PIXELS = 3 * 32 * 32,
    CIFAR10      = CIFAR_PIXELS + 1,
    CIFAR100     = CIFAR_PIXELS + 2,
};

/* --- images of an array --- */

/* n, c, h, w of [N,C,H,W], [N,H,W] or [N,F]. */
static Err set_shape(Dataset *ds, const Npy *a, Ctx *c)
{
    static const int at[5][4] = { [2] = { 0, 1, -1, -1 }, [3] = { 0, -1, 1, 2 },
                                  [4] = { 0, 1, 2, 3 } };
    int *to[4] = { &ds->n, &ds->c, &ds->h, &ds->w };
    if (a->rank < 2 || a->rank > 4)
        return fail(c, ERR_SHAPE, (Loc){ .file = ds->file },
                    "images of %d dimensions; read are [N,C,H,W], [N,H,W] and [N,F]", a->rank);
    for (int k = 0; k < 4; k++) {
        int64_t v = at[a->rank][k] < 0 ? 1 : a->dim[at[a->rank][k]];
        if (v < 1 || v > (k == 0 ? INT_MAX : DIM_MAX))
            return fail(c, ERR_SHAPE, (Loc){ .file = ds->file }, "a dimension of %lld",
                        (long long)v);
        *to[k] = (int)v;
    }
    return ERR_NONE;
}

/* A row-major array's elements as float32, all finite. */
static Err to_floats(const Npy *a, const char *file, Arena *perm, const float **out, Ctx *c)
{
    void *p;
    TRY(take(perm, (uint64_t)a->n, sizeof(float), file, &p, c));
    float *to = p;
    for (int64_t i = 0; i < a->n; i++) {
        to[i] = (float)npy_at(a, i);
        if (!isfinite(to[i]))
            return fail(c, ERR_RANGE, (Loc){ .file = file },
                        "number %lld is infinite or not a number", (long long)i);
    }
    *out = to;
    return ERR_NONE;
}

static Err images_of(Dataset *ds, const Npy *a, Arena *perm, Ctx *c)
{
    TRY(set_shape(ds, a, c));
    ds->is_u8 = a->type == NPY_U1;
    if (ds->is_u8) {
        ds->u8 = a->p;
        return ERR_NONE;
    }
    if (!npy_is_float(a))
        return fail(c, ERR_UNSUPPORTED, (Loc){ .file = ds->file },
                    "images of type %s; save uint8 or float32", npy_type_name(a->type));
    return to_floats(a, ds->file, perm, &ds->f32, c);
}

static Err labels_of(Dataset *ds, const Npy *a, const char *file, Arena *perm, Ctx *c)
{
    void *p;
    if (a->rank != 1 || npy_is_float(a) || a->n > INT_MAX)
        return fail(c, ERR_SHAPE, (Loc){ .file = file },
                    "labels are %d-dimensional, of type %s; a vector of integers is read", a->rank,
                    npy_type_name(a->type));
    TRY(take(perm, (uint64_t)a->n, sizeof(int), file, &p, c));
    int *to = p;
    for (int64_t i = 0; i < a->n; i++) {
        double v = npy_at(a, i);
        if (v < 0 || v > INT_MAX)
            return fail(c, ERR_RANGE, (Loc){ .file = file }, "label %lld is %g", (long long)i, v);
        to[i] = (int)v;
    }
    ds->label      = to;
    ds->n_label    = (int)a->n;
    ds->label_file = file;
    return ERR_NONE;
}

static Err logits_of(Dataset *ds, const Npy *a, Arena *perm, Ctx *c)
{
    if (a->rank != 2 || a->dim[0] != ds->n || a->dim[1] < 1 || a->dim[1] > INT_MAX ||
        !npy_is_float(a))
        return fail(c, ERR_SHAPE, (Loc){ .file = ds->file },
                    "logits are no float array [%d, classes]", ds->n);
    ds->n_logits = (int)a->dim[1];
    return to_floats(a, ds->file, perm, &ds->logits, c);
}

/* --- containers --- */

static Err parse_npz(const unsigned char *p, size_t n, Arena *perm, Dataset *ds, Ctx *c)
{
    Npz z;
    TRY(npz_parse(p, n, ds->file, perm, &z, c));
    const Npy *x = npz_find(&z, "x"), *y = npz_find(&z, "y"), *logits = npz_find(&z, "logits");
    if (!x)
        return fail(c, ERR_FORMAT, (Loc){ .file = ds->file },
                    "no array 'x'; save numpy.savez(path, x=images, y=labels)");
    TRY(images_of(ds, x, perm, c));
    if (y)
        TRY(labels_of(ds, y, ds->file, perm, c));
    return logits ? logits_of(ds, logits, perm, c) : ERR_NONE;
}

static Err parse_picture(const unsigned char *p, size_t n, Arena *perm, Dataset *ds, Ctx *c)
{
    Image m;
    TRY(image_parse(p, n, ds->file, perm, &m, c));
    ds->n     = 1;
    ds->c     = m.c;
    ds->h     = m.h;
    ds->w     = m.w;
    ds->is_u8 = true;
    ds->u8    = m.p;
    return ERR_NONE;
}

/* --- CIFAR --- */

/* True if byte `at` of every record is at most max. */
static bool bytes_within(const unsigned char *p, size_t n, size_t record, size_t at, int max)
{
    for (size_t i = at; i < n; i += record)
        if (p[i] > max)
            return false;
    return true;
}

/* True if an IDX header accounts for every byte. */
static bool is_whole_idx(const unsigned char *p, size_t n)
{
    if (n < 8 || p[0] || p[1] || p[2] != 8 || p[3] < 1 || p[3] > 4 || n < 4 + 4 * (size_t)p[3])
        return false;
    size_t count = 1, body = n - 4 - 4 * (size_t)p[3];
    for (int d = 0; d < p[3]; d++) {
        uint32_t dim = rd_u32be(p + 4 + 4 * d);
        if (dim && count > body / dim)
            return false;
        count *= dim;
    }
    return count == body;
}

/* The record's size, 0 if the bytes are no CIFAR records. */
static size_t cifar_record(const unsigned char *p, size_t n)
{
    if (is_whole_idx(p, n))
        return 0;
    bool ten     = n && n % CIFAR10 == 0 && bytes_within(p, n, CIFAR10, 0, 9);
    bool hundred = n && n % CIFAR100 == 0 && bytes_within(p, n, CIFAR100, 0, 19) &&
                   bytes_within(p, n, CIFAR100, 1, 99);
    return ten && !hundred ? CIFAR10 : hundred && !ten ? CIFAR100 : 0;
}

static Err parse_cifar(const unsigned char *p, size_t n, size_t record, Arena *perm, Dataset *ds,
                       Ctx *c)
{
    size_t count = n / record, skip = record - CIFAR_PIXELS;
    void *pixels, *labels;
    if (count > INT_MAX)
        return fail(c, ERR_LIMIT, (Loc){ .file = ds->file }, "%zu records", count);
    TRY(take(perm, count, CIFAR_PIXELS, ds->file, &pixels, c));
    TRY(take(perm, count, sizeof(int), ds->file, &labels, c));
    for (size_t i = 0; i < count; i++) {
        const unsigned char *r = p + i * record;
        ((int *)labels)[i] = r[skip - 1]; /* CIFAR-100: the second byte, the fine label */
        memcpy((unsigned char *)pixels + i * CIFAR_PIXELS, r + skip, CIFAR_PIXELS);
    }
    *ds = (Dataset){ .n = (int)count, .c = 3, .h = 32, .w = 32, .is_u8 = true, .u8 = pixels,
                     .label = labels, .n_label = (int)count, .file = ds->file,
                     .label_file = ds->file };
    return ERR_NONE;
}

/* --- which is it --- */

typedef enum Kind { KIND_NPY, KIND_ZIP, KIND_GZIP, KIND_IDX, KIND_PICTURE, KIND_OTHER } Kind;

static Kind kind_of(const unsigned char *p, size_t n)
{
    if (n >= 6 && !memcmp(p, "\x93NUMPY", 6)) return KIND_NPY;
    if (n >= 4 && !memcmp(p, "PK\3\4", 4)) return KIND_ZIP;
    if (n >= 2 && p[0] == 0x1f && p[1] == 0x8b) return KIND_GZIP;
    if (n >= 4 && !p[0] && !p[1] && p[2] && p[3] >= 1 && p[3] <= 4) return KIND_IDX;
    if (image_is_png(p, n) || image_is_pgm(p, n)) return KIND_PICTURE;
    return KIND_OTHER;
}

Err dataset_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Dataset *ds,
                  Ctx *c)
{
    *ds = (Dataset){ .file = file };
    Npy a;
    size_t record = cifar_record(p, n); /* CIFAR has no magic number: its size speaks first */
    if (record)
        return parse_cifar(p, n, record, perm, ds, c);
    switch (kind_of(p, n)) {
    case KIND_NPY:
        TRY(npy_parse(p, n, file, &a, c));
        return images_of(ds, &a, perm, c);
    case KIND_GZIP: case KIND_IDX:
        TRY(idx_parse(p, n, file, perm, &a, c));
        return images_of(ds, &a, perm, c);
    case KIND_ZIP:     return parse_npz(p, n, perm, ds, c);
    case KIND_PICTURE: return parse_picture(p, n, perm, ds, c);
    case KIND_OTHER:   break;
    }
    return fail(c, ERR_FORMAT, (Loc){ .file = file },
                "no images: neither IDX(.gz), .npy, .npz, PNG, PGM nor CIFAR records (%d or %d "
                "bytes each; the file has %zu)", CIFAR10, CIFAR100, n);
}

/* Keeps what points into the mapped file. */
static Err keep_pixels(Dataset *ds, const Map *m, Arena *perm, Ctx *c)
{
    uintptr_t at = (uintptr_t)ds->u8, start = (uintptr_t)m->p;
    size_t bytes = (size_t)ds->n * dataset_image_size(ds);
    void *copy;
    if (!ds->is_u8 || at < start || at >= start + m->n)
        return ERR_NONE;
    TRY(take(perm, bytes, 1, ds->file, &copy, c));
    ds->u8 = memcpy(copy, ds->u8, bytes);
    return ERR_NONE;
}

Err dataset_read(const char *path, Arena *perm, Dataset *ds, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    Err e = dataset_parse(m.p, m.n, path, perm, ds, c);
    if (!e)
        e = keep_pixels(ds, &m, perm, c);
    io_unmap(&m);
    return e;
}

static Err parse_labels(const Map *m, Arena *perm, Dataset *ds, Ctx *c)
{
    Npy a;
    Npz z;
    switch (kind_of(m->p, m->n)) {
    case KIND_NPY:
        TRY(npy_parse(m->p, m->n, m->path, &a, c));
        return labels_of(ds, &a, m->path, perm, c);
    case KIND_GZIP: case KIND_IDX:
        TRY(idx_parse(m->p, m->n, m->path, perm, &a, c));
        return labels_of(ds, &a, m->path, perm, c);
    case KIND_ZIP:
        TRY(npz_parse(m->p, m->n, m->path, perm, &z, c));
        if (npz_find(&z, "y"))
            return labels_of(ds, npz_find(&z, "y"), m->path, perm, c);
        return fail(c, ERR_FORMAT, (Loc){ .file = m->path }, "no array 'y'");
    case KIND_PICTURE: case KIND_OTHER:
        break;
    }
    return fail(c, ERR_FORMAT, (Loc){ .file = m->path },
                "no labels: neither IDX(.gz), .npy nor .npz");
}

Err dataset_read_labels(const char *path, Arena *perm, Dataset *ds, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    Err e = parse_labels(&m, perm, ds, c);
    io_unmap(&m);
    return e;
}

Err dataset_check(const Dataset *ds, int n_class, Ctx *c)
{
    if (!ds->label)
        return fail(c, ERR_SHAPE, (Loc){ .file = ds->file },
                    "the images come without labels; give them with --labels");
    if (ds->n_label != ds->n)
        return fail(c, ERR_SHAPE, (Loc){ .file = ds->label_file },
                    "%d labels for the %d images of %s", ds->n_label, ds->n, ds->file);
    for (int i = 0; i < ds->n; i++)
        if (ds->label[i] >= n_class)
            return fail(c, ERR_RANGE, (Loc){ .file = ds->label_file },
                        "label %d is %d; the network has classes 0 to %d", i, ds->label[i],
                        n_class - 1);
    if (ds->logits && ds->n_logits != n_class)
        return fail(c, ERR_SHAPE, (Loc){ .file = ds->file },
                    "logits of %d classes; the network has %d", ds->n_logits, n_class);
    return ERR_NONE;
}
