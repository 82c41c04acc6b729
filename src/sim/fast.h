/* sim/fast.h - inside the fast simulator: a spiking graph in the order in which it is used.
 *
 * Codes are bytes (sim/cpu.h) in maps, channel last, with the padding that the next layer wants
 * around them: then a window is a few runs of contiguous bytes and every layer is a matrix product
 * without a copy. A dense layer is a convolution whose window is the whole map. A block of images
 * goes through one layer after the other, so that weights are read once a block.
 */
#ifndef SIM_FAST_H
#define SIM_FAST_H
#include "sim/cpu.h"
#include "sim/sim.h"

/* One node's codes of one image, [H,W,C], and the border around them. */
typedef struct Map {
    Shape   s;
    int     pad[4];     /* top, left, bottom, right: what the node that takes the map wants */
    int     steps;
    uint8_t offset;     /* byte = code + offset                                             */
    uint8_t border;     /* of padding: the offset; for a pool the lowest byte, never wins   */
    int64_t row, step;  /* bytes from a row, an image to the next one                       */
    int64_t first;      /* of element (0,0,0)                                               */
} Map;

typedef struct Layer {  /* a synapse node */
    Dot      dot;
    Fire     fire;      /* unused for V + bias */
    int      cols;      /* neighbouring output columns that are one dot's outputs, [cols][O]:
                           where O is small, fuller registers pay for weights of 0          */
    int      sh, sw;
    int16_t *reach;     /* of each byte of the input's map but its end: positions that it
                           meets; 0 in the border                                           */
} Layer;

struct Sim {
    const Graph *g;
    const Cpu   *cpu;
    Map         *map;    /* per node                                                        */
    Layer       *layer;  /* per node; unused for others                                     */
    uint8_t     *byte_of; /* [C][256] raw value -> byte of the input's map; NULL: no table  */
};

/* A Sim with all maps and no layer ready, and one node made ready; errors as sim_new. */
MUST_USE Err fast_empty(const Graph *snn, Arena *perm, Sim **sim, Ctx *c);
MUST_USE Err fast_lay(Sim *s, int node, Arena *perm, Ctx *c);

/* A thread's memory for `images` images on their way through nodes from .. to. */
typedef struct Room {
    uint8_t *map[2];     /* of even and of odd nodes                   */
    uint8_t *line[2];    /* of a pool                                  */
    int16_t *code;       /* one image as it comes                      */
    int64_t *logit;      /* [images][outputs] of the last node         */
    SimCount *count;     /* per node                                   */
} Room;
Room room_new(const Sim *sim, int from, int to, int images, Arena *a);

/* codes [C,H,W] <-> image k of a block's map; raw values by Sim's byte_of */
void map_put(const Map *m, const int16_t *code, uint8_t *map, int k);
void map_put_raw(const Map *m, const uint8_t *byte_of, const uint8_t *raw, uint8_t *map, int k);
void map_get(const Map *m, const uint8_t *map, int k, int16_t *code);

/* Node `node` for n images whose codes are in room->map[node - 1 & 1]; counts too. */
void block_node(const Sim *sim, int node, const Room *room, int n);
/* Ones of a map of n images, into room->count. */
void block_spikes(const Sim *sim, int node, const Room *room, int n);
#endif
