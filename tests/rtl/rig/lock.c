/* The DPI side of the rig: stimulus, stalls, and the comparison with the twin. */
#include "rig.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef enum Stall { STALL_NONE, STALL_LIGHT, STALL_HALF, STALL_HEAVY, STALL_BURSTS, STALL_LONG,
                     STALL_COUNT } Stall;

/* One side of a stream: when it moves, and (inputs) the word that it offers. */
typedef struct Port {
    Stall    stall;
    int      segment, run;  /* cycles left of this stall profile, of this burst */
    bool     on, offered;
    int64_t *word;
    long     n_word, n_stall;
} Port;

typedef struct Lock {
    const Case     *c;
    const TwinKind *kind;
    void           *twin;
    void           *blind;      /* the same twin without data (NULL: control looks at data) */
    Arena           mem;
    Rng             rng;
    Port            in[2], out[2];
    bool            in_valid[2], out_ready[2];
    int             frame, at;  /* AXIS_IN: words of the frame that is sent, words sent */
    bool            bad;
} Lock;

static Case the_case[RIG_MAX_CASE];
static Lock lock[RIG_MAX_CASE];
static int  n_case;
static long cycle; /* 0: no reset yet */
static int  in_reset;

/* The functions that Verilator's C++ calls. */
void rig_begin(const char *cases, unsigned long long seed);
void rig_reset(int on);
int  rig_end(void);
void rig_drive(int id, int *in_valid, int *out_ready, uint32_t *in0, uint32_t *in1);
void rig_check(int id, int in_ready, int out_valid, const uint32_t *out0, const uint32_t *out1,
               int err);

static void restart(Lock *l)
{
    arena_delete(l->mem);
    l->mem = arena_new((size_t)64 << 20);
    l->twin = l->kind->make(&l->c->unit, &l->mem);
    l->blind = l->c->unit.kind == UNIT_AXIS_IN || l->c->unit.kind == UNIT_AXIS_OUT
             ? NULL : l->kind->make(&l->c->unit, &l->mem);
    for (int p = 0; p < 2; p++) {
        l->in[p].offered = false;
        l->in[p].word = NEW(&l->mem, int64_t, (size_t)shape_lanes(l->c->in[p]) + 1);
    }
    l->frame = l->at = 0;
}

void rig_begin(const char *cases, unsigned long long seed)
{
    n_case = rig_cases(cases, seed, the_case);
    for (int i = 0; i < n_case; i++) {
        Lock *l = &lock[i];
        l->c = &the_case[i];
        l->kind = twin_table[l->c->unit.kind];
        l->rng.s = (uint64_t)seed * 7919 + (uint64_t)i;
        l->mem = arena_new(1);
        restart(l);
    }
}

void rig_reset(int on)
{
    in_reset = on;
    cycle++;
}

/* Does this side move in this cycle? */
static bool goes(Port *p, Rng *r)
{
    if (p->segment-- == 0) {
        p->stall = (Stall)rng_below(r, STALL_COUNT);
        p->segment = (int)rng_range(r, 50, 400);
        p->run = 0;
    }
    switch (p->stall) {
    case STALL_NONE:  return true;
    case STALL_LIGHT: return rng_below(r, 8) != 0;
    case STALL_HALF:  return rng_below(r, 2) != 0;
    case STALL_HEAVY: return rng_below(r, 8) == 0;
    case STALL_BURSTS: case STALL_LONG:
        if (p->run-- == 0) {
            p->on = !p->on;
            p->run = (int)rng_range(r, 0, p->stall == STALL_LONG && !p->on ? 100 : 12);
        }
        return p->on;
    case STALL_COUNT: break;
    }
    return true;
}

static void random_word(Shape s, int64_t *word, Rng *r)
{
    int64_t hi = (int64_t)((UINT64_C(1) << (s.bits - (s.is_signed ? 1 : 0))) - 1);
    int64_t lo = s.is_signed ? -hi - 1 : 0;
    uint64_t kind = rng_below(r, 6);
    for (int l = 0; l < s.lanes; l++) {
        int64_t any = rng_range(r, lo, hi);
        uint64_t dice = rng_below(r, 4);
        word[l] = kind == 0 ? lo : kind == 1 ? hi : kind == 2 ? (dice ? 0 : any)
                : kind == 3 ? (dice == 0 ? lo : dice == 1 ? hi : any) : any;
    }
}

/* tlast of AXIS_IN: one frame in three is too short or too long. */
static bool random_last(Lock *l)
{
    int pixels = l->c->unit.p[P_AXIS_IN_Pixels];
    if (l->at == 0)
        l->frame = rng_below(&l->rng, 3) ? pixels : (int)rng_range(&l->rng, 1, 2 * pixels);
    l->at = (l->at + 1) % l->frame;
    return l->at == 0;
}

static void offer(Lock *l, int port)
{
    Port *p = &l->in[port];
    Shape s = l->c->in[port];
    if (in_reset || s.lanes == 0 || p->offered || !goes(p, &l->rng)) return;
    p->offered = true;
    random_word(s, p->word, &l->rng);
    if (port == 1) p->word[0] = rng_below(&l->rng, 5) == 0;
    if (s.last_at > 0) p->word[s.lanes] = random_last(l);
}

static void put_bits(uint32_t *v, int at, int n, int64_t x)
{
    for (int b = 0; b < n; b++) v[(at + b) / 32] |= (uint32_t)(x >> b & 1) << ((at + b) % 32);
}

