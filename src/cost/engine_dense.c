#include "cost/engine_unit.h"

/* True if the code of the layer's column, in map order, is known to be 0. */
static bool code_zero(const Engine *e, int64_t column)
{
    const TapeRecord *r = e->r;
    const int16_t *code = e->codes ? e->codes[e->layer] : NULL;
    int64_t channels = (r->in_groups - 1) * e->p->build.pin + r->in_lanes;
    return code && code[column % channels * r->in_h * r->in_w + column / channels] == 0;
}

/* After fetch_ask_wires(). */
void columns_wires(const Engine *e, Wires *w)
{
    const Columns *c = &e->columns;
    const TapeRecord *r = e->r;
    bool room = fifo_room(&e->codes_fifo), sent = !r->skip || w->skip_ready;
    w->code_push = fifo_any(&c->out) && sent;
    w->col_ready = room && sent;
    w->col_step  = c->run && !c->over && e->map.rsp_valid && engine_dense(e) &&
                   (!c->there || fifo_room(&c->out));
    w->col_word_last = c->lane == (c->group == r->in_groups - 1 ? r->in_lanes : e->p->build.pin) - 1;
    w->col_last  = c->column == r->columns - 1;
}

void columns_clock(Engine *e, const Wires *w)
{
    Columns *c = &e->columns;
    const TapeRecord *r = e->r;
    bool left = c->there && !fifo_room(&c->out);
    fifo_clock(&e->codes_fifo, w->code_push, *fifo_first(&c->out), w->code_pop);
    fifo_clock(&c->out, c->there && c->keep, c->then, fifo_any(&c->out) && w->col_ready);
    c->there = w->col_step || left;
    c->over  = w->col_step && w->col_word_last;
    c->req_addr += c->run && w->req_ready;
    if (w->col_step) {
        c->keep = !r->skip || w->col_last || !code_zero(e, c->column);
        c->then = (Item){ .at = c->word, .last = w->col_last };
        c->lane = w->col_word_last ? 0 : c->lane + 1;
        if (w->col_word_last)
            c->group = c->group == r->in_groups - 1 ? 0 : c->group + 1;
        c->column++;
        c->word += r->tile_words;
        c->run = !w->col_last;
    }
    if (w->go && engine_dense(e)) {
        c->run  = true;
        c->lane = c->group = c->column = c->req_addr = 0;
        c->word = r->start;
    }
}

/* Port words into words of all lanes, counted in bits; equal widths: wires. */
static int64_t lane_bits(const EngineBuild *b) { return (int64_t)b->lanes * b->weight_bits; }

void gearbox_wires(const Engine *e, Wires *w)
{
    const Gearbox *g = &e->gearbox;
    int64_t out = lane_bits(&e->p->build);
    bool wires = out == e->p->build.port_bits;
    w->lane_valid = wires ? w->lanes_w_valid : g->have >= out;
    lanes_wires(e, w);
    w->gear_left = !w->lanes_take ? g->have : w->lane_last ? 0 : g->have - out;
    w->lanes_w_ready = wires ? w->lane_ready : w->gear_left < out;
}

void gearbox_clock(Engine *e, const Wires *w)
{
    const EngineBuild *b = &e->p->build;
    if (lane_bits(b) != b->port_bits)
        e->gearbox.have = w->gear_left + (w->lanes_w_valid && w->lanes_w_ready ? b->port_bits : 0);
}

/* The wider of Lanes and POut is a multiple of the other. */
static int64_t lane_parts(const EngineBuild *b) { return b->lanes > b->pout ? b->lanes / b->pout : 1; }

void lanes_wires(const Engine *e, Wires *w)
{
    const Lanes *l = &e->lanes;
    bool full = l->joined == engine_joins(&e->p->build);
    w->lane_ready = fifo_any(&e->codes_fifo) && !l->drain;
    w->lane_last  = l->at == e->r->lane_words - 1;
    w->lanes_take = w->lane_valid && w->lane_ready;
    w->code_pop   = w->lanes_take && w->lane_last;
    w->lanes_read = l->drain && !l->one && !l->two && !l->read && !full;
    w->lanes_sent = full && w->pot_ready && engine_dense(e);
    w->lanes_part_last  = l->part == lane_parts(&e->p->build) - 1;
    w->lanes_group_last = l->group == e->r->tiles - 1;
}

void lanes_clock(Engine *e, const Wires *w)
{
    Lanes *l = &e->lanes;
    bool end = w->code_pop && fifo_first(&e->codes_fifo)->last;
    bool empty = w->lanes_part_last || w->lanes_group_last;
    l->two = l->one;
    l->one = w->lanes_take;
    l->read = w->lanes_read;
    if (w->lanes_take)
        l->at = w->lane_last ? 0 : l->at + 1;
    l->drain  = end || (l->drain && !(w->lanes_sent && w->lanes_group_last));
    l->joined = w->lanes_sent && empty ? 0 : l->joined + w->lanes_read;
    if (w->lanes_sent) {
        l->part  = empty ? 0 : l->part + 1;
        l->group = w->lanes_group_last ? 0 : l->group + 1;
    }
}
