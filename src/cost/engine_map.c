#include "cost/engine_unit.h"

/* Words of the first layer: KH clocks a column of the padded image, or a clock a pixel. */
void image_wires(const Engine *e, Wires *w)
{
    const Image *m = &e->image;
    w->image_we   = (m->there & m->hit) >> 2 & 1 && !e->fire.write && (!e->r->pair || m->odd);
    w->image_done = m->busy && !m->run && !m->there;
    w->image_start = e->state == CORE_IMAGE && m->full;
}

static void image_load_clock(Engine *e, const Wires *w)
{
    Image *m = &e->image;
    bool take = w->pixel_valid && !m->full;
    e->pixels += take;
    if (w->image_done)
        m->full = false;
    else if (take)
        m->full = e->pixels == e->p->layer[0].r.pixels;
}

static void image_column_clock(Image *m, const TapeRecord *r, bool hit)
{
    bool row_last = r->kind == TAPE_WINDOWS && m->in_row == r->row_pitch * (r->pair ? 2 : 1) - 1;
    m->u   = 0;
    m->gap = !hit ? m->gap - 1 : row_last ? r->kernel_w - 1 : r->stride_w - 1;
    if (hit) {
        m->window++;
        m->in_row = row_last ? 0 : m->in_row + 1;
    }
}

void image_clock(Engine *e, const Wires *w)
{
    Image *m = &e->image;
    const TapeRecord *r = e->r;
    bool windows = engine_windows(e), hold = e->fire.write;
    bool u_last = m->u == r->kernel_h - 1 || !windows, hit = u_last && (m->gap == 0 || !windows);
    bool all_last = hit && m->window == (windows ? r->positions : r->pixels) - 1;
    bool word = (m->there & m->hit) >> 2 & 1 && !hold;
    image_load_clock(e, w);
    m->busy = w->image_start || (m->busy && !w->image_done);
    if (!hold) {
        m->there = (m->there << 1 | m->run) & 7;
        m->hit   = (m->hit << 1 | hit) & 7;
        m->run   = m->run && !all_last;
    }
    m->odd   ^= word;
    m->waddr  = (m->waddr + w->image_we) % e->p->build.map_words;
    if (!hold && !u_last)
        m->u++;
    else if (!hold)
        image_column_clock(m, r, hit);
    if (w->image_start) {
        m->run = true;
        m->odd = false;
        m->u = m->in_row = m->window = m->waddr = 0;
        m->gap = r->kernel_w - 1;
    }
}

/* Requests of walk or columns; the first layer's wait for their words. */
void map_wires(const Engine *e, Wires *w)
{
    const Map *m = &e->map;
    bool dense = engine_dense(e), asks = dense ? e->columns.run : fifo_any(&e->walk.found);
    w->req_addr  = dense ? e->columns.req_addr : fifo_first(&e->walk.found)->at;
    w->rsp_ready = dense ? w->col_step && w->col_word_last : w->tile_ready;
    w->map_move  = !m->rsp_valid || w->rsp_ready;
    w->map_ready = !m->read || w->map_move;
    bool there   = !e->image.busy || w->req_addr < e->image.waddr;
    w->req_ready = w->map_ready && there;
    w->req_valid = asks && there;
}

void map_clock(Engine *e, const Wires *w)
{
    Map *m = &e->map;
    bool read = m->read;
    if (w->map_move) {
        m->rsp = m->tag;
        m->rsp_valid = read;
    }
    if (w->map_ready) {
        m->tag  = *fifo_first(&e->walk.found);
        m->read = w->req_valid;
    }
    if (engine_dense(e) && w->col_step && w->col_last)
        m->read = m->rsp_valid = false;
}
