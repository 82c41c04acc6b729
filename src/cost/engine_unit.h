/* cost/engine_unit.h - the control of the engine's units, clock by clock, without data.
 *
 * A unit of rtl/ is a struct here, of the same name, with two functions: X_wires() gives what the
 * unit shows in this clock (from states, and from wires of units that were asked before), X_clock()
 * is the clock edge. Wires have the names that they have in rtl/e3_engine_top.sv and below. What never
 * decides when something happens is left out: codes (but which are 0), weights, potentials.
 * Test: tests/engine/cycles.sh, each run's clocks beside the RTL's. */
#ifndef COST_ENGINE_UNIT_H
#define COST_ENGINE_UNIT_H
#include "cost/engine.h"
#include <stdbool.h>

/* rtl/e3_fifo.sv, e3_fifo_head.sv; an item is all that any of them holds. */
enum { FIFO_MOST = 256 };
typedef struct Item { int64_t at, n; bool last, end; } Item;
typedef struct Fifo { int n, head, depth; Item item[FIFO_MOST]; } Fifo;
static inline bool fifo_room(const Fifo *f) { return f->n < f->depth; }
static inline bool fifo_any(const Fifo *f) { return f->n > 0; }
static inline const Item *fifo_first(const Fifo *f) { return &f->item[f->head]; }
/* Pushes if there is room, pops if there is something. */
void fifo_clock(Fifo *f, bool push, Item what, bool pop);

/* rtl/sim/e3_memory.c: bursts { due clock, words }. */
typedef struct Memory { int64_t clock, sent; Fifo bursts; bool arready, rvalid; } Memory;
typedef struct Reader {
    int64_t next, left, beats, beat;
    bool    active, arvalid, out_valid;
    Fifo    asked;
} Reader;
typedef enum ControlState { CONTROL_IDLE, CONTROL_ASK_HEAD, CONTROL_TAKE, CONTROL_JUDGE, CONTROL_RUN } ControlState;
typedef struct Control { ControlState state; int64_t left, addr, words; bool crc_busy, crc_late, held; } Control;

typedef struct Records { int64_t word, count; bool loaded; } Records;
typedef enum FetchState {
    FETCH_IDLE, FETCH_ASK_TABLE, FETCH_WAIT, FETCH_LAYER, FETCH_ASK_TILE, FETCH_ASK_ALL, FETCH_ASK_COLUMNS,
    FETCH_ASK_PARAMS
} FetchState;
typedef enum FetchKind { FETCH_TABLE, FETCH_TILE, FETCH_COLUMNS, FETCH_PARAMS } FetchKind;
typedef struct Fetch { FetchState state; int layer; int64_t left, addr, count; Fifo tags; } Fetch;
typedef struct Image {
    int64_t u, gap, in_row, window, waddr;
    int64_t y, y0, x, addr, column, row; /* of the pixel; its column's first, its row of windows' */
    bool    full, kept, begun, run, busy, odd;
    unsigned there, hit; /* bit s: stage s of 3 */
} Image;

typedef struct Walk {
    int64_t  tile, u, v, g, row, tap;                  /* the chunk                        */
    int64_t  py, px, wy, wx, y, y0, x, x0;             /* the position                     */
    int64_t  ay, ay0, ax, ax0;
    int64_t  addr, hold_addr;
    bool     run, flush, pos_first;
    bool     valid, flushed, begin, first, last, on_map; /* of the position before         */
    bool     open, hold, hold_last;                      /* of the last one found          */
    Fifo     found;
} Walk;
typedef struct Map { bool read, rsp_valid; Item tag, rsp; } Map;
typedef struct Tile {
    int64_t  words, step, wait;
    bool     full, run, one, two;
    uint64_t leaves; /* bit s: a potential leaves that was a slot s + 1 clocks ago */
} Tile;

typedef struct Columns {
    int64_t lane, group, column, word, req_addr;
    bool    run, there, keep, over; /* there: the column before is judged */
    Item    then;
    Fifo    out;
} Columns;
typedef struct Gearbox { int64_t have; } Gearbox;
typedef struct Lanes { int64_t at, joined, part, group; bool drain, one, two, read; } Lanes;

typedef struct Params { int64_t count; bool valid; } Params;
typedef struct Fire {
    int64_t step, taken, sets, px, py, position, tile;
    bool    there, busy, code_there, write, done;
} Fire;
typedef struct Scores { int64_t lane, class; bool near_there, near_last, there, last, end, tvalid, tlast; } Scores;
typedef enum CoreState { CORE_IDLE, CORE_RECORD, CORE_IMAGE, CORE_GO, CORE_RUN } CoreState;

