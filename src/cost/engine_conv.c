#include "base/num.h"
#include "cost/engine_unit.h"

/* The walk's chunk and position, before any clock of it. */
static void chunk_start(Walk *k, const TapeRecord *r)
{
    k->u = k->v = k->g = 0;
    k->row = k->tap = r->kind == TAPE_WINDOWS ? 0 : -r->origin;
}

static void position_start(Walk *k)
{
    k->py = k->px = k->wy = k->wx = 0;
    k->y = k->y0 = k->x = k->x0 = 0;
    k->ay = k->ay0 = k->ax = k->ax0 = 0;
    k->pos_first = true;
}

static bool tap_last(const TapeRecord *r, int64_t at, int64_t of) { return at == of - 1 || r->kind == TAPE_WINDOWS; }

static void chunk_next(Walk *k, const TapeRecord *r)
{
    bool g_last = tap_last(r, k->g, r->in_groups), v_last = tap_last(r, k->v, r->kernel_w);
    k->g = g_last ? 0 : k->g + 1;
    k->tap++;
    if (!g_last)
        return;
    k->v = v_last ? 0 : k->v + 1;
    if (!v_last)
        return;
    k->u++;
    k->row += r->row_pitch;
    k->tap = k->row;
}

/* A pair is one position: half as many columns of the pooling window, or of the map. */
static int64_t pool_w(const TapeRecord *r) { return r->pair && r->pool_w != 1 ? r->pool_w / 2 : r->pool_w; }
static int64_t pooled_w(const TapeRecord *r) { return r->pair && r->pool_w == 1 ? r->pooled_w / 2 : r->pooled_w; }

static void window_next(Walk *k, const TapeRecord *r, int64_t x, int64_t ax, int64_t y, int64_t ay)
{
    bool wx_last = k->wx == pooled_w(r) - 1;
    k->px = k->py = 0;
    k->wx = wx_last ? 0 : k->wx + 1;
    k->wy += wx_last;
    k->x  = k->x0  = wx_last ? 0 : x;
    k->ax = k->ax0 = wx_last ? 0 : ax;
    k->y  = k->y0  = wx_last ? y : k->y0;
    k->ay = k->ay0 = wx_last ? ay : k->ay0;
}

static void position_next(Walk *k, const TapeRecord *r)
{
    bool flat = r->kind == TAPE_WINDOWS;
    int64_t x = k->x + r->stride_w, y = k->y + r->stride_h;
    int64_t ax = k->ax + (flat ? 1 : r->step_x), ay = k->ay + (flat ? r->row_pitch : r->step_y);
    k->pos_first = false;
    if (k->px < pool_w(r) - 1) {
        k->px++;
        k->x  = x;
        k->ax = ax;
    } else if (k->py < r->pool_h - 1) {
        k->px = 0;
        k->py++;
        k->x  = k->x0;
        k->ax = k->ax0;
        k->y  = y;
        k->ay = ay;
    } else {
        window_next(k, r, x, ax, y, ay);
    }
}

static bool scanned(const Walk *k, const TapeRecord *r)
{
    return k->px == pool_w(r) - 1 && k->py == r->pool_h - 1 && k->wx == pooled_w(r) - 1 && k->wy == r->pooled_h - 1;
}

/* The last position found waits until it is known whether its chunk has another. */
static void hold_clock(Walk *k)
{
    bool visit = k->on_map || k->first || k->last;
    k->open = !k->flushed;
    if (visit || k->begin) {
        k->hold_addr = k->addr;
        k->hold_last = k->last;
    }
    k->hold = !k->flushed && (visit || (k->hold && !k->begin));
}

