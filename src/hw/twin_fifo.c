/* Twin of rtl/e3_fifo.sv and rtl/e3_fifo_head.sv. The unit knows the bits of a word, not its lanes:
 * with data, a word is Width lanes of one bit each. */
#include "hw/twin.h"
#include "hw/twin_word.h"

extern const TwinKind twin_fifo;

typedef struct Fifo {
    int      width, depth;
    int      rd, count;
    int64_t *mem; /* [depth][width] */
} Fifo;

static void *fifo_make(const Unit *u, Arena *a)
{
    Fifo *f = NEW(a, Fifo, 1);
    f->width = u->p[P_FIFO_Width];
    f->depth = u->p[P_FIFO_Depth];
    f->mem = NEW(a, int64_t, (size_t)f->width * (size_t)f->depth);
    return f;
}

static int64_t *fifo_slot(const Fifo *f, int i)
{
    return f->mem + (ptrdiff_t)((f->rd + i) % f->depth) * f->width;
}

static bool fifo_valid(const void *s, int port)
{
    (void)port;
    return ((const Fifo *)s)->count > 0;
}

static bool fifo_ready(const void *s, int port, const bool *in_valid, const bool *out_ready)
{
    const Fifo *f = s;
    (void)port, (void)in_valid, (void)out_ready;
    return f->count < f->depth;
}

static void fifo_clock(void *s, const bool *in_valid, const int64_t *const *in,
                       const bool *out_ready)
{
    Fifo *f = s;
    bool push = in_valid[0] && f->count < f->depth;
    bool pop = out_ready[0] && f->count > 0;
    if (push) twin_copy(fifo_slot(f, f->count), twin_word(in, 0), f->width);
    if (pop) f->rd = (f->rd + 1) % f->depth;
    f->count += push - pop;
}

static const int64_t *fifo_out(const void *s, int port)
{
    (void)port;
    return fifo_slot(s, 0);
}

const TwinKind twin_fifo = { fifo_make, fifo_valid, fifo_ready, fifo_clock, fifo_out, 1, 1 };