typedef struct Wires {
    bool    start_write, pixel_valid; /* from outside */
    /* memory, reader, control */
    bool    cmd_valid, cmd_ready, issue, issue_last, ar_taken, rready, beat, end_beat, word_valid, word_ready, take;
    int64_t cmd_addr, cmd_words, burst;
    bool    core_start, core_cmd_valid, core_cmd_ready, core_word_valid, core_word_ready;
    int64_t core_cmd_addr, core_cmd_words;
    /* fetch */
    FetchKind kind;
    bool    asked, layer_end, fetch_taken, tag_pop, table_valid, params_valid, params_ready;
    bool    tile_w_valid, tile_w_ready, lanes_w_valid, lanes_w_ready, skip_valid, skip_ready;
    /* maps */
    bool    go, loaded, fire_done, image_start, image_keep, image_done, image_hold, image_wait, image_we, req_valid, req_ready, map_ready, map_move, rsp_ready;
    int64_t req_addr;
    /* convolution */
    bool    tile_advance, tile_load, tile_slot, tile_step_last, tile_ready, tile_leave;
    /* dense */
    bool    col_step, col_word_last, col_last, col_ready, code_push, code_pop;
    bool    lane_valid, lane_ready, lane_last, lanes_take, lanes_read, lanes_sent, lanes_part_last, lanes_group_last;
    int64_t gear_left;
    /* firing */
    bool    raw_valid, raw_ready, emit, pot_valid, pot_ready, fire_take, set_valid, set_drop, want, param_take;
    bool    score_pick, score_near, score_move, score_last, done;
} Wires;

typedef struct Engine {
    const TapePlan      *p;
    const EngineTiming  *t;
    const int16_t *const *codes; /* engine_cycles() */
    const TapeRecord    *r;      /* of the layer that runs */
    int64_t  now;                /* from the start write   */
    int64_t  pixels;             /* of the image, taken    */
    Memory   memory;
    Reader   reader;
    Control  control;
    Fifo     words, codes_fifo, param_words;
    bool     word_there;
    CoreState state;
    int      layer;
    Records  records;
    Fetch    fetch;
    Image    image;
    Walk     walk;
    Map      map;
    Tile     tile;
    Columns  columns;
    Gearbox  gearbox;
    Lanes    lanes;
    Params   params;
    Fire     fire;
    Scores   scores;
} Engine;

static inline bool engine_dense(const Engine *e) { return e->r->kind == TAPE_DENSE; }
/* Words of all lanes that make POut outputs, if those are more than the lanes. */
static inline int64_t engine_joins(const EngineBuild *b) { return b->pout > b->lanes ? b->pout / b->lanes : 1; }
static inline bool engine_windows(const Engine *e) { return e->r->kind == TAPE_WINDOWS; }

/* engine_port.c */
void memory_clock(Engine *e, const Wires *w);
void reader_wires(const Engine *e, Wires *w);
void reader_beat_wires(const Engine *e, Wires *w);
void reader_clock(Engine *e, const Wires *w);
void control_wires(const Engine *e, Wires *w);
void control_clock(Engine *e, const Wires *w);
/* engine_fetch.c */
void records_clock(Engine *e, const Wires *w);
void fetch_ask_wires(const Engine *e, Wires *w);
void fetch_word_wires(const Engine *e, Wires *w);
void fetch_take_wires(const Engine *e, Wires *w);
void fetch_clock(Engine *e, const Wires *w);
/* engine_map.c */
void image_wires(const Engine *e, Wires *w);
void image_clock(Engine *e, const Wires *w);
void map_wires(const Engine *e, Wires *w);
void map_clock(Engine *e, const Wires *w);
/* engine_conv.c */
void walk_clock(Engine *e, const Wires *w);
void tile_wires(const Engine *e, Wires *w);
void tile_clock(Engine *e, const Wires *w);
/* engine_dense.c */
void columns_wires(const Engine *e, Wires *w);
void columns_clock(Engine *e, const Wires *w);
void gearbox_wires(const Engine *e, Wires *w);
void gearbox_clock(Engine *e, const Wires *w);
void lanes_wires(const Engine *e, Wires *w);
void lanes_clock(Engine *e, const Wires *w);
/* engine_fire.c */
void scores_wires(const Engine *e, Wires *w);
void scores_clock(Engine *e, const Wires *w);
void fire_wires(const Engine *e, Wires *w);
void fire_clock(Engine *e, const Wires *w);
void params_clock(Engine *e, const Wires *w);
#endif
