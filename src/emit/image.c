#include "base/num.h"
#include "emit/emit.h"

/* Bit b of a word of the image. */
static int bit(const MemImage *m, const int64_t *word, int b)
{
    return (int)(word[b / m->bits] >> (b % m->bits) & 1);
}

void emit_image(const MemImage *m, Buf *out)
{
    int bits = m->fields * m->bits, digits = (int)num_ceil_div(bits, 4);
    for (int w = 0; w < m->depth; w++) {
        const int64_t *word = m->v + (size_t)w * (size_t)m->fields;
        for (int d = digits - 1; d >= 0; d--) {
            int v = 0;
            for (int k = 3; k >= 0; k--)
                v = 2 * v + (4 * d + k < bits ? bit(m, word, 4 * d + k) : 0);
            buf_add(out, &"0123456789abcdef"[v], 1);
        }
        buf_add(out, "\n", 1);
    }
}

const char *emit_image_path(const Design *d, const Unit *u, const MemImage *m, Arena *a)
{
    return arena_printf(a, "%s_%s_%s.hex", d->name, u->name, m->name);
}
