/* Twin of rtl/e3_width.sv. One buffer of the wider word: gathering fills it lane by lane, `at`
 * counts the narrow words that are in it; splitting empties it, `at` is the next part. */
#include "hw/twin.h"
#include "hw/twin_word.h"

extern const TwinKind twin_width;

typedef struct Width {
    int      in_lanes, out_lanes, parts;
    bool     gather, full; /* full: a whole word (or what is left of it) is offered */
    int      at;
    int64_t *word;
} Width;

static void *width_make(const Unit *u, Arena *a)
{
    Width *w = NEW(a, Width, 1);
    w->in_lanes = u->p[P_WIDTH_InLanes];
    w->out_lanes = u->p[P_WIDTH_OutLanes];
    w->gather = w->out_lanes >= w->in_lanes;
    w->parts = w->gather ? w->out_lanes / w->in_lanes : w->in_lanes / w->out_lanes;
    w->word = NEW(a, int64_t, (size_t)(w->gather ? w->out_lanes : w->in_lanes));
    return w;
}

static bool width_valid(const void *s, int port)
{
    (void)port;
    return ((const Width *)s)->full;
}

static bool width_ready(const void *s, int port, const bool *in_valid, const bool *out_ready)
{
    const Width *w = s;
    (void)port, (void)in_valid;
    return !w->full || (out_ready[0] && (w->gather || w->at == w->parts - 1));
}

static void width_gather(Width *w, bool take, const int64_t *word, bool leave)
{
    if (leave) w->full = false;
    if (!take) return;
    twin_copy(w->word + (ptrdiff_t)w->at * w->in_lanes, word, w->in_lanes);
    w->at = (w->at + 1) % w->parts;
    w->full = w->at == 0;
}

static void width_split(Width *w, bool take, const int64_t *word, bool leave)
{
    if (leave) {
        w->at = (w->at + 1) % w->parts;
        w->full = w->at != 0;
    }
    if (!take) return;
    twin_copy(w->word, word, w->in_lanes);
    w->full = true;
}

static void width_clock(void *s, const bool *in_valid, const int64_t *const *in,
                        const bool *out_ready)
{
    Width *w = s;
    bool take = in_valid[0] && width_ready(w, 0, in_valid, out_ready);
    bool leave = w->full && out_ready[0];
    (w->gather ? width_gather : width_split)(w, take, twin_word(in, 0), leave);
}

static const int64_t *width_out(const void *s, int port)
{
    const Width *w = s;
    (void)port;
    return w->word + (w->gather ? 0 : (ptrdiff_t)w->at * w->out_lanes);
}

const TwinKind twin_width = { width_make, width_valid, width_ready, width_clock, width_out, 1, 1 };
