#include "emit/pixels.h"
#include "emit/emit.h"
#include "emit/enginetop.h"

/* The low `bits` bits of v into word at bit `at`. */
static void put_bits(unsigned char *word, int at, int bits, unsigned v)
{
    for (int b = at; b < at + bits; b++, v >>= 1)
        word[b / 8] |= (unsigned char)((v & 1) << b % 8);
}

/* Values of [C,H,W], raw or codes, whichever is there; a channel takes `place` bits of a word. */
typedef struct Packing { const Node *in; int bits, place; size_t word; } Packing;

static void pack(const Packing *p, const unsigned char *raw, const int16_t *code, unsigned char *out)
{
    int pixels = p->in->shape.h * p->in->shape.w;
    for (int i = 0; i < pixels; i++, out += p->word)
        for (int ch = 0; ch < p->in->shape.c; ch++) {
            int64_t from = (int64_t)ch * pixels + i;
            put_bits(out, ch * p->place, p->bits, raw ? raw[from] : (unsigned)code[from]);
        }
}

static Err pack_all(const Graph *snn, const Packing *p, bool raw, const SimInput *in, Arena *a,
                    const unsigned char **bytes, size_t *n_byte, Ctx *c)
{
    int64_t values = shape_count(p->in->shape);
    size_t image = p->word * (size_t)(values / p->in->shape.c);
    unsigned char *out = NEW(a, unsigned char, (size_t)in->n * image);
    int16_t *code = NEW(a, int16_t, (size_t)values);
    *bytes  = out;
    *n_byte = (size_t)in->n * image;
    for (int i = 0; i < in->n; i++, out += image) {
        SimInput one = *in;
        one.first += i;
        one.n = 1;
        if (!raw)
            TRY(sim_encode(snn, &one, code, c));
        pack(p, raw ? in->raw + one.first * values : NULL, code, out);
    }
    return ERR_NONE;
}

Err emit_pixels(const Graph *snn, const Design *d, const SimInput *in, Arena *a,
                const unsigned char **bytes, size_t *n_byte, Ctx *c)
{
    const Node *first = &snn->node[0];
    bool raw = d->unit[0].p[P_AXIS_IN_Raw];
    int bits = raw ? 8 : first->steps[0];
    Packing p = { first, bits, bits, (size_t)emit_tdata_bits(d) / 8 };
    if (raw && !in->raw)
        return fail(c, ERR_UNSUPPORTED, (Loc){ .node = first->name },
                    "hardware with --raw-input takes 8-bit images, and these are not");
    return pack_all(snn, &p, raw, in, a, bytes, n_byte, c);
}

Err emit_engine_pixels(const Graph *snn, const EngineBuild *b, const SimInput *in, Arena *a,
                       const unsigned char **bytes, size_t *n_byte, Ctx *c)
{
    const Node *first = &snn->node[0];
    Packing p = { first, first->steps[0], b->bits, (size_t)emit_engine_tdata_bits(b) / 8 };
    return pack_all(snn, &p, false, in, a, bytes, n_byte, c);
}
