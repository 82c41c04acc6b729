#include "cosim/compare.h"
#include "cosim/expected.h"
#include <assert.h>

typedef struct Compare {
    const CompareJob *job;
    Comparison       *out;
    Expected          expected;
    int64_t          *words;     /* [n_node] seen on the node's stream      */
    int64_t          *per_image; /* [n_node] words of an image on it, 0: none */
    int               n_in;
    int64_t           n_out;     /* output words seen */
    Arena             scratch;
    Ctx              *c;
} Compare;

static void differ(Compare *m, Difference d) { tally_differ(&m->out->tally, d); }

/* One word of a layer: pixel-major, groups of lanes; a layer that does not fire shows V, which is
 * the logit without its bias. */
static Err compare_word(Compare *m, const Record *r)
{
    const Graph *g = m->job->snn;
    const Node *n = &g->node[r->node];
    int64_t k = m->words[r->node]++, word = k % m->per_image[r->node];
    int image = (int)(k / m->per_image[r->node]);
    Answer e;
    if (image >= m->job->n) {
        differ(m, (Difference){ image, r->node, 0, 0, -1, 0, 0, "a word too many" });
        return ERR_NONE;
    }
    TRY(expected_image(&m->expected, image, &e, m->scratch, m->c));
    int groups = n->shape.c / r->lanes;
    int pixel = (int)(word / groups), channel = (int)(word % groups) * r->lanes;
    const Tensor *bias = graph_role(g, n, ROLE_bias);
    bool fires = n->steps[0] > 0;
    for (int l = 0; l < r->lanes; l++, channel++) {
        int64_t want = fires ? expected_code(&m->expected, &e, r->node, channel, pixel)
                             : e.logit[channel] - bias->i64[channel];
        tally_compare(&m->out->tally, n->steps[0],
                      (Difference){ image, r->node, pixel, channel, -1, want, trace_value(r, l),
                                    fires ? "code" : "potential" });
    }
    return ERR_NONE;
}

/* One word of m_axis: a logit, or the class with tlast. */
static Err compare_output(Compare *m, const Record *r)
{
    int classes = m->expected.classes;
    int image = (int)(m->n_out / (classes + 1)), o = (int)(m->n_out % (classes + 1));
    int last_node = m->job->snn->n_node - 1;
    Answer e;
    m->n_out++;
    if (image >= m->job->n) {
        differ(m, (Difference){ image, last_node, 0, 0, -1, 0, 0, "an output word too many" });
        return ERR_NONE;
    }
    TRY(expected_image(&m->expected, image, &e, m->scratch, m->c));
    bool last = o == classes;
    int64_t want = last ? e.label : e.logit[o], got = trace_value(r, 0);
    m->out->tally.n_values++;
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
    int64_t want = (int64_t)m->job->n * (m->expected.classes + 1);
    if (m->n_out < want)
        differ(m, (Difference){ (int)(m->n_out / (m->expected.classes + 1)), g->n_node - 1, 0, 0, -1, want,
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
    Compare m = { .job = job, .out = out, .scratch = scratch, .c = c,
                  .expected = { job->snn, job->sim, job->input, job->which, job->n, 0, { { 0 } } } };
    Trace t = { 0 };
    Err e = ERR_NONE;
    *out = (Comparison){ .first_in = NEW(perm, int64_t, (size_t)job->n),
                         .last_out = NEW(perm, int64_t, (size_t)job->n),
                         .label = NEW(perm, int, (size_t)job->n) };
    count_words(&m);
    expected_begin(&m.expected, &m.scratch);
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