static int64_t get_bits(const uint32_t *v, int at, int n)
{
    int64_t x = 0;
    for (int b = 0; b < n; b++) x |= (int64_t)(v[(at + b) / 32] >> ((at + b) % 32) & 1) << b;
    return x;
}

static void pack(Shape s, const int64_t *word, uint32_t *v)
{
    memset(v, 0, RIG_MAX_BITS / 8);
    for (int l = 0; l < s.lanes; l++) put_bits(v, l * s.bits, s.bits, word[l]);
    if (s.last_at > 0) put_bits(v, s.last_at, 1, word[s.lanes]);
}

void rig_drive(int id, int *in_valid, int *out_ready, uint32_t *in0, uint32_t *in1)
{
    Lock *l = &lock[id];
    *in_valid = *out_ready = 0;
    if (cycle == 0) return;
    for (int p = 0; p < 2; p++) {
        offer(l, p);
        l->in_valid[p] = l->in[p].offered;
        l->out_ready[p] = l->c->out[p].lanes > 0 && goes(&l->out[p], &l->rng);
        *in_valid |= l->in_valid[p] << p;
        *out_ready |= l->out_ready[p] << p;
        pack(l->c->in[p], l->in[p].word, p ? in1 : in0);
    }
}

static void differ(Lock *l, const char *what, int port, int lane, int64_t got, int64_t want)
{
    if (!l->bad)
        printf("# case %ld, cycle %ld: %s of port %d, lane %d: rtl %" PRId64 ", twin %" PRId64 "\n",
               (long)(l - lock) + 1, cycle, what, port, lane, got, want);
    l->bad = true;
}

static void check_word(Lock *l, int port, const uint32_t *v)
{
    Shape s = l->c->out[port];
    const int64_t *want = l->kind->out(l->twin, port);
    for (int k = 0; k < shape_lanes(s); k++) {
        int bits = k < s.lanes ? s.bits : 1;
        int64_t got = get_bits(v, k < s.lanes ? k * s.bits : s.last_at, bits);
        if ((got ^ want[k]) & (int64_t)((UINT64_C(1) << bits) - 1)) differ(l, "data", port, k, got, want[k]);
        int64_t lowest = s.is_signed && k < s.lanes ? -(INT64_C(1) << (bits - 1)) : 0;
        int64_t span = (int64_t)((UINT64_C(1) << bits) - 1);
        if (want[k] < lowest || want[k] > lowest + span) differ(l, "twin's range", port, k, got, want[k]);
    }
}

static void check_out(Lock *l, int port, bool valid, const uint32_t *v)
{
    bool want = l->kind->out_valid(l->twin, port);
    if (valid != want) differ(l, "out_valid", port, 0, valid, want);
    if (l->blind && l->kind->out_valid(l->blind, port) != want)
        differ(l, "out_valid without data", port, 0, !want, want);
    if (valid && want) check_word(l, port, v);
    l->out[port].n_word += valid && l->out_ready[port];
    l->out[port].n_stall += valid && !l->out_ready[port];
}

/* True if the word is taken in this cycle. */
static bool check_in(Lock *l, int port, bool ready)
{
    bool want = l->kind->in_ready(l->twin, port, l->in_valid, l->out_ready);
    if (ready != want) differ(l, "in_ready", port, 0, ready, want);
    if (l->blind && l->kind->in_ready(l->blind, port, l->in_valid, l->out_ready) != want)
        differ(l, "in_ready without data", port, 0, !want, want);
    l->in[port].n_word += ready && l->in_valid[port];
    l->in[port].n_stall += !ready && l->in_valid[port];
    return ready && l->in_valid[port];
}

void rig_check(int id, int in_ready, int out_valid, const uint32_t *out0, const uint32_t *out1,
               int err)
{
    Lock *l = &lock[id];
    bool taken[2] = { false, false };
    if (l->bad || cycle == 0) return;
    if (in_reset) {
        if (out_valid) differ(l, "out_valid in reset", 0, 0, out_valid, 0);
        restart(l);
        return;
    }
    for (int p = 0; p < l->kind->n_out; p++) check_out(l, p, out_valid >> p & 1, p ? out1 : out0);
    for (int p = 0; p < l->kind->n_in; p++) taken[p] = check_in(l, p, in_ready >> p & 1);
    if (l->c->unit.kind == UNIT_AXIS_IN && twin_axis_in_err(l->twin) != err)
        differ(l, "err_o", 0, 0, err, !err);
    const int64_t *const word[2] = { l->in[0].word, l->in[1].word };
    l->kind->clock(l->twin, l->in_valid, word, l->out_ready);
    if (l->blind) l->kind->clock(l->blind, l->in_valid, NULL, l->out_ready);
    for (int p = 0; p < 2; p++)
        if (taken[p]) l->in[p].offered = false;
}

int rig_end(void)
{
    int failed = 0;
    for (int i = 0; i < n_case; i++) {
        const Lock *l = &lock[i];
        const Port *in = &l->in[0], *out = &l->out[0];
        bool seen = in->n_word > 0 && out->n_word > 0 && out->n_stall > 0;
        bool ok = !l->bad && seen;
        printf("%sok %d - %s # %ld words in, %ld stalled, %ld out, %ld stalled%s\n", ok ? "" : "not ",
               i + 1, l->c->text, in->n_word, in->n_stall, out->n_word, out->n_stall,
               l->bad || seen ? "" : ": too little happened");
        failed += !ok;
    }
    printf("1..%d\n", n_case);
    return failed > 0;
}
