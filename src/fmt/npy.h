/* fmt/npy.h - NumPy's array files, row-major (C order).
 *
 * Source: the format's description, NEP 1 (versions 1.0, 2.0 and 3.0). Test: tests/fmt/t_npy.c.
 * Errors: FORMAT for bytes that are not an array (file and byte named), UNSUPPORTED for Fortran
 * order and other element types, LIMIT for more than NPY_MAX_RANK dimensions. */
#ifndef FMT_NPY_H
#define FMT_NPY_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum NpyType {
#define NPY(NAME, descr, bytes) NPY_##NAME,
#include "fmt/npytypes.def"
#undef NPY
    NPY_TYPE_COUNT
} NpyType;

enum { NPY_MAX_RANK = 8 };

/* An array; p may be unaligned where it points into a mapped file. */
typedef struct Npy {
    NpyType     type;
    int         rank;
    int64_t     dim[NPY_MAX_RANK];
    int64_t     n; /* elements: the product of dim */
    const void *p;
} Npy;

size_t npy_type_bytes(NpyType t);
const char *npy_type_name(NpyType t); /* "<f4" */
size_t npy_bytes(const Npy *a);

/* An array of our own over existing memory. */
Npy npy_of(NpyType t, const void *p, int rank, const int *dim);

/* The array in the n bytes at p, which must be exactly one array file; out->p points into them. */
MUST_USE Err npy_parse(const unsigned char *p, size_t n, const char *file, Npy *out, Ctx *c);
/* The same from a file, copied into perm. */
MUST_USE Err npy_read(const char *path, Arena *perm, Npy *out, Ctx *c);

/* Appends the file's header (a multiple of 64 bytes) to b; the elements follow it. */
void npy_header(Buf *b, const Npy *a);
MUST_USE Err npy_write(const char *path, const Npy *a, Ctx *c);

/* Element i as a double: exact but for int64 beyond 2^53. */
double npy_at(const Npy *a, int64_t i);
bool npy_is_float(const Npy *a);

/* The float32 of an IEEE half. Exact. */
float half_to_float(uint16_t h);
#endif
