/* Twin of rtl/e3_axis_in.sv. Port 0 in: { channel 0, ..., tlast }; port 0 out: codes; port 1 out:
 * { drop }. Without data every image is well-formed. */
#include "hw/twin.h"
#include "hw/twin_word.h"

extern const TwinKind twin_axis_in;

typedef struct AxisIn {
    const Unit *unit;
    int         c, pixels;
    enum { RUN, FILL, SKIP } state;
    int         count;      /* words of the image that have left */
    bool        full, flag; /* a word, a flag is offered */
    bool        err;
    int64_t     drop;
    int64_t    *word;       /* [c] */
} AxisIn;

static void *axis_in_make(const Unit *u, Arena *a)
{
    AxisIn *s = NEW(a, AxisIn, 1);
    s->unit = u;
    s->c = u->p[P_AXIS_IN_C];
    s->pixels = u->p[P_AXIS_IN_Pixels];
    s->word = NEW(a, int64_t, (size_t)s->c);
    return s;
}

static bool axis_in_valid(const void *state, int port)
{
    const AxisIn *s = state;
    return port == 0 ? s->full : s->flag;
}

static bool axis_in_last(const AxisIn *s) { return s->count == s->pixels - 1; }

/* Room for one more word, and for the flag that the last one brings. */
static bool axis_in_room(const AxisIn *s, const bool *out_ready)
{
    return (!s->full || out_ready[0]) && (!axis_in_last(s) || !s->flag || out_ready[1]);
}

static bool axis_in_ready(const void *state, int port, const bool *in_valid, const bool *out_ready)
{
    const AxisIn *s = state;
    (void)port, (void)in_valid;
    return s->state == SKIP || (s->state == RUN && axis_in_room(s, out_ready));
}

static void axis_in_load(AxisIn *s, const int64_t *in)
{
    const MemImage *table = s->unit->image;
    for (int c = 0; in && c < s->c; c++)
        s->word[c] = s->unit->p[P_AXIS_IN_Raw] ? table->v[in[c] * table->fields + c] : in[c];
}

/* A word leaves; tlast says what came with it (FILL: nothing). */
static void axis_in_step(AxisIn *s, bool tlast)
{
    bool last = axis_in_last(s), filled = s->state == FILL;
    s->full = true;
    if (!filled && tlast != last) {
        s->err = true;
        s->state = last ? SKIP : FILL;
    }
    if (last) {
        s->flag = true;
        s->drop = filled || !tlast;
        if (filled) s->state = RUN;
    }
    s->count = last ? 0 : s->count + 1;
}

static void axis_in_clock(void *state, const bool *in_valid, const int64_t *const *in,
                          const bool *out_ready)
{
    AxisIn *s = state;
    const int64_t *word = twin_word(in, 0);
    bool tlast = word ? word[s->c] != 0 : axis_in_last(s);
    bool take = in_valid[0] && axis_in_ready(s, 0, in_valid, out_ready);
    bool fill = s->state == FILL && axis_in_room(s, out_ready);
    if (out_ready[0]) s->full = false;
    if (out_ready[1]) s->flag = false;
    if (s->state == SKIP) {
        if (take && tlast) s->state = RUN;
        return;
    }
    if (take) axis_in_load(s, word);
    if (take || fill) axis_in_step(s, tlast);
}

static const int64_t *axis_in_out(const void *state, int port)
{
    const AxisIn *s = state;
    return port == 0 ? s->word : &s->drop;
}

bool twin_axis_in_err(const void *s) { return ((const AxisIn *)s)->err; }

const TwinKind twin_axis_in = { axis_in_make, axis_in_valid, axis_in_ready, axis_in_clock,
                                axis_in_out, 1, 2 };
