/* tests/engine/tape_run.h - an interpreter of tapes: what an engine of a shape makes of a tape and
 * an image, word by word as doc/engine.md says, from the tape alone. It shares the list of fields
 * (hw/tape.def) with the builder of tapes, and nothing else. Values must stay in the engine's widths. */
#ifndef TESTS_TAPE_RUN_H
#define TESTS_TAPE_RUN_H
#include "fixture.h"
#include "hw/tape.h"

enum { RUN_LAYERS = 64 };

/* Codes of a map as its words hold them: run_code(). */
typedef struct RunMap { int h, w, groups; int *code; } RunMap;

typedef struct TapeRun {
    const EngineBuild   *b;
    const unsigned char *tape;
    int64_t              at;            /* the port word that is read next */
    TapeHeader           h;
    TapeRecord           r;             /* of the layer that runs          */
    int                 *bank[2];       /* [MapWords][PIn]                 */
    int                  from;          /* the bank that the layer reads   */
    const int16_t       *image;         /* [C,H,W]                         */
    RunMap               in[RUN_LAYERS];    /* of each layer but a windows layer's */
    RunMap               fired[RUN_LAYERS]; /* codes before pooling, visited positions only */
    int                 *weight;            /* of the chunk that is active, [POut][PIn] */
    int                  layer;
    int64_t              score[4096];
    int64_t              slots[RUN_LAYERS]; /* visits of one clock a step, the longest way round */
} TapeRun;

static inline int64_t run_signed(int64_t x, int bits) { return x >> (bits - 1) & 1 ? x - ((int64_t)1 << bits) : x; }

/* `bits` bits from bit `at` of port word `word`. */
static inline int64_t run_bits(const TapeRun *t, int64_t word, int64_t at, int bits)
{
    int64_t x = 0;
    at += word * t->b->port_bits;
    for (int k = 0; k < bits; k++) x |= (int64_t)(t->tape[(at + k) / 8] >> (at + k) % 8 & 1) << k;
    return x;
}

static inline int run_weight(const TapeRun *t, int64_t word, int64_t field)
{
    int w = t->b->weight_bits;
    return (int)run_signed(run_bits(t, word, field * w, w), w);
}

static inline void run_holds(const TapeRun *t, int64_t x, int bits, const char *what)
{
    if (x != run_signed(x & (((int64_t)1 << bits) - 1), bits))
        fail_msg("layer %d: %s of %lld does not fit %d bits", t->layer, what, (long long)x, bits);
}

/* A code by T steps, most significant spike first. */
static inline int run_fire(const TapeRun *t, int64_t v, int64_t theta, int64_t bias)
{
    const TapeRecord *r = &t->r;
    int wide = t->b->acc_bits + t->b->frac_bits + 2, code = 0;
    int64_t u = v * ((int64_t)1 << t->b->frac_bits) + bias;
    run_holds(t, v, t->b->acc_bits, "V");
    run_holds(t, u, wide, "U");
    for (int s = 0; s < r->t_out; s++) {
        int64_t top = theta << (r->t_out - 1 - s);
        bool spike = s == 0 && r->out_signed ? u < 0 : u >= top;
        run_holds(t, top, wide, "theta");
        run_holds(t, u - top, wide, "a trial");
        u += !spike ? 0 : s == 0 && r->out_signed ? top : -top;
        code = 2 * code + spike;
    }
    return r->out_signed ? (int)run_signed(code, (int)r->t_out) : code;
}

/* Pixels of a row's columns shifted through a register of `size` codes; windows become words. */
static inline void run_row(TapeRun *t, int y, int size, int *reg)
{
    const TapeRecord *r = &t->r;
    int per = r->pair ? 2 : 1, n = 0, channels = (int)r->in_lanes;
    for (int x = 0; n < r->row_pitch * per; x++) {
        for (int u = 0; u < r->kernel_h; u++) {
            int row = y * (int)r->stride_h + u - (int)r->pad_top, col = x - (int)r->pad_left;
            bool in = row >= 0 && col >= 0 && row < r->in_h && col < r->in_w;
            memmove(reg, reg + channels, (size_t)(size - channels) * sizeof *reg);
            for (int c = 0; c < channels; c++)
                reg[size - channels + c] = in ? t->image[(c * r->in_h + row) * r->in_w + col] : 0;
        }
        if (x < r->kernel_w - 1 || (x - (r->kernel_w - 1)) % r->stride_w)
            continue;
        memcpy(t->bank[0] + (y * r->row_pitch + n / per) * t->b->pin + n % per * size, reg,
               (size_t)size * sizeof *reg);
        n++;
    }
}

