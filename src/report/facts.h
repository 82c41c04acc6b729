/* report/facts.h - run.json, read by people who expect nothing of it: any part may be absent or of
 * another type, and is then simply not there. */
#ifndef REPORT_FACTS_H
#define REPORT_FACTS_H
#include "base/arena.h"
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>

typedef struct Facts {
    json_t       *run;         /* the whole file, an object, owned         */
    const json_t *layers;      /* an array of n_layer things, or NULL      */
    size_t        n_layer;
    const char   *device_name; /* NULL where none was chosen               */
    const json_t *area;        /* what synthesis said of it, NULL: not run */
} Facts;

/* FORMAT with the byte where the JSON breaks; what is read must be given to facts_free. */
MUST_USE Err facts_read(Facts *f, const char *path, Ctx *c);
void facts_free(Facts *f);

/* What a path such as "cycles.latency.mean" leads to from j (which may be NULL); else NULL. */
const json_t *fact_at(const json_t *j, const char *path);
/* A number there (one beyond 1e30 is no figure of ours): true and *x; else false, *x untouched. */
bool fact_num(const json_t *j, const char *path, double *x);
double fact_num_or(const json_t *j, const char *path, double otherwise);
/* A string there, borrowed, else NULL. */
const char *fact_str(const json_t *j, const char *path);

/* Layer i, and its name: its own or "layer 3". */
const json_t *fact_layer(const Facts *f, size_t i);
const char *fact_layer_name(const Facts *f, size_t i, Arena *a);
/* What kind of operator it is, by its name with or without the "s_" of spiking ones. */
bool fact_layer_is(const json_t *layer, const char *op);
/* Output shape, [c,h,w] or [c]: c, 1, 1. False where it is not given or not sizes. */
bool fact_shape(const json_t *j, double chw[3]);
#endif
