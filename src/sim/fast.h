/* sim/fast.h - inside the fast simulator: a spiking graph in the order in which it is used.
 *
 * Codes run channel last, [H,W,C], so that an event - one code that is not zero - adds to
 * contiguous potentials. A dense layer is a convolution whose window is the whole map.
 *
 * The widths of the hardware's adders come for free: U, Theta and B are kept shifted left so that
 * bit pot_bits-1 is the sign of a C integer, whose own overflow is then the hardware's.
 */
#ifndef SIM_FAST_H
#define SIM_FAST_H
#include "sim/sim.h"

typedef enum Acc { ACC_16, ACC_32, ACC_64 } Acc; /* C integer that holds V */

/* What input row i (column j) reaches: in rows a list of (kernel row, output row); in columns one
 * run of outputs, since the weights of a row are stored in descending v. */
typedef struct RowHit { int u, out; } RowHit;
typedef struct ColHit { int first, n, w; } ColHit; /* output columns; w: offset into the weights */

typedef struct Synapse {
    const Node *n;
    Shape    in;         /* of the map, its code's meaning is n->steps_in and in_signed */
    bool     in_signed;
    int      kh, kw, sh, sw, pt, pl;
    int16_t *w;          /* [C][U][V*O]: v descending within each phase of the stride, then o */
    RowHit  *row_hit;
    int     *row_first;  /* [H+1] into row_hit */
    ColHit  *col;        /* [W] */
    Acc      acc;
    bool     narrow;     /* U fits 32 bits */
    union { uint32_t *u32; uint64_t *u64; } theta, bias; /* [W_out*O], shifted; NULL for V + bias */
} Synapse;

struct Sim {
    const Graph *g;
    Synapse     *syn;     /* per node; unused for input and pools */
    size_t       acc_bytes, row; /* greatest potential map; greatest W_out * O */
};

/* A Sim without any node ready, and one node made ready; errors as sim_new. */
Sim *fast_empty(const Graph *snn, Arena *perm);
MUST_USE Err fast_lay(Sim *s, int node, Arena *perm, Ctx *c);

/* V of one image: code [H,W,C] -> acc [H_out,W_out,O] of l->acc's type, zeroed here.
 * Returns SOPs. */
int64_t fast_integrate(const Synapse *l, const int16_t *code, void *acc);
/* V -> codes [H_out,W_out,O]; row: scratch of W_out*O 64-bit words. Returns saturated outputs. */
int64_t fast_fire(const Synapse *l, const void *acc, void *row, int16_t *code);
/* V + bias of a layer that does not fire, channel first. */
void fast_logits(const Synapse *l, const int64_t *bias, const void *acc, int64_t *logit);
/* Greatest code of each window, [H,W,C]. */
void fast_pool(const Node *n, Shape in, const int16_t *code, int16_t *out);
/* spikes[t] += ones in step t of n codes. */
void fast_count(const int16_t *code, int64_t n, int steps, int64_t *spikes);
#endif
