#include "emit/pixels.h"
#include "emit/emit.h"

/* The low `bits` bits of v into word at bit `at`. */
static void put_bits(unsigned char *word, int at, int bits, unsigned v)
{
    for (int b = at; b < at + bits; b++, v >>= 1)
        word[b / 8] |= (unsigned char)((v & 1) << b % 8);
}

/* One image: values of [C,H,W], raw or codes, whichever is there. */
static void pack(const Node *in, const unsigned char *raw, const int16_t *code, size_t bytes,
                 unsigned char *out)
{
    int pixels = in->shape.h * in->shape.w, bits = raw ? 8 : in->steps[0];
    for (int p = 0; p < pixels; p++, out += bytes)
        for (int ch = 0; ch < in->shape.c; ch++) {
            int64_t from = (int64_t)ch * pixels + p;
            put_bits(out, ch * bits, bits, raw ? raw[from] : (unsigned)code[from]);
        }
}

Err emit_pixels(const Graph *snn, const Design *d, const SimInput *in, Arena *a,
                const unsigned char **bytes, size_t *n_byte, Ctx *c)
{
    const Node *first = &snn->node[0];
    bool raw = d->unit[0].p[P_AXIS_IN_Raw];
    int64_t values = shape_count(first->shape);
    size_t word = (size_t)emit_tdata_bits(d) / 8, image = word * (size_t)(values / first->shape.c);
    unsigned char *out = NEW(a, unsigned char, (size_t)in->n * image);
    int16_t *code = NEW(a, int16_t, (size_t)values);
    *bytes  = out;
    *n_byte = (size_t)in->n * image;
    if (raw && !in->raw)
        return fail(c, ERR_UNSUPPORTED, (Loc){ .node = first->name },
                    "hardware with --raw-input takes 8-bit images, and these are not");
    for (int i = 0; i < in->n; i++, out += image) {
        SimInput one = *in;
        one.first += i;
        one.n = 1;
        if (!raw)
            TRY(sim_encode(snn, &one, code, c));
        pack(first, raw ? in->raw + one.first * values : NULL, code, word, out);
    }
    return ERR_NONE;
}
