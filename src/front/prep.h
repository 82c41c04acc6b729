/* front/prep.h - from images as they are stored to what the network was trained on.
 *
 * Order: pad with raw zeros, divide by scale, subtract mean, divide by std. Each step is one
 * float32 operation, as torchvision's ToTensor and Normalize do them, so that prepared values
 * equal the framework's bit for bit. 8-bit images are divided by 255 unless scale says otherwise;
 * float images are taken as they are unless scale, mean or std are given.
 * Source: doc/cli.md. Test: tests/front/t_prep.c. */
#ifndef FRONT_PREP_H
#define FRONT_PREP_H
#include "fmt/dataset.h"
#include "ir/graph.h"

enum { PREP_CHANNELS_MAX = 64 };

typedef struct Prep {
    int    pad;               /* raw zeros on each side, 0 or more             */
    double scale;             /* 0: the default (255 for 8-bit data, else 1)   */
    int    n_mean, n_std;     /* 0: none, 1: for all channels, or one a channel */
    double mean[PREP_CHANNELS_MAX], std[PREP_CHANNELS_MAX];
} Prep;

/* Values in range, and padded images of the network's shape `net`. OPTION, SHAPE (both sizes). */
MUST_USE Err prep_check(const Prep *p, const Dataset *ds, Shape net, Ctx *c);

/* The prepared shape: what the network sees. */
Shape prep_shape(const Prep *p, const Dataset *ds);

/* Prepared images first .. first+n-1, or those in index[0..n-1], into out [n,C,H,W]. */
void prep_range(const Prep *p, const Dataset *ds, int first, int n, float *out);
void prep_index(const Prep *p, const Dataset *ds, const int *index, int n, float *out);

/* table[c * 256 + v]: the prepared value of byte v in channel c, exactly as prep_range gives it. */
void prep_table(const Prep *p, int channels, float *table);

/* n of 0 .. total-1, drawn without repetition from the seed, ascending; all of them if n >= total.
 * index has room for n; returns how many. */
int prep_draw(uint64_t seed, int total, int n, int *index, Arena scratch);
#endif
