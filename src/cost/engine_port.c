#include "cost/engine_unit.h"

void fifo_clock(Fifo *f, bool push, Item what, bool pop)
{
    bool in = push && fifo_room(f), out = pop && fifo_any(f);
    if (in)
        f->item[(f->head + f->n) % FIFO_MOST] = what;
    if (out)
        f->head = (f->head + 1) % FIFO_MOST;
    f->n += in - out;
}

static bool in_refresh(const EngineTiming *t, int64_t clock)
{
    return t->period && clock % t->period < t->refresh;
}

void memory_clock(Engine *e, const Wires *w)
{
    Memory *m = &e->memory;
    const EngineTiming *t = e->t;
    bool end = false;
    m->rvalid = m->rvalid && !w->rready;
    fifo_clock(&m->bursts, w->ar_taken, (Item){ .at = m->clock + t->latency, .n = e->reader.beats }, false);
    if (!m->rvalid && fifo_any(&m->bursts) && fifo_first(&m->bursts)->at <= m->clock + 1 &&
        !in_refresh(t, m->clock + 1)) {
        m->rvalid = true;
        end = ++m->sent == fifo_first(&m->bursts)->n;
    }
    if (end)
        m->sent = 0;
    fifo_clock(&m->bursts, false, (Item){ 0 }, end);
    m->arready = fifo_room(&m->bursts);
    m->clock++;
}

/* Words of the longest burst: 256, or 4 KB. */
static int64_t burst_most(const Engine *e)
{
    int64_t page = 4096 * 8 / e->p->build.port_bits;
    return page < 256 ? page : 256;
}

void reader_wires(const Engine *e, Wires *w)
{
    const Reader *r = &e->reader;
    int64_t to_edge = burst_most(e) - r->next % burst_most(e);
    w->ar_taken   = r->arvalid && e->memory.arready;
    w->issue_last = r->left <= to_edge;
    w->burst      = w->issue_last ? r->left : to_edge;
    w->issue      = r->active && fifo_room(&r->asked) && (!r->arvalid || w->ar_taken);
    w->cmd_ready  = !r->active || (w->issue && w->issue_last);
    w->word_valid = r->out_valid;
}

/* After control_wires(). */
void reader_beat_wires(const Engine *e, Wires *w)
{
    const Reader *r = &e->reader;
    w->rready   = !fifo_any(&r->asked) || !r->out_valid || w->word_ready;
    w->beat     = e->memory.rvalid && w->rready && fifo_any(&r->asked);
    w->end_beat = r->beat + 1 == fifo_first(&r->asked)->n;
}

void reader_clock(Engine *e, const Wires *w)
{
    Reader *r = &e->reader;
    if (w->cmd_valid && w->cmd_ready) {
        r->active = w->cmd_words != 0;
        r->next   = e->t->base / (e->p->build.port_bits / 8) + w->cmd_addr;
    } else if (w->issue) {
        r->active = !w->issue_last;
        r->next  += w->burst;
    }
    r->left    = w->cmd_valid && w->cmd_ready ? w->cmd_words : r->left - (w->issue ? w->burst : 0);
    r->arvalid = w->issue || (r->arvalid && !w->ar_taken);
    if (w->issue)
        r->beats = w->burst;
    fifo_clock(&r->asked, w->issue, (Item){ .n = w->burst }, w->beat && w->end_beat);
    r->out_valid = w->beat || (r->out_valid && !w->word_ready);
    if (w->beat)
        r->beat = w->end_beat ? 0 : r->beat + 1;
}

static int64_t head_words(const Engine *e) { return TAPE_HEADER_BYTES * 8 / e->p->build.port_bits; }

/* The header's CRC is there and compared. */
static bool judged(const Control *k) { return !k->crc_busy && !k->crc_late; }

/* After reader_wires(). */
void control_wires(const Engine *e, Wires *w)
{
    const Control *k = &e->control;
    const Reader *r = &e->reader;
    bool asks = k->state == CONTROL_ASK_HEAD, run = k->state == CONTROL_RUN;
    w->cmd_valid = asks || k->held;
    w->cmd_addr  = asks ? 0 : k->addr;
    w->cmd_words = asks ? head_words(e) : k->words;
    w->take      = k->state == CONTROL_TAKE && r->out_valid;
    w->core_start      = k->state == CONTROL_JUDGE && judged(k);
    w->core_cmd_ready  = run && !k->held;
    w->core_word_ready = fifo_room(&e->words);
    w->core_word_valid = run && r->out_valid;
    w->word_ready      = run ? w->core_word_ready : k->state == CONTROL_TAKE;
}

static ControlState control_next(const Engine *e, const Wires *w)
{
    const Control *k = &e->control;
    switch (k->state) {
    case CONTROL_IDLE: return w->start_write ? CONTROL_ASK_HEAD : k->state;
    case CONTROL_ASK_HEAD: return w->cmd_ready ? CONTROL_TAKE : k->state;
    case CONTROL_TAKE: return w->take && k->left == 1 ? CONTROL_JUDGE : k->state;
    case CONTROL_JUDGE: return judged(k) ? CONTROL_RUN : k->state;
    case CONTROL_RUN: break;
    }
    return w->done ? CONTROL_IDLE : CONTROL_RUN;
}

void control_clock(Engine *e, const Wires *w)
{
    Control *k = &e->control;
    ControlState next = control_next(e, w);
    if (w->core_cmd_ready) {
        k->addr  = w->core_cmd_addr;
        k->words = w->core_cmd_words;
        k->held  = w->core_cmd_valid;
    } else if (w->cmd_ready) {
        k->held  = false;
    }
    k->left     = k->state == CONTROL_ASK_HEAD ? head_words(e) : k->left - w->take;
    k->crc_late = k->crc_busy;
    k->crc_busy = w->take;
    k->state    = next;
}
