/* sim/cpu.h - the simulator's inner loops, once for each kind of CPU, behind one interface.
 *
 * They see codes as bytes, code + offset: offset is 2^(T-1) for signed codes of T steps and 0 for
 * others, so that bytes are never negative and keep the order of the codes. A tile is TILE_N
 * images times up to TILE_O outputs of one position.
 * Test: tests/sim/t_cpu.c (the loops), tests/sim/t_sim.c (whole networks).
 */
#ifndef SIM_CPU_H
#define SIM_CPU_H
#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

enum { TILE_N = 12, PANEL = 16, TILE_O = 2 * PANEL, TILE_SLACK = PANEL, QUAD = 4 };

/* The synapses of a layer: each output is a dot product with `rows` runs of `run` bytes. */
typedef struct Dot {
    int64_t step;         /* bytes from an image's map to the next image's                       */
    int64_t row;          /* bytes from one run to the next                                      */
    int     rows, run;    /* up to 3 bytes behind a run are read, and meet weights of 0          */
    int     outs, max_code; /* outputs; greatest byte                                            */
    int32_t *start;       /* [outs, to the next multiple of TILE_O]: -offset * sum of weights    */
    void    *w;           /* in the order of the CPU's own loop                                  */
    size_t   panel_bytes; /* of w for PANEL outputs                                              */
    int      depth;       /* AVX2: quads that sums of 16 bits hold; 0: weights of 16 bits        */
} Dot;

/* A layer's neurons. U, Theta and B are kept shifted left, so that bit pot_bits-1 is the sign of a
 * C integer whose own overflow is then the hardware's. */
typedef struct Fire {
    int  steps;
    bool sign, narrow;    /* signed codes; U in 32 bits, else in 64                              */
    bool safe;            /* narrow, and no sum can leave its width                              */
    int  wrap;            /* V << wrap >> wrap is V modulo 2^acc_bits                            */
    int  left, frac;      /* U = (V << left << frac) + B                                         */
    union { uint32_t *u32; uint64_t *u64; } theta, bias; /* [outs/TILE_O][TILE_N * TILE_O]:
                             of a block of `b` outputs the first TILE_N * b, one set an image     */
} Fire;

typedef struct Cpu {
    const char *name;
    /* w [outs][rows*run] into d->w, panel_bytes and depth, of memory from perm. */
    void (*pack)(Dot *d, const int8_t *w, Arena *perm);
    /* V modulo 2^32 of outputs 32*block .. +outs-1: v[p*outs + o] = start[o] + sum of w * byte,
     * a: the first image's first byte. Writes up to TILE_SLACK words too much. */
    void (*dot)(const Dot *d, const uint8_t *a, int block, int outs, int32_t *v);
    /* A tile's values of `images` images -> bytes; returns saturated ones. Tiles may be written and
     * read up to TILE_SLACK too far. */
    int (*fire)(const Fire *f, const int32_t *v, int block, int outs, int images, uint8_t *code);
    /* to = max(to, from) */
    void (*max)(uint8_t *to, const uint8_t *from, int64_t n);
    /* spikes[t] += ones in step t of n codes; flip: the offset */
    void (*spikes)(const uint8_t *code, int64_t n, int flip, int steps, int64_t *spikes);
    /* sum of reach * ones in code */
    int64_t (*sops)(const uint8_t *code, const int16_t *reach, int64_t n, int flip);
} Cpu;

extern const Cpu cpu_vnni, cpu_avx2, cpu_portable;

/* All that this program has, fastest first, NULL at the end; and whether they can run here. */
extern const Cpu *const cpu_list[];
bool cpu_runs(const Cpu *cpu);

/* The fastest that runs here, or the one that E3NE_CPU names. OPTION: there is none of that name,
 * or this machine lacks its instructions. */
MUST_USE Err cpu_choose(const Cpu **cpu, Ctx *c);
#endif
