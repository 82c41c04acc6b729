/* Twin of rtl/e3_maxtree.sv: the maxima are taken at once and wait as many cycles as the tree has
 * stages. */
#include "hw/twin.h"
#include "hw/twin_word.h"
#include "base/num.h"

extern const TwinKind twin_maxtree;

typedef struct Tree {
    int      c, taps, stages;
    bool    *valid; /* [stages] */
    int64_t *word;  /* [stages][c] */
} Tree;

static void *tree_make(const Unit *u, Arena *a)
{
    Tree *t = NEW(a, Tree, 1);
    t->c = u->p[P_MAXTREE_C];
    t->taps = u->p[P_MAXTREE_Taps];
    int levels = num_ubits((uint64_t)t->taps - 1);
    t->stages = levels > 1 ? (levels + 1) / 2 : 1;
    t->valid = NEW(a, bool, (size_t)t->stages);
    t->word = NEW(a, int64_t, (size_t)(t->stages * t->c));
    return t;
}

static bool tree_valid(const void *s, int port)
{
    const Tree *t = s;
    (void)port;
    return t->valid[t->stages - 1];
}

static bool tree_ready(const void *s, int port, const bool *in_valid, const bool *out_ready)
{
    (void)in_valid;
    return !tree_valid(s, port) || out_ready[0];
}

static void tree_max(const Tree *t, const int64_t *in, int64_t *out)
{
    for (int c = 0; c < t->c; c++) out[c] = in[c];
    for (int i = t->c; i < t->taps * t->c; i++)
        if (in[i] > out[i % t->c]) out[i % t->c] = in[i];
}

static void tree_clock(void *s, const bool *in_valid, const int64_t *const *in,
                       const bool *out_ready)
{
    Tree *t = s;
    if (!tree_ready(s, 0, in_valid, out_ready)) return;
    for (int i = t->stages - 1; i > 0; i--) {
        t->valid[i] = t->valid[i - 1];
        twin_copy(t->word + i * t->c, t->word + (i - 1) * t->c, t->c);
    }
    t->valid[0] = in_valid[0];
    if (in_valid[0] && twin_word(in, 0)) tree_max(t, twin_word(in, 0), t->word);
}

static const int64_t *tree_out(const void *s, int port)
{
    const Tree *t = s;
    (void)port;
    return t->word + (t->stages - 1) * t->c;
}

const TwinKind twin_maxtree = { tree_make, tree_valid, tree_ready, tree_clock, tree_out, 1, 1 };
