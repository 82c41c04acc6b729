/* cli/imageset.h - a data set, made ready for the network as the options say: as prepared floats,
 * and as padded raw bytes where it has 8-bit values. */
#ifndef CLI_IMAGESET_H
#define CLI_IMAGESET_H
#include "cli/options.h"
#include "front/prep.h"
#include "sim/sim.h"

typedef struct Images {
    int                  n;
    Dataset              ds;
    Prep                 prep;
    Shape                shape; /* after padding: the network's input             */
    const unsigned char *raw;   /* [n,C,H,W], padded with zeros; NULL for floats  */
    const float         *x;     /* [n,C,H,W], prepared; NULL where raw is there   */
} Images;

/* Reads the images (and labels, if a path is given), checks them against the network's input
 * shape and, if classes > 0, its classes. Errors as dataset_read, dataset_check and prep_check. */
MUST_USE Err imageset_open(Images *s, const Options *o, const char *path, const char *labels,
                           Shape net, int classes, Arena *perm, Ctx *c);

/* One set of images from memory, as the options prepare them; label and logits do not matter. */
MUST_USE Err imageset_of(Images *s, const Options *o, const Dataset *ds, Shape net, Arena *perm, Ctx *c);

/* Images first .. first+n-1, prepared, into x [n,C,H,W]. */
void imageset_floats(const Images *s, int first, int n, float *x);

/* 8-bit images from now on as prepared floats, for a graph without a table from byte to code. */
void imageset_to_floats(Images *s, Arena *perm);

/* The same for the simulator: raw bytes where there are any and the graph has a table. */
SimInput imageset_input(const Images *s, int first, int n);
#endif
