#include "cost/engine_unit.h"

static int64_t record_words(const Engine *e) { return TAPE_RECORD_BYTES * 8 / e->p->build.port_bits; }

void records_clock(Engine *e, const Wires *w)
{
    Records *r = &e->records;
    if (w->core_start) {
        *r = (Records){ 0 };
    } else if (w->table_valid) {
        bool last = r->word == record_words(e) - 1;
        r->word   = last ? 0 : r->word + 1;
        r->count += last;
        r->loaded = last && r->count == e->p->n_layer;
    }
}

/* What the sequencer asks for. */
void fetch_ask_wires(const Engine *e, Wires *w)
{
    const Fetch *f = &e->fetch;
    const TapeRecord *r = &e->p->layer[f->layer].r;
    bool columns = f->state == FETCH_ASK_COLUMNS, room = fifo_room(&f->tags);
    bool asks = f->state == FETCH_ASK_TABLE || f->state == FETCH_ASK_TILE || f->state == FETCH_ASK_ALL ||
                f->state == FETCH_ASK_PARAMS || (columns && w->skip_valid);
    w->kind = FETCH_TILE;
    w->core_cmd_words = r->tile_words + tape_param_words(&e->p->build);
    if (f->state == FETCH_ASK_TABLE) {
        w->kind = FETCH_TABLE;
        w->core_cmd_words = e->p->n_layer * record_words(e);
    } else if (f->state == FETCH_ASK_ALL || columns) {
        w->kind = FETCH_COLUMNS;
        w->core_cmd_words = columns ? r->tile_words : r->all_words;
    } else if (f->state == FETCH_ASK_PARAMS) {
        w->kind = FETCH_PARAMS;
        w->core_cmd_words = r->tiles * tape_param_words(&e->p->build);
    }
    w->core_cmd_addr  = columns ? fifo_first(&e->columns.out)->at : f->addr;
    w->core_cmd_valid = asks && room;
    w->asked      = w->core_cmd_valid && w->core_cmd_ready;
    w->skip_ready = columns && room && w->core_cmd_ready;
    w->layer_end  = w->asked && (f->state == FETCH_ASK_PARAMS || (f->state == FETCH_ASK_TILE && f->left == 1));
}

/* What the first word of the fifo is, and whether it is taken. */
void fetch_word_wires(const Engine *e, Wires *w)
{
    const Fetch *f = &e->fetch;
    const Item *tag = fifo_first(&f->tags);
    bool there = fifo_any(&f->tags) && e->word_there;
    bool params = tag->at == FETCH_PARAMS || (tag->at == FETCH_TILE && f->count < tape_param_words(&e->p->build));
    bool tile = tag->at == FETCH_TILE && !params;
    w->table_valid   = there && tag->at == FETCH_TABLE;
    w->params_valid  = there && params;
    w->tile_w_valid  = there && tile;
    w->lanes_w_valid = there && tag->at == FETCH_COLUMNS;
}

/* After the wires of those who take. */
void fetch_take_wires(const Engine *e, Wires *w)
{
    w->fetch_taken = w->table_valid || (w->params_valid && w->params_ready) ||
                     (w->tile_w_valid && w->tile_w_ready) || (w->lanes_w_valid && w->lanes_w_ready);
    w->tag_pop = w->fetch_taken && e->fetch.count == fifo_first(&e->fetch.tags)->n - 1;
}

static FetchState fetch_next(const Engine *e, const Wires *w)
{
    const Fetch *f = &e->fetch;
    const TapeRecord *r = &e->p->layer[f->layer].r;
    switch (f->state) {
    case FETCH_IDLE: return w->core_start ? FETCH_ASK_TABLE : f->state;
    case FETCH_ASK_TABLE: return w->asked ? FETCH_WAIT : f->state;
    case FETCH_WAIT: return e->records.loaded ? FETCH_LAYER : f->state;
    case FETCH_LAYER:
        return r->kind != TAPE_DENSE ? FETCH_ASK_TILE : r->skip ? FETCH_ASK_COLUMNS : FETCH_ASK_ALL;
    case FETCH_ASK_ALL: return w->asked ? FETCH_ASK_PARAMS : f->state;
    case FETCH_ASK_COLUMNS: return w->asked && fifo_first(&e->columns.out)->last ? FETCH_ASK_PARAMS : f->state;
    case FETCH_ASK_TILE:
    case FETCH_ASK_PARAMS: break;
    }
    return !w->layer_end ? f->state : f->layer == e->p->n_layer - 1 ? FETCH_IDLE : FETCH_LAYER;
}

static void fetch_ask_clock(Engine *e, const Wires *w)
{
    Fetch *f = &e->fetch;
    const TapeRecord *r = &e->p->layer[f->layer].r;
    FetchState next = fetch_next(e, w);
    if (f->state == FETCH_IDLE) {
        f->layer = 0;
        f->addr  = record_words(e);
    } else if (f->state == FETCH_LAYER) {
        f->addr = r->start;
        f->left = r->tiles;
    } else if (w->asked) {
        if (f->state == FETCH_ASK_TILE || f->state == FETCH_ASK_ALL)
            f->addr += w->core_cmd_words;
        if (f->state == FETCH_ASK_COLUMNS && fifo_first(&e->columns.out)->last)
            f->addr = r->start + r->all_words;
        f->left--;
        f->layer += w->layer_end && next != FETCH_IDLE;
    }
    f->state = next;
}

void fetch_clock(Engine *e, const Wires *w)
{
    Fetch *f = &e->fetch;
    fetch_ask_clock(e, w);
    if (w->fetch_taken)
        f->count = w->tag_pop ? 0 : f->count + 1;
    fifo_clock(&f->tags, w->asked, (Item){ .at = w->kind, .n = w->core_cmd_words }, w->tag_pop);
}
