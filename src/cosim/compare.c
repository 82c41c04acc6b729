#include "cosim/compare.h"
#include <assert.h>
#include <string.h>

enum { BLOCK = 64, BLOCKS = 4 }; /* simulated ahead in blocks; layers are never further apart */

/* What the simulator expects of a block of images. */
typedef struct Expected {
    int       block;      /* which, -1: none yet            */
    int16_t **code;       /* [n_node] [BLOCK, C,H,W] or NULL */
    int64_t  *logit;      /* [BLOCK, classes]               */
    int      *label;      /* [BLOCK]                        */
} Expected;

typedef struct Compare {
    const CompareJob *job;
    Comparison       *out;
    Expected          slot[BLOCKS];
    int64_t          *words;     /* [n_node] seen on the node's stream      */
    int64_t          *per_image; /* [n_node] words of an image on it, 0: none */
    int               classes, n_in;
    int64_t           n_out;     /* output words seen */
    Arena             scratch;
    Ctx              *c;
} Compare;

static int source_image(const Compare *m, int image)
{
    return m->job->which ? m->job->which[image] : image;
}

/* The block that holds an image, simulated when it is first asked for. */
static Err expected_of(Compare *m, int image, const Expected **e, int *at)
{
    int b = image / BLOCK;
    Expected *x = &m->slot[b % BLOCKS];
    *at = image % BLOCK;
    *e  = x;
    if (x->block == b)
        return ERR_NONE;
    x->block = b;
    for (int i = b * BLOCK; i < m->job->n && i < (b + 1) * BLOCK; i++) {
        SimInput in = *m->job->input;
        Arena a = m->scratch;
        int16_t **code = NEW(&a, int16_t *, (size_t)m->job->snn->n_node);
        for (int k = 0; k < m->job->snn->n_node; k++)
            if (x->code[k])
                code[k] = x->code[k] + (i % BLOCK) * shape_count(m->job->snn->node[k].shape);
        in.first = source_image(m, i);
        in.n     = 1;
        SimOut out = { code, x->logit + (size_t)(i % BLOCK) * (size_t)m->classes,
                       x->label + i % BLOCK };
        TRY(sim_run(m->job->sim, &in, &out, NULL, a, m->c));
    }
    return ERR_NONE;
}

static void expected_make(Compare *m, Expected *x)
{
    const Graph *g = m->job->snn;
    x->block = -1;
    x->code  = NEW(&m->scratch, int16_t *, (size_t)g->n_node);
    x->logit = NEW(&m->scratch, int64_t, BLOCK * (size_t)m->classes);
    x->label = NEW(&m->scratch, int, BLOCK);
    for (int i = 0; i < g->n_node; i++)
        if (g->node[i].steps[0] > 0)
            x->code[i] = NEW(&m->scratch, int16_t, BLOCK * (size_t)shape_count(g->node[i].shape));
}

static bool before(const Difference *a, const Difference *b)
{
    int ka[] = { a->image, a->node, a->pixel, a->channel };
    int kb[] = { b->image, b->node, b->pixel, b->channel };
    for (int i = 0; i < 4; i++)
        if (ka[i] != kb[i])
            return ka[i] < kb[i];
    return false;
}

static void differ(Compare *m, Difference d)
{
    if (m->out->n_mismatch++ == 0 || before(&d, &m->out->first))
        m->out->first = d;
}

/* The first step, MSB first, in which two codes of T steps differ. */
static int first_step(int64_t a, int64_t b, int steps)
{
    for (int t = 0; t < steps; t++)
        if ((a >> (steps - 1 - t) & 1) != (b >> (steps - 1 - t) & 1))
            return t;
    return -1;
}

/* One word of a layer: pixel-major, groups of lanes; a layer that does not fire shows V, which is
 * the logit without its bias. */
static Err compare_word(Compare *m, const Record *r)
{
    const Graph *g = m->job->snn;
    const Node *n = &g->node[r->node];
    int64_t k = m->words[r->node]++, word = k % m->per_image[r->node];
    int image = (int)(k / m->per_image[r->node]), at;
    const Expected *e;
    if (image >= m->job->n) {
        differ(m, (Difference){ image, r->node, 0, 0, -1, 0, 0, "a word too many" });
        return ERR_NONE;
    }
    TRY(expected_of(m, image, &e, &at));
    int pixels = n->shape.h * n->shape.w, groups = n->shape.c / r->lanes;
    int pixel = (int)(word / groups), channel = (int)(word % groups) * r->lanes;
    const Tensor *bias = graph_role(g, n, ROLE_bias);
    for (int l = 0; l < r->lanes; l++, channel++) {
        int64_t want = n->steps[0] > 0
            ? e->code[r->node][at * shape_count(n->shape) + (int64_t)channel * pixels + pixel]
            : e->logit[at * m->classes + channel] - bias->i64[channel];
        int64_t got = trace_value(r, l);
        m->out->n_values++;
        if (got != want)
            differ(m, (Difference){ image, r->node, pixel, channel, first_step(want, got, n->steps[0]),
                                    want, got, n->steps[0] > 0 ? "code" : "potential" });
    }
    return ERR_NONE;
}

