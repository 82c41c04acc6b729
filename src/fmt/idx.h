/* fmt/idx.h - IDX arrays of bytes (MNIST), plain or gzipped.
 *
 * Source: the description on the MNIST page: 0 0 type rank, then rank big-endian sizes, then the
 * elements, row-major; type 8 is unsigned byte, the only one read. Gzip by its magic number; the
 * unpacked size is fixed by the IDX header before the elements are unpacked.
 * Test: tests/fmt/t_idx.c */
#ifndef FMT_IDX_H
#define FMT_IDX_H
#include "fmt/npy.h"

/* The array, as NPY_U1, in perm. FORMAT with the byte, UNSUPPORTED for other types. */
MUST_USE Err idx_read(const char *path, Arena *perm, Npy *out, Ctx *c);
MUST_USE Err idx_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Npy *out,
                       Ctx *c);
#endif
