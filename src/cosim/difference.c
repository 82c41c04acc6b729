#include "cosim/difference.h"
#include <stdbool.h>

static bool before(const Difference *a, const Difference *b)
{
    int ka[] = { a->image, a->node, a->pixel, a->channel };
    int kb[] = { b->image, b->node, b->pixel, b->channel };
    for (int i = 0; i < 4; i++)
        if (ka[i] != kb[i])
            return ka[i] < kb[i];
    return false;
}

void tally_differ(Tally *t, Difference d)
{
    if (t->n_mismatch++ == 0 || before(&d, &t->first))
        t->first = d;
}

/* The first step, MSB first, in which two codes of T steps differ. */
static int first_step(int64_t a, int64_t b, int steps)
{
    for (int t = 0; t < steps; t++)
        if ((a >> (steps - 1 - t) & 1) != (b >> (steps - 1 - t) & 1))
            return t;
    return -1;
}

void tally_compare(Tally *t, int steps, Difference d)
{
    t->n_values++;
    d.step = first_step(d.expected, d.got, steps);
    if (d.expected != d.got)
        tally_differ(t, d);
}

void tally_add(Tally *t, const Tally *more)
{
    if (more->n_mismatch > 0 && t->n_mismatch == 0)
        t->first = more->first;
    t->n_mismatch += more->n_mismatch;
    t->n_values += more->n_values;
}

const char *difference_text(const Difference *d, const Graph *snn, Arena *a)
{
    const char *step = d->step >= 0 ? arena_printf(a, ", step %d", d->step) : "";
    return arena_printf(a, "image %d, layer %s, pixel %d, channel %d%s: expected %s %lld, got %lld",
                        d->image, snn->node[d->node].name, d->pixel, d->channel, step, d->what,
                        (long long)d->expected, (long long)d->got);
}
