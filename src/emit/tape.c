#include "emit/tape.h"
#include "base/io.h"
#include "hw/images.h"

typedef struct Writer {
    const Graph       *g;
    const TapePlan    *p;
    unsigned char     *tape;
    int64_t            at;    /* port word */
} Writer;

/* One layer while it is written. */
typedef struct Source {
    int               node;
    Shape             in;
    const TapeRecord *r;
    const int8_t     *w;      /* [O,C,U,V] or [O,I] */
} Source;

/* x in `bits` bits from bit `at` on; the bytes were 0. */
static void put(unsigned char *to, int64_t at, int bits, uint64_t x)
{
    for (int k = 0; k < bits; k++) to[(at + k) / 8] |= (unsigned char)((x >> k & 1) << (at + k) % 8);
}

/* A run of port words that is written next. */
static unsigned char *take(Writer *w, int64_t words)
{
    unsigned char *p = w->tape + w->at * (w->p->build.port_bits / 8);
    w->at += words;
    return p;
}

/* Theta and bias of POut outputs; outputs that are not there give code 0. */
static void put_params(Writer *w, const Source *s, int64_t tile)
{
    const EngineBuild *b = &w->p->build;
    const Node *n = &w->g->node[s->node];
    const Tensor *theta = graph_role(w->g, n, ROLE_theta), *bias = graph_role(w->g, n, ROLE_bias);
    unsigned char *to = take(w, tape_param_words(b));
    int64_t up = (int64_t)1 << tape_shift(b, n);
    for (int k = 0; k < b->pout; k++) {
        int64_t o = tile * b->pout + k;
        bool there = o < n->shape.c;
        put(to, 64 * k, 32, there && theta ? (uint64_t)(theta->i64[o] * up) : 1);
        put(to, 64 * k + 32, 32, there && bias ? (uint64_t)(bias->i64[o] * up) : 0);
    }
}

static void put_weight(const Writer *w, const Source *s, unsigned char *to, int64_t field, int64_t o,
                       int k)
{
    int bits = w->p->build.weight_bits;
    int8_t weight = s->w[images_weight_source(w->g, s->node, (int)o, k)];
    put(to, field * bits, bits, (uint64_t)(int64_t)weight);
}

/* One tap and group of channels: its weights to the tile's outputs. */
static void put_tap(Writer *w, const Source *s, int64_t tile, int tap, int group)
{
    const EngineBuild *b = &w->p->build;
    int from = group * b->pin, inputs = s->in.c - from < b->pin ? s->in.c - from : b->pin;
    unsigned char *to = take(w, tape_chunk_words(b));
    for (int k = 0; k < b->pout && tile * b->pout + k < w->g->node[s->node].shape.c; k++)
        for (int i = 0; i < inputs; i++)
            put_weight(w, s, to, (int64_t)k * b->pin + i, tile * b->pout + k, tap * s->in.c + from + i);
}

/* A window as it stands in the shift register, column by column, its last pixel on top; where it is
 * paired, once in each half. */
static void put_window(Writer *w, const Source *s, int64_t tile)
{
    const EngineBuild *b = &w->p->build;
    int kh = (int)s->r->kernel_h, kw = (int)s->r->kernel_w, halves = s->r->pair ? 2 : 1;
    unsigned char *to = take(w, tape_chunk_words(b));
    for (int k = 0; k < b->pout && tile * b->pout + k < w->g->node[s->node].shape.c; k++)
        for (int tap = 0; tap < kh * kw; tap++)
            for (int c = 0; c < s->in.c; c++)
                for (int h = 1; h <= halves; h++) {
                    int after = kh * kw - (tap % kw * kh + tap / kw);
                    int64_t field = (int64_t)k * b->pin + h * b->pin / halves - after * s->in.c + c;
                    put_weight(w, s, to, field, tile * b->pout + k, tap * s->in.c + c);
                }
}

static void put_conv(Writer *w, const Source *s)
{
    for (int64_t tile = 0; tile < s->r->tiles; tile++) {
        put_params(w, s, tile);
        if (s->r->kind == TAPE_WINDOWS)
            put_window(w, s, tile);
        else
            for (int tap = 0; tap < s->r->kernel_h * s->r->kernel_w; tap++)
                for (int g = 0; g < s->r->in_groups; g++) put_tap(w, s, tile, tap, g);
    }
}

static void put_dense(Writer *w, const Source *s)
{
    for (int i = 0; i < s->r->columns; i++) {
        unsigned char *to = take(w, s->r->tile_words);
        for (int o = 0; o < w->g->node[s->node].shape.c; o++) put_weight(w, s, to, o, o, i);
    }
    for (int64_t tile = 0; tile < s->r->tiles; tile++) put_params(w, s, tile);
}

static void put_layers(Writer *w)
{
    for (int i = 0; i < w->p->n_layer; i++) {
        const TapeLayer *l = &w->p->layer[i];
        const Node *n = &w->g->node[l->node];
        Source s = { l->node, w->g->node[n->in[0]].shape, &l->r, graph_role(w->g, n, ROLE_w)->i8 };
        if (l->r.kind == TAPE_DENSE)
            put_dense(w, &s);
        else
            put_conv(w, &s);
    }
}

unsigned char *tape_bytes(const Graph *snn, const TapePlan *p, Arena *perm)
{
    size_t n = (size_t)p->length * (size_t)p->build.port_bits / 8;
    Writer w = { .g = snn, .p = p, .tape = NEW(perm, unsigned char, n) };
    for (int i = 0; i < p->n_layer; i++)
        tape_put_record(&p->layer[i].r, w.tape + TAPE_HEADER_BYTES + i * TAPE_RECORD_BYTES);
    w.at = p->layer[0].r.start;
    put_layers(&w);
    TapeHeader h = { .magic = TAPE_MAGIC, .version = TAPE_VERSION, .config = engine_config(&p->build),
                     .layers = (uint32_t)p->n_layer, .length = (uint32_t)p->length,
                     .body_crc = tape_crc(w.tape + TAPE_HEADER_BYTES, n - TAPE_HEADER_BYTES),
                     .classes = (uint32_t)p->classes };
    tape_put_header(&h, w.tape);
    return w.tape;
}

Err tape_emit(const Graph *snn, const TapePlan *p, const char *path, Arena scratch, Ctx *c)
{
    const unsigned char *tape = tape_bytes(snn, p, &scratch);
    return io_write(path, tape, (size_t)p->length * (size_t)p->build.port_bits / 8, c);
}
