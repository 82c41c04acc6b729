/* The test images go into a table by hash; of those with a calibration image's hash every byte is
 * compared. */
#include "cli/overlap.h"
#include <string.h>

typedef struct View { /* a set, one image after the other */
    const Images *s;
    bool          raw;
    size_t        bytes; /* of an image           */
    float        *room;  /* where one is prepared */
} View;

static View view_new(const Images *s, bool raw, Arena *a)
{
    size_t values = (size_t)shape_count(s->shape);
    return (View){ s, raw, values * (raw ? 1 : sizeof(float)), raw ? NULL : NEW(a, float, values) };
}

static const unsigned char *image(const View *v, int k)
{
    if (v->raw)
        return v->s->raw + (size_t)k * v->bytes;
    imageset_floats(v->s, k, 1, v->room);
    return (const unsigned char *)v->room;
}

/* Multiply and fold, eight bytes at a time: good enough to find candidates by. */
static uint64_t hash_of(const unsigned char *p, size_t n)
{
    uint64_t h = n;
    for (size_t at = 0; at < n; at += 8) {
        uint64_t word = 0;
        memcpy(&word, p + at, n - at < 8 ? n - at : 8);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    return h;
}

typedef struct Slot { uint64_t hash; int image; } Slot; /* image + 1; 0: empty */

/* Open addressing, at most half full. */
static Slot *fill(const View *test, size_t slots, Arena *a)
{
    Slot *t = NEW(a, Slot, slots);
    for (int k = 0; k < test->s->n; k++) {
        uint64_t h = hash_of(image(test, k), test->bytes);
        size_t at = h & (slots - 1);
        while (t[at].image) at = (at + 1) & (slots - 1);
        t[at] = (Slot){ h, k + 1 };
    }
    return t;
}

/* The test image with these bytes, -1 if there is none. */
static int find(const View *test, const Slot *t, size_t slots, const unsigned char *p)
{
    uint64_t h = hash_of(p, test->bytes);
    for (size_t at = h & (slots - 1); t[at].image; at = (at + 1) & (slots - 1))
        if (t[at].hash == h && memcmp(image(test, t[at].image - 1), p, test->bytes) == 0)
            return t[at].image - 1;
    return -1;
}

Overlap overlap_find(const Images *calib, const Images *test, Arena scratch)
{
    bool raw = calib->raw && test->raw;
    View c = view_new(calib, raw, &scratch), t = view_new(test, raw, &scratch);
    size_t slots = 2;
    while (slots < 2 * (size_t)test->n) slots *= 2;
    Slot *table = fill(&t, slots, &scratch);
    Overlap o = { 0 };
    for (int k = 0; k < calib->n; k++) {
        int same = find(&t, table, slots, image(&c, k));
        if (same >= 0 && o.n++ == 0) {
            o.calib = k;
            o.test = same;
        }
    }
    return o;
}