static inline void run_image(TapeRun *t)
{
    const TapeRecord *r = &t->r;
    int *reg = NEW(&mem, int, (size_t)t->b->pin);
    assert_true(r->in_h * r->in_w <= t->b->image_pixels);
    assert_int_equal(r->pixels, r->in_h * r->in_w);
    assert_true(!r->pair || (r->pooled_w * r->pool_w % 2 == 0 && (r->pool_w == 1 || r->pool_w % 2 == 0)));
    if (r->kind == TAPE_WINDOWS) {
        assert_true(r->pooled_h * r->pool_h * r->row_pitch <= t->b->map_words);
        for (int y = 0; y < r->pooled_h * r->pool_h; y++) run_row(t, y, t->b->pin / (r->pair ? 2 : 1), reg);
        return;
    }
    assert_true(r->in_h * r->in_w <= t->b->map_words && r->in_lanes <= t->b->pin);
    for (int p = 0; p < r->in_h * r->in_w; p++)
        for (int c = 0; c < r->in_lanes; c++)
            t->bank[0][p * t->b->pin + c] = t->image[c * r->in_h * r->in_w + p];
}

typedef struct RunParams { int64_t theta, bias; } RunParams;

static inline void run_params(TapeRun *t, RunParams *p)
{
    for (int o = 0; o < t->b->pout; o++)
        p[o] = (RunParams){ run_bits(t, t->at, 64 * o, 32), run_signed(run_bits(t, t->at, 64 * o + 32, 32), 32) };
    t->at += (t->b->pout * 64 + t->b->port_bits - 1) / t->b->port_bits;
}

/* Channel o of a position of the other bank. */
static inline int *run_out(TapeRun *t, int position, int o)
{
    int64_t word = position * t->r.out_groups + o / t->b->pin;
    assert_true(word < t->b->map_words);
    return &t->bank[!t->from][word * t->b->pin + o % t->b->pin];
}

/* One position's potentials of a tile: fired and pooled, or scores. */
static inline void run_position(TapeRun *t, const int64_t *v, const RunParams *p, int tile, int y, int x,
                                bool opens)
{
    const TapeRecord *r = &t->r;
    RunMap *f = &t->fired[t->layer];
    for (int k = 0; k < t->b->pout; k++) {
        int o = tile * t->b->pout + k;
        if (r->last) {
            run_holds(t, v[k] + p[k].bias, t->b->acc_bits + 2, "a score");
            t->score[o] = v[k] + p[k].bias;
            continue;
        }
        int code = run_fire(t, v[k], p[k].theta, p[k].bias);
        int *to = run_out(t, (int)(y / r->pool_h * r->pooled_w + x / r->pool_w), o);
        *to = opens || code > *to ? code : *to;
        f->code[((y * f->w + x) * f->groups + o / t->b->pin) * t->b->pin + o % t->b->pin] = code;
    }
}

typedef struct RunTap { int u, v, g; bool first, last; } RunTap;

/* The codes that position (y, x) meets under a tap: codes of a word from *lo to *hi; NULL: none. */
static inline const int *run_word(const TapeRun *t, RunTap tap, int y, int x, int *lo, int *hi)
{
    const TapeRecord *r = &t->r;
    int64_t word = y * r->row_pitch + x / (r->pair ? 2 : 1);
    *lo = r->pair ? x % 2 * t->b->pin / 2 : 0;
    *hi = r->pair ? *lo + t->b->pin / 2 : t->b->pin;
    if (r->kind != TAPE_WINDOWS) {
        int64_t row = y * r->stride_h + tap.u - r->pad_top, col = x * r->stride_w + tap.v - r->pad_left;
        if (row < 0 || col < 0 || row >= r->in_h || col >= r->in_w)
            return NULL;
        word = y * r->step_y + x * r->step_x - r->origin + tap.u * r->row_pitch + tap.v * r->in_groups + tap.g;
    }
    assert_true(word >= 0 && word < t->b->map_words);
    return t->bank[t->from] + word * t->b->pin;
}

/* One visit: the chunk's weights meet a position; in the last chunk its potentials leave. */
static inline void run_visit(TapeRun *t, RunTap tap, int tile, const RunParams *p, int64_t *v, int y, int x)
{
    const TapeRecord *r = &t->r;
    int lo, hi;
    const int *word = run_word(t, tap, y, x, &lo, &hi);
    if (tap.first)
        memset(v, 0, (size_t)t->b->pout * sizeof *v);
    for (int k = 0; word && k < t->b->pout; k++)
        for (int i = lo; i < hi; i++) v[k] += t->weight[k * t->b->pin + i] * word[i];
    t->slots[t->layer] += (word || tap.first || tap.last) && !(r->pair && x % 2);
    if (tap.last)
        run_position(t, v, p, tile, y, x, y % r->pool_h == 0 && x % r->pool_w == 0);
}

/* Every visit of one chunk, in the order of pooling windows. */
static inline void run_chunk(TapeRun *t, RunTap tap, int tile, const RunParams *p, int64_t *v)
{
    const TapeRecord *r = &t->r;
    int visit = 0;
    for (int k = 0; k < t->b->pout * t->b->pin; k++) t->weight[k] = run_weight(t, t->at, k);
    for (int wy = 0; wy < r->pooled_h; wy++)
        for (int wx = 0; wx < r->pooled_w; wx++)
            for (int py = 0; py < r->pool_h; py++)
                for (int px = 0; px < r->pool_w; px++, visit++)
                    run_visit(t, tap, tile, p, v + (r->chunks > 1 ? visit * t->b->pout : 0),
                              (int)(wy * r->pool_h) + py, (int)(wx * r->pool_w) + px);
    assert_int_equal(visit, r->positions);
}

