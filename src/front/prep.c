#include "front/prep.h"
#include "base/rng.h"
#include <stdlib.h>
#include <string.h>

/* One channel's preparation: y = (x / scale - mean) / std. */
typedef struct Channel { float scale, mean, std; } Channel;

static Channel channel_of(const Prep *p, bool is_u8, int c)
{
    double scale = p->scale != 0 ? p->scale : is_u8 ? 255 : 1;
    double mean  = p->n_mean == 0 ? 0 : p->mean[p->n_mean == 1 ? 0 : c];
    double std   = p->n_std == 0 ? 1 : p->std[p->n_std == 1 ? 0 : c];
    return (Channel){ (float)scale, (float)mean, (float)std };
}

/* x / 1 and x - 0 are exact, so defaults change nothing. */
static float prepare(Channel k, float x) { return (x / k.scale - k.mean) / k.std; }

Shape prep_shape(const Prep *p, const Dataset *ds)
{
    return (Shape){ ds->c, ds->h + 2 * p->pad, ds->w + 2 * p->pad };
}

MUST_USE
static Err check_count(int n, int channels, const char *option, Ctx *c)
{
    if (n > 1 && n != channels)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "%s has %d numbers; the images have %d channel%s",
                    option, n, channels, channels == 1 ? "" : "s");
    return ERR_NONE;
}

/* As the preparation will use it: finite, and not 0 where it divides. */
static bool usable(double v, bool divides)
{
    float f = (float)v;
    return f - f == 0 && !(divides && f == 0);
}

Err prep_check(const Prep *p, const Dataset *ds, Shape net, Ctx *c)
{
    if (p->pad < 0 || p->pad > 1 << 15 || !usable(p->scale, false) || p->scale < 0)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "--pad %d or --scale %g is out of range", p->pad,
                    p->scale);
    TRY(check_count(p->n_mean, ds->c, "--mean", c));
    TRY(check_count(p->n_std, ds->c, "--std", c));
    for (int i = 0; i < p->n_mean; i++)
        if (!usable(p->mean[i], false))
            return fail(c, ERR_OPTION, (Loc){ 0 }, "--mean %g is not usable", p->mean[i]);
    for (int i = 0; i < p->n_std; i++)
        if (!usable(p->std[i], true))
            return fail(c, ERR_OPTION, (Loc){ 0 }, "--std %g is not usable", p->std[i]);
    Shape s = prep_shape(p, ds);
    if (!shape_eq(s, net))
        return fail(c, ERR_SHAPE, (Loc){ .file = ds->file },
                    "the images are %dx%dx%d (%dx%dx%d with --pad %d), the network takes %dx%dx%d",
                    ds->c, ds->h, ds->w, s.c, s.h, s.w, p->pad, net.c, net.h, net.w);
    return ERR_NONE;
}

void prep_table(const Prep *p, int channels, float *table)
{
    for (int c = 0; c < channels; c++) {
        Channel k = channel_of(p, true, c);
        for (int v = 0; v < 256; v++) table[c * 256 + v] = prepare(k, (float)v);
    }
}

/* One channel of one image, [H,W] at `at`, into the middle of a padded map. */
static void prepare_plane(const Prep *p, const Dataset *ds, Channel k, size_t at, float *out)
{
    int ph = ds->h + 2 * p->pad, pw = ds->w + 2 * p->pad;
    float border = prepare(k, 0);
    for (int i = 0; i < ph; i++)
        for (int j = 0; j < pw; j++) {
            int y = i - p->pad, x = j - p->pad;
            bool in = y >= 0 && y < ds->h && x >= 0 && x < ds->w;
            size_t from = at + (size_t)(in ? y * ds->w + x : 0);
            out[i * pw + j] = !in ? border
                            : prepare(k, ds->is_u8 ? (float)ds->u8[from] : ds->f32[from]);
        }
}

static void prepare_image(const Prep *p, const Dataset *ds, int n, float *out)
{
    size_t plane = (size_t)ds->h * (size_t)ds->w;
    Shape s = prep_shape(p, ds);
    for (int c = 0; c < ds->c; c++)
        prepare_plane(p, ds, channel_of(p, ds->is_u8, c),
                      ((size_t)n * (size_t)ds->c + (size_t)c) * plane,
                      out + (size_t)c * (size_t)s.h * (size_t)s.w);
}

void prep_range(const Prep *p, const Dataset *ds, int first, int n, float *out)
{
    size_t size = (size_t)shape_count(prep_shape(p, ds));
    for (int i = 0; i < n; i++) prepare_image(p, ds, first + i, out + (size_t)i * size);
}

void prep_index(const Prep *p, const Dataset *ds, const int *index, int n, float *out)
{
    size_t size = (size_t)shape_count(prep_shape(p, ds));
    for (int i = 0; i < n; i++) prepare_image(p, ds, index[i], out + (size_t)i * size);
}

static int ascending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* The first n cards of a shuffled pack (Fisher and Yates), then sorted. */
int prep_draw(uint64_t seed, int total, int n, int *index, Arena scratch)
{
    int *pack = NEW(&scratch, int, (size_t)total + 1);
    Rng r = { seed };
    n = n < total ? n : total;
    for (int i = 0; i < total; i++) pack[i] = i;
    for (int i = 0; i < n; i++) {
        int k = i + (int)rng_below(&r, (uint64_t)(total - i)), card = pack[k];
        pack[k]  = pack[i];
        index[i] = card;
    }
    qsort(index, (size_t)n, sizeof *index, ascending);
    return n;
}