/* One word of m_axis: a logit, or the class with tlast. */
static Err compare_output(Compare *m, const Record *r)
{
    int image = (int)(m->n_out / (m->classes + 1)), o = (int)(m->n_out % (m->classes + 1)), at;
    int last_node = m->job->snn->n_node - 1;
    const Expected *e;
    m->n_out++;
    if (image >= m->job->n) {
        differ(m, (Difference){ image, last_node, 0, 0, -1, 0, 0, "an output word too many" });
        return ERR_NONE;
    }
    TRY(expected_of(m, image, &e, &at));
    bool last = o == m->classes;
    int64_t want = last ? e->label[at] : e->logit[at * m->classes + o], got = trace_value(r, 0);
    m->out->n_values++;
    if (got != want || r->flag != last)
        differ(m, (Difference){ image, last_node, 0, o, -1, want, got,
                                r->flag != last ? "tlast" : last ? "class" : "logit" });
    if (last) {
        m->out->last_out[image] = r->clock;
        m->out->label[image] = (int)got;
    }
    return ERR_NONE;
}

static Err compare_record(Compare *m, const Record *r)
{
    switch (r->tag) {
    case 'T':
        return m->job->taps ? compare_word(m, r) : ERR_NONE;
    case 'I':
        if (m->n_in < m->job->n)
            m->out->first_in[m->n_in] = r->clock;
        m->n_in++;
        return ERR_NONE;
    case 'O':
        return compare_output(m, r);
    default:
        m->out->err = r->flag;
        return ERR_NONE;
    }
}

/* Every layer must have shown every word of every image. */
static void check_counts(Compare *m)
{
    const Graph *g = m->job->snn;
    for (int i = 0; m->job->taps && i < g->n_node; i++) {
        int64_t want = m->per_image[i] * m->job->n;
        if (m->words[i] < want)
            differ(m, (Difference){ (int)(m->words[i] / m->per_image[i]), i, 0, 0, -1, want,
                                    m->words[i], "missing words" });
    }
    int64_t want = (int64_t)m->job->n * (m->classes + 1);
    if (m->n_out < want)
        differ(m, (Difference){ (int)(m->n_out / (m->classes + 1)), g->n_node - 1, 0, 0, -1, want,
                                m->n_out, "missing output words" });
}

static void count_words(Compare *m)
{
    const Graph *g = m->job->snn;
    m->words     = NEW(&m->scratch, int64_t, (size_t)g->n_node);
    m->per_image = NEW(&m->scratch, int64_t, (size_t)g->n_node);
    for (int i = 0; i < g->n_node; i++) {
        int s = design_stream_of(m->job->d, i);
        assert(s >= 0);
        m->per_image[i] = shape_count(g->node[i].shape) / m->job->d->stream[s].lanes;
    }
}

Err compare_trace(const CompareJob *job, const char *trace, Arena *perm, Arena scratch,
                  Comparison *out, Ctx *c)
{
    Compare m = { .job = job, .out = out, .scratch = scratch, .c = c };
    Trace t = { 0 };
    Err e = ERR_NONE;
    m.classes = job->snn->node[job->snn->n_node - 1].shape.c;
    *out = (Comparison){ .first_in = NEW(perm, int64_t, (size_t)job->n),
                         .last_out = NEW(perm, int64_t, (size_t)job->n),
                         .label = NEW(perm, int, (size_t)job->n) };
    count_words(&m);
    for (int b = 0; b < BLOCKS; b++) expected_make(&m, &m.slot[b]);
    TRY(io_map(&t.map, trace, c));
    for (bool more = true; !e && more;) {
        Record r;
        e = trace_next(&t, &r, &more, c);
        if (!e && more)
            e = compare_record(&m, &r);
    }
    io_unmap(&t.map);
    check_counts(&m);
    return e;
}
