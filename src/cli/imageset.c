#include "cli/imageset.h"
#include <stdlib.h>
#include <string.h>

/* "0.1,0.2" to numbers; the option's reader has checked the form. */
static Err read_list(const char *text, double *v, int *n, Ctx *c)
{
    *n = 0;
    for (const char *p = text; p && *p;) {
        char *end;
        if (*n == PREP_CHANNELS_MAX)
            return fail(c, ERR_OPTION, (Loc){ 0 }, "more than %d numbers in '%s'", PREP_CHANNELS_MAX, text);
        v[(*n)++] = strtod(p, &end);
        p = *end ? end + 1 : end;
    }
    return ERR_NONE;
}

static Err read_prep(const Options *o, Prep *p, Ctx *c)
{
    *p = (Prep){ .pad = o->pad, .scale = o->scale };
    TRY(read_list(o->mean, p->mean, &p->n_mean, c));
    return read_list(o->std, p->std, &p->n_std, c);
}

/* The bytes of all images in the network's shape: zeros around them. */
static const unsigned char *pad_raw(const Dataset *ds, Shape to, Arena *perm)
{
    int top = (to.h - ds->h) / 2, left = (to.w - ds->w) / 2;
    if (top == 0 && left == 0)
        return ds->u8;
    unsigned char *raw = NEW(perm, unsigned char, (size_t)ds->n * (size_t)shape_count(to));
    for (int plane = 0; plane < ds->n * ds->c; plane++)
        for (int i = 0; i < ds->h; i++)
            memcpy(raw + ((size_t)plane * (size_t)to.h + (size_t)(i + top)) * (size_t)to.w + left,
                   ds->u8 + ((size_t)plane * (size_t)ds->h + (size_t)i) * (size_t)ds->w, (size_t)ds->w);
    return raw;
}

Err imageset_of(Images *s, const Options *o, const Dataset *ds, Shape net, Arena *perm, Ctx *c)
{
    *s = (Images){ .n = ds->n, .ds = *ds };
    TRY(read_prep(o, &s->prep, c));
    TRY(prep_check(&s->prep, ds, net, c));
    s->shape = prep_shape(&s->prep, ds);
    if (ds->is_u8) {
        s->raw = pad_raw(ds, s->shape, perm);
        return ERR_NONE;
    }
    float *x = NEW(perm, float, (size_t)ds->n * (size_t)shape_count(s->shape));
    prep_range(&s->prep, ds, 0, ds->n, x);
    s->x = x;
    return ERR_NONE;
}

Err imageset_open(Images *s, const Options *o, const char *path, const char *labels, Shape net,
                  int classes, Arena *perm, Ctx *c)
{
    Dataset ds;
    TRY(dataset_read(path, perm, &ds, c));
    if (labels)
        TRY(dataset_read_labels(labels, perm, &ds, c));
    if (classes > 0)
        TRY(dataset_check(&ds, classes, c));
    return imageset_of(s, o, &ds, net, perm, c);
}

void imageset_floats(const Images *s, int first, int n, float *x)
{
    if (s->x)
        memcpy(x, s->x + first * shape_count(s->shape), (size_t)(n * shape_count(s->shape)) * sizeof *x);
    else
        prep_range(&s->prep, &s->ds, first, n, x);
}

void imageset_to_floats(Images *s, Arena *perm)
{
    float *x = NEW(perm, float, (size_t)s->n * (size_t)shape_count(s->shape));
    imageset_floats(s, 0, s->n, x);
    s->x = x;
    s->raw = NULL;
}

SimInput imageset_input(const Images *s, int first, int n)
{
    return (SimInput){ .x = s->x, .raw = s->raw, .first = first, .n = n };
}
