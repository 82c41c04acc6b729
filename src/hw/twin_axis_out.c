/* Twin of rtl/e3_axis_out.sv. Port 0 in: values; port 1 in: { drop }; port 0 out: { 32-bit value,
 * tlast }. Without data no image is dropped. */
#include "hw/twin.h"
#include "hw/twin_word.h"
#include "base/num.h"

extern const TwinKind twin_axis_out;

typedef struct AxisOut {
    const Unit *unit;
    int         lanes, classes;
    int         k;        /* class of the next word; classes: the class word itself */
    int         top;      /* the winner of the classes before k, its logit: */
    int64_t     top_logit;
    bool        full;
    int64_t     word[2];
} AxisOut;

static void *axis_out_make(const Unit *u, Arena *a)
{
    AxisOut *s = NEW(a, AxisOut, 1);
    s->unit = u;
    s->lanes = u->p[P_AXIS_OUT_Lanes];
    s->classes = u->p[P_AXIS_OUT_Classes];
    return s;
}

static bool axis_out_valid(const void *state, int port)
{
    (void)port;
    return ((const AxisOut *)state)->full;
}

static bool axis_out_ready(const void *state, int port, const bool *in_valid,
                           const bool *out_ready)
{
    const AxisOut *s = state;
    bool room = !s->full || out_ready[0], end = s->k == s->classes;
    if (port == 1) return room && end;
    return room && !end && in_valid[1] && s->k % s->lanes == s->lanes - 1;
}

static void axis_out_logit(AxisOut *s, const int64_t *value)
{
    if (value) {
        int64_t logit = num_wrap(value[s->k % s->lanes] + s->unit->image[0].v[s->k], 32);
        if (s->k == 0 || logit > s->top_logit) {
            s->top = s->k;
            s->top_logit = logit;
        }
        s->word[0] = logit;
    }
    s->word[1] = 0;
    s->k++;
}

static void axis_out_class(AxisOut *s)
{
    s->word[0] = s->top;
    s->word[1] = 1;
    s->k = 0;
}

static void axis_out_clock(void *state, const bool *in_valid, const int64_t *const *in,
                           const bool *out_ready)
{
    AxisOut *s = state;
    const int64_t *flag = twin_word(in, 1);
    bool end = s->k == s->classes;
    if (s->full && !out_ready[0]) return;
    s->full = false;
    if (!in_valid[1] || !(end || in_valid[0])) return;
    if (end) axis_out_class(s);
    else     axis_out_logit(s, twin_word(in, 0));
    s->full = !(flag && flag[0]);
}

static const int64_t *axis_out_out(const void *state, int port)
{
    (void)port;
    return ((const AxisOut *)state)->word;
}

const TwinKind twin_axis_out = { axis_out_make, axis_out_valid, axis_out_ready, axis_out_clock,
                                 axis_out_out, 2, 1 };
