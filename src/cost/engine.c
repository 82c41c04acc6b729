#include "cost/engine.h"
#include "base/num.h"

typedef struct Clock {
    const EngineBuild  *b;
    const EngineTiming *t;
    int64_t now;
    int64_t open;   /* the clock from which on words can come   */
    int64_t left;   /* words of the tape that have not come yet */
    int     fifo;   /* words that wait                          */
} Clock;

/* One clock of the port; take: words that the array side removes in it. */
static void tick(Clock *k, int take)
{
    bool open = k->now >= k->open && k->now % k->t->period >= k->t->refresh;
    k->fifo -= take;
    if (open && k->left > 0 && k->fifo < k->t->fifo_words) {
        k->fifo++;
        k->left--;
    }
    k->now++;
}

static void wait(Clock *k, int64_t clocks)
{
    for (int64_t i = 0; i < clocks; i++) tick(k, 0);
}

/* Takes n words as they come, in at least `least` clocks; gives the clocks. */
static int64_t take(Clock *k, int64_t n, int64_t least)
{
    int64_t from = k->now;
    while (n > 0 || k->now - from < least) {
        bool one = n > 0 && k->fifo > 0;
        tick(k, one);
        n -= one;
    }
    return k->now - from;
}

/* Visited positions of one dimension whose tap k falls on the map. */
static int64_t inside(int64_t stride, int64_t pad, int64_t k, int64_t in, int64_t visited)
{
    int64_t hits = 0;
    for (int64_t i = 0; i < visited; i++) {
        int64_t at = i * stride + k - pad;
        hits += at >= 0 && at < in;
    }
    return hits;
}

/* Clocks of chunk n of a tile: the visits, and the look at each position. */
static int64_t chunk_slots(const TapeRecord *r, int64_t n)
{
    int64_t u = n / r->in_groups / r->kernel_w, v = n / r->in_groups % r->kernel_w;
    int64_t looks = r->positions / (r->pair ? 2 : 1), visits = looks;
    if (n > 0 && n < r->chunks - 1)
        visits = inside(r->stride_h, r->pad_top, u, r->in_h, r->pooled_h * r->pool_h) *
                 inside(r->stride_w, r->pad_left, v, r->in_w, r->pooled_w * r->pool_w);
    int64_t slots = (visits > 0 ? visits : 1) * r->t_in;
    return slots > looks ? slots : looks;
}

/* Each chunk, a tile's first with its params: its words are taken, one a clock, while the one
 * before computes. */
static void run_conv(Clock *k, const TapeRecord *r, EngineLayer *l)
{
    int64_t chunk_words = tape_chunk_words(k->b), params = tape_param_words(k->b);
    int64_t chunks = r->tiles * r->chunks, loaded = 0, shadow = 0, busy = 0, done = 0;
    while (done < chunks) {
        int64_t want = chunk_words + (loaded % r->chunks == 0 ? params : 0);
        bool take_one = shadow < want && loaded < chunks && k->fifo > 0;
        tick(k, take_one);
        shadow += take_one;
        if (busy > 0) {
            l->slots++;
            done += --busy == 0;
        }
        if (busy == 0 && shadow == want && loaded < chunks) {
            busy = chunk_slots(r, loaded++ % r->chunks);
            shadow = 0;
        }
    }
}

/* The columns; then POut outputs at a time fire in T clocks, or leave one a clock. */
static void run_dense(Clock *k, const TapeRecord *r, EngineLayer *l)
{
    for (int64_t i = 0; i < r->columns; i++) take(k, r->tile_words, r->lane_words);
    l->slots = r->columns * r->lane_words;
    for (int64_t i = 0; i < r->tiles; i++)
        take(k, tape_param_words(k->b), r->last ? k->b->pout : r->t_out);
}

/* The image's way into the map: windows column by column, or pixels. */
static int64_t image_clocks(const TapeRecord *r)
{
    if (r->kind != TAPE_WINDOWS)
        return r->pixels;
    int64_t columns = r->kernel_w + (r->pooled_w * r->pool_w - 1) * r->stride_w;
    return r->pooled_h * r->pool_h * columns * r->kernel_h;
}

static void run_layer(Clock *k, const TapeLayer *y, EngineLayer *l)
{
    *l = (EngineLayer){ .start = k->now, .words = y->words };
    if (y->r.kind == TAPE_DENSE)
        run_dense(k, &y->r, l);
    else
        run_conv(k, &y->r, l);
    wait(k, k->t->drain);
    l->cycles = k->now - l->start;
}

/* The header is read, then the layer table, then the layers; meanwhile the image comes. */
static void run_start(Clock *k, const TapePlan *p)
{
    int64_t table = p->layer[0].r.start, header = num_ceil_div(8 * TAPE_HEADER_BYTES, k->b->port_bits);
    int64_t read = k->t->latency + header + k->t->latency + table - header;
    const TapeRecord *r = &p->layer[0].r;
    k->open = read + k->t->latency;
    k->left = p->length - table;
    wait(k, r->pixels > read ? r->pixels : read);
    wait(k, image_clocks(r));
}

Err engine_cycles(const TapePlan *p, const EngineTiming *t, EngineLayer *layer, int64_t *total, Ctx *c)
{
    Clock k = { .b = &p->build, .t = t };
    if (t->period <= t->refresh || t->fifo_words < 1)
        return fail(c, ERR_RANGE, (Loc){ 0 }, "a memory that is refreshed in %d of %d clocks, %d words ahead",
                    t->refresh, t->period, t->fifo_words);
    run_start(&k, p);
    for (int i = 0; i < p->n_layer; i++) run_layer(&k, &p->layer[i], &layer[i]);
    *total = k.now + 1; /* the class */
    return ERR_NONE;
}

DeviceNeed engine_least(const EngineBuild *b, const char *lut_kind)
{
    int64_t slots = (int64_t)b->pin * b->pout;
    return (DeviceNeed){ .lut_kind = lut_kind, .lut = slots * b->weight_bits * 142 / 100,
                         .ff = slots * b->weight_bits * 2,
                         .ram_bits = 2 * (int64_t)b->map_words * b->pin * b->bits +
                                     (int64_t)b->image_pixels * b->pixel_bits +
                                     (int64_t)b->positions * b->pout * b->acc_bits };
}
