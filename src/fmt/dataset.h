/* fmt/dataset.h - images and what belongs to them, from any of the formats that users have.
 *
 * Images, told apart by content: IDX, plain or gzipped, [N,H,W] or [N,C,H,W]; .npy, uint8 or float,
 * [N,C,H,W], [N,H,W] or [N,F]; .npz with x of that form and, if there, y (labels) and logits
 * [N,classes]; CIFAR binary records of 3073 bytes (CIFAR-10: label, then red, green and blue planes
 * of 32x32) or 3074 (CIFAR-100: coarse label, fine label, planes), told apart by the file's size
 * and, if both divide it, by the labels' ranges; one PNG or PGM picture. Labels: IDX, .npy of
 * integers [N], .npz with y. Test: tests/fmt/t_dataset.c. */
#ifndef FMT_DATASET_H
#define FMT_DATASET_H
#include "fmt/npy.h"

typedef struct Dataset {
    int          n, c, h, w;      /* images [N,C,H,W]; vectors of F numbers are F x 1 x 1 */
    bool         is_u8;
    const unsigned char *u8;      /* if is_u8 */
    const float *f32;             /* else; all finite */
    const int   *label;           /* NULL: none */
    int          n_label;
    const float *logits;          /* [N, n_logits] of the framework; NULL: none */
    int          n_logits;
    const char  *file, *label_file; /* borrowed, for messages */
} Dataset;

/* Fills *ds from images at path; memory in perm. FORMAT, SHAPE, UNSUPPORTED, RANGE, LIMIT, IO. */
MUST_USE Err dataset_read(const char *path, Arena *perm, Dataset *ds, Ctx *c);
/* Adds the labels at path to *ds, in place of any it has. */
MUST_USE Err dataset_read_labels(const char *path, Arena *perm, Dataset *ds, Ctx *c);
/* The same from bytes in memory; u8 may point into them. */
MUST_USE Err dataset_parse(const unsigned char *p, size_t n, const char *file, Arena *perm,
                           Dataset *ds, Ctx *c);

/* As a test set: one label an image, each 0 .. n_class-1, logits (if any) n_class a row. */
MUST_USE Err dataset_check(const Dataset *ds, int n_class, Ctx *c);

static inline size_t dataset_image_size(const Dataset *ds)
{
    return (size_t)ds->c * (size_t)ds->h * (size_t)ds->w;
}
#endif