static inline void run_conv(TapeRun *t)
{
    const TapeRecord *r = &t->r;
    int64_t chunk_words = ((int64_t)t->b->pin * t->b->pout * t->b->weight_bits + t->b->port_bits - 1) / t->b->port_bits;
    int64_t *v = NEW(&mem, int64_t, (size_t)(t->b->positions * t->b->pout));
    RunParams *p = NEW(&mem, RunParams, (size_t)t->b->pout);
    assert_true(r->chunks == 1 || r->positions <= t->b->positions);
    for (int tile = 0; tile < r->tiles; tile++) {
        run_params(t, p);
        int64_t start = t->at;
        for (int n = 0; n < r->chunks; n++, t->at += chunk_words) {
            int g = (int)r->in_groups, tapped = n / g;
            RunTap tap = { (int)(tapped / r->kernel_w), (int)(tapped % r->kernel_w), n % g, n == 0, n == r->chunks - 1 };
            run_chunk(t, tap, tile, p, v);
        }
        assert_int_equal(t->at - start, r->tile_words);
    }
}

static inline void run_dense(TapeRun *t)
{
    const TapeRecord *r = &t->r;
    int64_t outs = r->lane_words * t->b->lanes, columns = 0;
    int64_t *v = NEW(&mem, int64_t, (size_t)(outs + t->b->pout));
    RunParams *p = NEW(&mem, RunParams, (size_t)t->b->pout);
    assert_true(r->lane_words <= t->b->columns);
    for (int q = 0; q < r->in_h * r->in_w; q++)
        for (int g = 0; g < r->in_groups; g++)
            for (int i = 0; i < (g == r->in_groups - 1 ? r->in_lanes : t->b->pin); i++, columns++) {
                int code = t->bank[t->from][(q * r->in_groups + g) * t->b->pin + i];
                for (int64_t o = 0; o < outs; o++) v[o] += run_weight(t, t->at, o) * code;
                t->at += r->tile_words;
            }
    assert_int_equal(columns, r->columns);
    assert_int_equal(columns * r->tile_words, r->all_words);
    for (int tile = 0; tile < r->tiles; tile++) {
        run_params(t, p);
        run_position(t, v + tile * t->b->pout, p, tile, 0, 0, true);
    }
}

/* Keeps the map that the layer is given. */
static inline void run_keep(TapeRun *t)
{
    const TapeRecord *r = &t->r;
    size_t n = (size_t)(r->in_h * r->in_w * r->in_groups * t->b->pin);
    assert_true(n <= (size_t)(t->b->map_words * t->b->pin));
    t->in[t->layer] = (RunMap){ (int)r->in_h, (int)r->in_w, (int)r->in_groups, NEW(&mem, int, n) };
    memcpy(t->in[t->layer].code, t->bank[t->from], n * sizeof(int));
}

static inline void run_layer(TapeRun *t)
{
    const TapeRecord *r = &t->r;
    RunMap *f = &t->fired[t->layer];
    assert_int_equal(r->start, t->at);
    if (t->layer == 0)
        run_image(t);
    if (r->kind != TAPE_WINDOWS)
        run_keep(t);
    memset(t->bank[!t->from], 0x55, (size_t)(t->b->map_words * t->b->pin) * sizeof(int));
    *f = (RunMap){ (int)(r->pooled_h * r->pool_h), (int)(r->pooled_w * r->pool_w), (int)r->out_groups, NULL };
    f->code = NEW(&mem, int, (size_t)(f->h * f->w * f->groups * t->b->pin));
    if (r->kind == TAPE_DENSE)
        run_dense(t);
    else
        run_conv(t);
    t->from = !t->from;
}

/* Runs a tape that tape_check passed. Everything is taken from mem. */
static inline void tape_run(const EngineBuild *b, const unsigned char *tape, const int16_t *image, TapeRun *t)
{
    *t = (TapeRun){ .b = b, .tape = tape, .h = tape_get_header(tape), .image = image };
    assert_int_equal(tape_check(b, tape, (size_t)t->h.length * (size_t)b->port_bits / 8), FAULT_none);
    t->weight = NEW(&mem, int, (size_t)(b->pin * b->pout));
    for (int k = 0; k < 2; k++) t->bank[k] = NEW(&mem, int, (size_t)(b->map_words * b->pin));
    t->at = (64 + 64 * (int64_t)t->h.layers) * 8 / b->port_bits;
    for (; t->layer < (int)t->h.layers; t->layer++) {
        t->r = tape_get_record(tape + 64 + 64 * t->layer);
        assert_int_equal(t->r.last, t->layer == (int)t->h.layers - 1);
        run_layer(t);
    }
    assert_int_equal(t->at, t->h.length);
}

/* Channel c of position (y, x). */
static inline int run_code(const TapeRun *t, const RunMap *m, int c, int y, int x)
{
    return m->code[((y * m->w + x) * m->groups + c / t->b->pin) * t->b->pin + c % t->b->pin];
}
#endif