/* Is the tap of the position on the map? Known a clock later. */
static void test_clock(Walk *k, const TapeRecord *r, int map_words)
{
    int64_t y = k->y + k->u - r->pad_top, x = k->x + k->v - r->pad_left;
    k->on_map = r->kind == TAPE_WINDOWS || (y >= 0 && y < r->in_h && x >= 0 && x < r->in_w);
    k->first  = k->run && k->u == 0 && k->v == 0 && k->g == 0;
    k->last   = k->run && tap_last(r, k->g, r->in_groups) && tap_last(r, k->v, r->kernel_w) &&
                tap_last(r, k->u, r->kernel_h);
    k->begin   = k->flush || k->pos_first;
    k->addr    = (k->ay + k->ax + k->tap) & (map_words - 1);
    k->valid   = k->run || k->flush;
    k->flushed = k->flush;
}

static void scan_clock(Walk *k, const TapeRecord *r)
{
    bool chunk_last = tap_last(r, k->g, r->in_groups) && tap_last(r, k->v, r->kernel_w) &&
                      tap_last(r, k->u, r->kernel_h);
    bool end = scanned(k, r), all = end && chunk_last && k->tile == r->tiles - 1;
    k->flush = k->run && all;
    if (!k->run)
        return;
    k->run = !all;
    if (!end) {
        position_next(k, r);
        return;
    }
    k->tile += chunk_last;
    if (chunk_last)
        chunk_start(k, r);
    else
        chunk_next(k, r);
    position_start(k);
}

void walk_clock(Engine *e, const Wires *w)
{
    Walk *k = &e->walk;
    bool go = fifo_room(&k->found), visit = k->on_map || k->first || k->last;
    bool push = k->valid && (k->begin ? k->open : visit && k->hold);
    Item found = { .at = k->hold_addr, .last = k->hold_last, .end = k->begin };
    fifo_clock(&k->found, push, found, w->req_ready && !engine_dense(e));
    if (go && k->valid)
        hold_clock(k);
    if (go) {
        test_clock(k, e->r, e->p->build.map_words);
        scan_clock(k, e->r);
    }
    if (w->go && !engine_dense(e)) {
        k->run  = true;
        k->tile = 0;
        chunk_start(k, e->r);
        position_start(k);
    }
}

/* Clocks from a slot to where its potential leaves: registers from the spikes' to p's, one more. */
static int slot_to_sum(const EngineBuild *b)
{
    int half = (b->pin + 1) / 2;
    return num_ubits((uint64_t)(half + 5) / 6 - 1) + 4 + num_ubits((uint64_t)b->weight_bits - 1);
}

void tile_wires(const Engine *e, Wires *w)
{
    const Tile *t = &e->tile;
    bool dense = engine_dense(e);
    bool full = t->words == tape_chunk_words(&e->p->build);
    w->tile_leave   = t->leaves >> slot_to_sum(&e->p->build) & 1;
    w->tile_advance = !w->tile_leave || !(t->one || t->two);
    w->tile_load    = w->tile_advance && t->full && !t->run && t->wait == 0;
    w->tile_slot    = w->tile_advance && e->map.rsp_valid && !dense && (t->run || w->tile_load);
    w->tile_step_last = t->step == e->r->t_in - 1;
    w->tile_ready   = w->tile_slot && w->tile_step_last;
    w->tile_w_ready = !full || w->tile_load;
}

void tile_clock(Engine *e, const Wires *w)
{
    Tile *t = &e->tile;
    bool out_ready = w->pot_ready && !engine_dense(e), end = w->tile_ready && e->map.rsp.end;
    if (w->tile_leave && w->tile_advance) {
        t->one = true;
        t->two = e->r->pair;
    } else if (out_ready) {
        t->two = t->one && t->two;
        t->one = false;
    }
    t->full  = !w->tile_load && t->words == tape_chunk_words(&e->p->build);
    t->words = (w->tile_load ? 0 : t->words) + (w->tile_w_valid && w->tile_w_ready);
    if (!w->tile_advance)
        return;
    t->run  = (w->tile_load || t->run) && !end;
    t->wait = end ? (e->r->t_in < 4 ? 4 - e->r->t_in : 0) : t->wait > 0 ? t->wait - 1 : 0;
    if (w->tile_slot)
        t->step = w->tile_step_last ? 0 : t->step + 1;
    t->leaves = t->leaves << 1 | (w->tile_ready && e->map.rsp.last);
}
