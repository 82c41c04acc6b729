/* The window's twin: a copy of the map's last KH rows instead of line memory and registers. */
#include "hw/twin.h"
#include "base/num.h"
#include <string.h>

typedef struct Window {
    const Unit *u;
    int         row, col; /* the padded map's next pixel            */
    int         part;     /* next chunk of the window               */
    bool        have;
    int64_t    *rows;     /* [KH][Wp][C], row i of the map at i % KH */
    int64_t    *vector;   /* [parts * PIn] the window               */
} Window;

static int padded_h(const int *p) { return p[P_WINDOW_H] + p[P_WINDOW_PT] + p[P_WINDOW_PB]; }
static int padded_w(const int *p) { return p[P_WINDOW_W] + p[P_WINDOW_PL] + p[P_WINDOW_PR]; }
static int codes(const int *p) { return p[P_WINDOW_KH] * p[P_WINDOW_KW] * p[P_WINDOW_C]; }
static int parts(const int *p) { return (int)num_ceil_div(codes(p), p[P_WINDOW_PIn]); }

static void *window_make(const Unit *u, Arena *a)
{
    const int *p = u->p;
    Window    *s = NEW(a, Window, 1);
    *s = (Window){ .u = u };
    s->rows = NEW(a, int64_t, (size_t)(p[P_WINDOW_KH] * padded_w(p) * p[P_WINDOW_C]));
    s->vector = NEW(a, int64_t, (size_t)(parts(p) * p[P_WINDOW_PIn]));
    return s;
}

static bool window_valid(const void *state, int port)
{
    (void)port;
    return ((const Window *)state)->have;
}

static bool is_pad(const Window *s)
{
    const int *p = s->u->p;
    int        i = s->row - p[P_WINDOW_PT], j = s->col - p[P_WINDOW_PL];
    return i < 0 || i >= p[P_WINDOW_H] || j < 0 || j >= p[P_WINDOW_W];
}

/* A step finds room: no window is kept, or its last chunk leaves at this clock edge. */
static bool has_room(const Window *s, const bool *out_ready)
{
    return !s->have || (out_ready[0] && s->part == parts(s->u->p) - 1);
}

static bool window_ready(const void *state, int port, const bool *in_valid, const bool *out_ready)
{
    (void)port, (void)in_valid;
    const Window *s = state;
    return has_room(s, out_ready) && !is_pad(s);
}

static void put_pixel(Window *s, const int64_t *pixel)
{
    const int *p = s->u->p;
    int64_t   *to = s->rows
                + (int64_t)(s->row % p[P_WINDOW_KH] * padded_w(p) + s->col) * p[P_WINDOW_C];
    for (int c = 0; c < p[P_WINDOW_C]; c++) to[c] = pixel ? pixel[c] : p[P_WINDOW_PadCode];
}

/* vector[(u*KW + v)*C + c] of the window whose last pixel is (row, col). */
static void gather(Window *s)
{
    const int *p = s->u->p;
    int        kh = p[P_WINDOW_KH], kw = p[P_WINDOW_KW], n = kw * p[P_WINDOW_C];
    for (int u = 0; u < kh; u++) {
        int row = (s->row - kh + 1 + u) % kh;
        memcpy(s->vector + u * n,
               s->rows + (int64_t)(row * padded_w(p) + s->col - kw + 1) * p[P_WINDOW_C],
               (size_t)n * sizeof *s->vector);
    }
}

static bool is_output(const Window *s)
{
    const int *p = s->u->p;
    int        i = s->row - p[P_WINDOW_KH] + 1, j = s->col - p[P_WINDOW_KW] + 1;
    return i >= 0 && j >= 0 && i % p[P_WINDOW_SH] == 0 && j % p[P_WINDOW_SW] == 0;
}

static void next_pixel(Window *s)
{
    s->col = (s->col + 1) % padded_w(s->u->p);
    if (s->col == 0) s->row = (s->row + 1) % padded_h(s->u->p);
}

static void window_clock(void *state, const bool *in_valid, const int64_t *const *in,
                         const bool *out_ready)
{
    Window *s    = state;
    bool    room = has_room(s, out_ready), pad = is_pad(s), step = room && (pad || in_valid[0]);
    if (s->have && out_ready[0]) s->part = (s->part + 1) % parts(s->u->p);
    if (room) s->have = step && is_output(s);
    if (!step) return;
    if (in) put_pixel(s, pad ? NULL : in[0]);
    if (in && s->have) gather(s);
    next_pixel(s);
}

static const int64_t *window_out(const void *state, int port)
{
    (void)port;
    const Window *s = state;
    return s->vector + (int64_t)s->part * s->u->p[P_WINDOW_PIn];
}

const TwinKind twin_window = { window_make,  window_valid, window_ready,
                               window_clock, window_out,   1, 1 };
