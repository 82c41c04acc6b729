#include "cost/engine_unit.h"

/* One score a clock, of POut that were taken together; the stream behind takes always. */
void scores_wires(const Engine *e, Wires *w)
{
    const Scores *s = &e->scores;
    w->raw_valid  = e->fire.busy && e->r->last;
    w->score_move = s->there && !s->end;
    w->score_near = s->near_there && (!s->there || w->score_move);
    w->score_pick = w->raw_valid && (!s->near_there || w->score_near);
    w->score_last = s->class == e->p->classes - 1;
    w->raw_ready  = w->score_pick && (w->score_last || s->lane == e->p->build.pout - 1);
    w->done       = s->tvalid && s->tlast;
}

void scores_clock(Engine *e, const Wires *w)
{
    Scores *s = &e->scores;
    s->tvalid = w->score_move || s->end;
    s->tlast  = s->end;
    s->end    = w->score_move && s->last;
    s->there  = w->score_near || (s->there && !w->score_move);
    if (w->score_near)
        s->last = s->near_last;
    s->near_there = w->score_pick || (s->near_there && !w->score_near);
    if (!w->score_pick)
        return;
    s->near_last = w->score_last;
    s->lane  = w->raw_ready ? 0 : s->lane + 1;
    s->class = w->score_last ? 0 : s->class + 1;
}

/* After scores_wires(). */
void fire_wires(const Engine *e, Wires *w)
{
    const Fire *f = &e->fire;
    bool set = e->params.valid && e->params.count == 0;
    w->pot_valid = engine_dense(e) ? e->lanes.joined == engine_joins(&e->p->build) : e->tile.one || e->tile.two;
    w->emit      = f->busy && f->step == 0 && (!e->r->last || w->raw_ready);
    w->pot_ready = !f->there;
    w->fire_take = f->there && set && (!f->busy || (f->step == 0 && !e->r->last));
    w->set_drop  = w->fire_take && f->taken == e->r->positions - 1;
    w->want      = f->sets != 0;
    w->param_take = fifo_any(&e->param_words) && w->want && !e->params.valid;
    w->params_ready = fifo_room(&e->param_words);
}

/* The running maximum of a pooling window; its last position is written. */
static void pool_clock(Fire *f, const TapeRecord *r)
{
    bool x_last = f->px == r->pool_w - 1, y_last = f->py == r->pool_h - 1;
    bool tile_last = f->position == r->positions - 1;
    f->write = f->code_there && x_last && y_last;
    f->done  = f->code_there && tile_last && f->tile == r->tiles - 1;
    if (!f->code_there)
        return;
    f->position = tile_last ? 0 : f->position + 1;
    f->tile += tile_last;
    f->px = x_last ? 0 : f->px + 1;
    if (x_last)
        f->py = y_last ? 0 : f->py + 1;
}

void fire_clock(Engine *e, const Wires *w)
{
    Fire *f = &e->fire;
    const TapeRecord *r = e->r;
    pool_clock(f, r);
    f->code_there = w->emit && !r->last;
    f->there = f->there ? !w->fire_take : w->pot_valid;
    f->busy  = w->fire_take || (f->busy && !w->emit);
    f->step  = w->fire_take ? (r->last ? 0 : r->t_out - 1) : f->step > 0 ? f->step - 1 : 0;
    f->taken = w->set_drop ? 0 : f->taken + w->fire_take;
    f->sets -= w->set_drop;
    if (w->go) {
        f->sets = r->tiles;
        f->position = f->tile = f->px = f->py = 0;
    }
}

void params_clock(Engine *e, const Wires *w)
{
    Params *p = &e->params;
    fifo_clock(&e->param_words, w->params_valid, (Item){ 0 }, w->param_take);
    if (w->param_take) {
        p->valid = p->count == tape_param_words(&e->p->build) - 1;
        p->count++;
    } else if (p->valid && p->count != 0) {
        p->count = 0;
    } else if (w->set_drop) {
        p->valid = false;
    }
}
