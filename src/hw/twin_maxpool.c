/* Twin of rtl/e3_maxpool.sv: one running maximum per window of the current row of windows. */
#include "hw/twin.h"
#include "hw/twin_word.h"

extern const TwinKind twin_maxpool;

typedef struct Pool {
    int      lanes, groups, h, w, kh, kw;
    int      g, i, j; /* of the next word: group, row, column */
    bool     full;
    int64_t *best;    /* [w / kw][groups][lanes] */
    int64_t *word;    /* [lanes], offered when full */
} Pool;

static void *pool_make(const Unit *u, Arena *a)
{
    Pool *p = NEW(a, Pool, 1);
    p->lanes = u->p[P_MAXPOOL_Lanes];
    p->groups = u->p[P_MAXPOOL_Groups];
    p->h = u->p[P_MAXPOOL_H];
    p->w = u->p[P_MAXPOOL_W];
    p->kh = u->p[P_MAXPOOL_KH];
    p->kw = u->p[P_MAXPOOL_KW];
    p->best = NEW(a, int64_t, (size_t)(p->w / p->kw) * (size_t)(p->groups * p->lanes));
    p->word = NEW(a, int64_t, (size_t)p->lanes);
    return p;
}

static bool pool_valid(const void *s, int port)
{
    (void)port;
    return ((const Pool *)s)->full;
}

static bool pool_ready(const void *s, int port, const bool *in_valid, const bool *out_ready)
{
    (void)port, (void)in_valid;
    return !((const Pool *)s)->full || out_ready[0];
}

static void pool_max(int64_t *best, const int64_t *word, int n, bool first)
{
    for (int l = 0; word && l < n; l++)
        if (first || word[l] > best[l]) best[l] = word[l];
}

static void pool_next(Pool *p)
{
    p->g = (p->g + 1) % p->groups;
    if (p->g == 0) p->j = (p->j + 1) % p->w;
    if (p->g == 0 && p->j == 0) p->i = (p->i + 1) % p->h;
}

/* True if the word completes a window. */
static bool pool_take(Pool *p, const int64_t *word)
{
    int u = p->i % p->kh, v = p->j % p->kw, col = p->j / p->kw;
    bool inside = col < p->w / p->kw && p->i / p->kh < p->h / p->kh;
    bool done = inside && u == p->kh - 1 && v == p->kw - 1;
    int64_t *best = p->best + ((ptrdiff_t)col * p->groups + p->g) * p->lanes;
    if (inside) pool_max(best, word, p->lanes, u == 0 && v == 0);
    if (done) twin_copy(p->word, best, p->lanes);
    pool_next(p);
    return done;
}

static void pool_clock(void *s, const bool *in_valid, const int64_t *const *in,
                       const bool *out_ready)
{
    Pool *p = s;
    if (p->full && !out_ready[0]) return;
    p->full = in_valid[0] && pool_take(p, twin_word(in, 0));
}

static const int64_t *pool_out(const void *s, int port)
{
    (void)port;
    return ((const Pool *)s)->word;
}

const TwinKind twin_maxpool = { pool_make, pool_valid, pool_ready, pool_clock, pool_out, 1, 1 };
