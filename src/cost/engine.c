#include "cost/engine_unit.h"

enum { STILL = 1 << 20 }; /* clocks without a word or a slot: no layer fires as long */

static Engine engine_new(const TapePlan *p, const EngineTiming *t, const int16_t *const *codes)
{
    int64_t params = tape_param_words(&p->build);
    return (Engine){
        .p = p, .t = t, .codes = codes, .r = &p->layer[0].r, .now = t->pixel < 0 ? t->pixel : 0,
        .memory = { .clock = t->clock + (t->pixel < 0 ? t->pixel : 0), .bursts.depth = t->queue, .arready = true },
        .reader.asked.depth = 64, .fetch.tags.depth = 64, .words.depth = 63,
        .columns.out.depth = 2, .codes_fifo.depth = 64, .param_words.depth = (int)(2 * params), .walk.found.depth = 8,
    };
}

static Wires engine_wires(const Engine *e)
{
    Wires w = { .start_write = e->now == 1, .pixel_valid = e->now >= e->t->pixel && e->pixels < e->p->layer[0].r.pixels,
                .go = e->state == CORE_GO, .loaded = e->records.loaded, .fire_done = e->fire.done,
                .skip_valid = fifo_any(&e->columns.out) && e->r->skip && fifo_room(&e->codes_fifo) };
    reader_wires(e, &w);
    control_wires(e, &w);
    reader_beat_wires(e, &w);
    fetch_ask_wires(e, &w);
    fetch_word_wires(e, &w);
    scores_wires(e, &w);
    fire_wires(e, &w);
    columns_wires(e, &w);
    gearbox_wires(e, &w);
    tile_wires(e, &w);
    fetch_take_wires(e, &w);
    image_wires(e, &w);
    map_wires(e, &w);
    return w;
}

/* Layer after layer. */
static void core_clock(Engine *e, const Wires *w)
{
    switch (e->state) {
    case CORE_IDLE:
        if (w->core_start)
            e->state = CORE_RECORD;
        break;
    case CORE_RECORD:
        e->r = &e->p->layer[e->layer].r;
        if (w->loaded)
            e->state = e->layer ? CORE_GO : CORE_IMAGE;
        break;
    case CORE_IMAGE:
        if (w->image_keep)
            e->state = CORE_GO;
        break;
    case CORE_GO:
        e->state = CORE_RUN;
        break;
    case CORE_RUN:
        if (w->fire_done) {
            e->layer++;
            e->state = CORE_RECORD;
        }
        break;
    }
}

/* The tape's words: the oldest lies in registers. */
static void words_clock(Engine *e, const Wires *w)
{
    bool move = !e->word_there || w->fetch_taken, any = fifo_any(&e->words);
    fifo_clock(&e->words, w->core_word_valid, (Item){ 0 }, move);
    e->word_there = move ? any : e->word_there;
}

/* A unit whose state another one reads comes after that one. */
static void engine_clock(Engine *e, const Wires *w)
{
    tile_clock(e, w);
    map_clock(e, w);
    walk_clock(e, w);
    image_clock(e, w);
    lanes_clock(e, w);
    gearbox_clock(e, w);
    fetch_clock(e, w);
    columns_clock(e, w);
    fire_clock(e, w);
    params_clock(e, w);
    scores_clock(e, w);
    records_clock(e, w);
    words_clock(e, w);
    control_clock(e, w);
    memory_clock(e, w);
    reader_clock(e, w);
    core_clock(e, w);
    e->now++;
}

static void count(const Engine *e, const Wires *w, int64_t from, EngineLayer *l)
{
    if (w->go)
        *l = (EngineLayer){ .start = e->now - from };
    l->cycles++;
    l->slots += w->tile_slot || w->lanes_take;
    l->starved += engine_dense(e) ? w->lane_ready && !w->lane_valid
                                  : w->tile_advance && e->map.rsp_valid && !w->tile_slot && e->tile.wait == 0;
    l->words += w->beat;
}

Err engine_cycles(const TapePlan *p, const EngineTiming *t, const int16_t *const *codes, EngineLayer *layer,
                  int64_t *total, Ctx *c)
{
    if ((t->period && t->period <= t->refresh) || t->latency < 1 || t->queue < 1 || t->queue > FIFO_MOST)
        return fail(c, ERR_RANGE, (Loc){ 0 }, "a memory that is refreshed in %d of %d clocks, latency %d, %d requests",
                    t->refresh, t->period, t->latency, t->queue);
    Engine e = engine_new(p, t, codes);
    int64_t from = e.now;
    EngineLayer *at = layer, before = { 0 };
    int64_t moved = from, patience = STILL + t->latency + t->period + (t->pixel > 0 ? t->pixel : 0);
    for (bool done = false; !done;) {
        Wires w = engine_wires(&e);
        done = w.done;
        if (w.go || w.tile_slot || w.lanes_take || w.beat)
            moved = e.now;
        if (e.now - moved > patience)
            return fail(c, ERR_RANGE, (Loc){ 0 }, "the engine stands still in layer %d of the tape: "
                        "its record asks for what never comes", e.layer + 1);
        if (w.go)
            at = &layer[e.layer];
        count(&e, &w, from, e.layer || e.state == CORE_GO || e.state == CORE_RUN ? at : &before);
        engine_clock(&e, &w);
    }
    *total = e.now - 1 - from;
    return ERR_NONE;
}
