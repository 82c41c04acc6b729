#include "cost/engine_unit.h"

/* Words of the first layer: KH clocks a column of the padded image, or a clock a pixel, each when it is there. */
void image_wires(const Engine *e, Wires *w)
{
    const Image *m = &e->image;
    const TapeRecord *r = e->r;
    bool outside = engine_windows(e) && (m->y < 0 || m->y >= r->in_h || m->x < 0 || m->x >= r->in_w);
    w->image_hold  = e->fire.write;
    w->image_wait  = m->run && !m->full && !outside && m->addr >= e->pixels;
    w->image_we    = (m->there & m->hit) >> 2 & 1 && !w->image_hold && (!r->pair || m->odd);
    w->image_done  = m->kept && !m->run && !m->there;
    w->image_start = e->state == CORE_IMAGE && !m->begun;
    w->image_keep  = e->state == CORE_IMAGE && m->begun && m->full;
}

static void image_load_clock(Engine *e, const Wires *w)
{
    Image *m = &e->image;
    bool take = w->pixel_valid && !m->full;
    e->pixels += take;
    m->full  = !w->image_done && (m->full || (take && e->pixels == e->p->layer[0].r.pixels));
    m->kept  = !w->image_done && (m->kept || w->image_keep);
    m->begun = e->state == CORE_IMAGE;
}

/* The pixel after the last one of a column. */
static void image_column_clock(Image *m, const TapeRecord *r, bool hit)
{
    bool row_last = r->kind == TAPE_WINDOWS && m->in_row == r->row_pitch * (r->pair ? 2 : 1) - 1;
    m->u   = 0;
    m->gap = !hit ? m->gap - 1 : row_last ? r->kernel_w - 1 : r->stride_w - 1;
    if (hit) {
        m->window++;
        m->in_row = row_last ? 0 : m->in_row + 1;
    }
    if (hit && row_last) {
        m->row += r->step_y;
        m->y0  += r->stride_h;
    }
    m->x      = hit && row_last ? -r->pad_left : m->x + 1;
    m->y      = m->y0;
    m->column = hit && row_last ? m->row : m->column + 1;
    m->addr   = m->column;
}

static void image_start_clock(Image *m, const TapeRecord *r)
{
    m->run   = true;
    m->odd   = false;
    m->there = 0;
    m->u = m->in_row = m->window = m->waddr = 0;
    m->gap = r->kernel_w - 1;
    m->x   = -r->pad_left;
    m->y   = m->y0 = -r->pad_top;
    m->addr = m->column = m->row = r->kind == TAPE_WINDOWS ? -r->origin : 0;
}

void image_clock(Engine *e, const Wires *w)
{
    Image *m = &e->image;
    const TapeRecord *r = e->r;
    bool windows = engine_windows(e), hold = w->image_hold, move = !hold && !w->image_wait;
    bool u_last = m->u == r->kernel_h - 1 || !windows, hit = u_last && (m->gap == 0 || !windows);
    bool all_last = hit && m->window == (windows ? r->positions : r->pixels) - 1;
    image_load_clock(e, w);
    m->odd  ^= (m->there & m->hit) >> 2 & 1 && !hold;
    m->waddr = (m->waddr + w->image_we) % e->p->build.map_words;
    m->busy  = w->image_start || (m->busy && (m->run || m->there));
    if (!hold) {
        m->there = (m->there << 1 | (m->run && !w->image_wait)) & 7;
        m->hit   = (m->hit << 1 | hit) & 7;
    }
    m->run = m->run && !(move && all_last);
    if (move && !u_last) {
        m->u++;
        m->y++;
        m->addr += r->in_w;
    } else if (move) {
        image_column_clock(m, r, hit);
    }
    if (w->image_start)
        image_start_clock(m, r);
}

/* Requests of walk or columns; the first layer's wait for their words. */
void map_wires(const Engine *e, Wires *w)
{
    const Map *m = &e->map;
    bool dense = engine_dense(e), asks = dense ? e->columns.run : fifo_any(&e->walk.found);
    w->req_addr  = dense ? e->columns.req_addr : fifo_first(&e->walk.found)->at;
    w->rsp_ready = dense ? e->columns.over : w->tile_ready;
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
