#include "cosim/tapecheck.h"
#include "cosim/trace.h"
#include <string.h>

/* What was seen of the image that runs now. */
typedef struct Seen {
    int64_t        fired;    /* words, in the order of tiles and positions      */
    unsigned char *written;  /* [tiles * pooled_h * pooled_w] word of that tile */
} Seen;

typedef struct Check {
    const TapePlan *plan;
    Expected       *expected;
    TapeTrace      *out;
    Seen           *seen;    /* [n_layer]                            */
    int             image, scores;
    int64_t         begin;   /* clock, -1: the image has not begun   */
    Answer          want;    /* of the image                         */
    Arena           scratch;
    Ctx            *c;
} Check;

static void differ(Check *k, int node, int pixel, int channel, int64_t want, int64_t got, const char *what)
{
    tally_differ(&k->out->tally, (Difference){ k->image, node, pixel, channel, -1, want, got, what });
}

static int64_t map_words(const TapeRecord *r) { return r->tiles * r->pooled_h * r->pooled_w; }

/* POut codes of node at (y, x), from channel `from` on; offset: what is added to signed codes. Outputs
 * beyond the node's channels are padding and give 0. */
static void compare_codes(Check *k, int node, const Record *rec, int y, int x, int from, int offset)
{
    const Node *n = &k->expected->snn->node[node];
    int steps = n->steps[0], pixel = y * n->shape.w + x;
    for (int l = 0; l < rec->lanes; l++) {
        int64_t want = from + l < n->shape.c ? expected_code(k->expected, &k->want, node, from + l, pixel) : 0;
        int64_t got = trace_value(rec, l) - offset;
        if (n->signed_out[0] && !offset && got >= (int64_t)1 << (steps - 1))
            got -= (int64_t)1 << steps;
        tally_compare(&k->out->tally, steps, (Difference){ k->image, node, pixel, from + l, -1, want, got, "code" });
    }
}

/* Words are fired tile by tile, position by position in the order of pooling windows. */
static void compare_fired(Check *k, const Record *rec)
{
    const TapeLayer *l = &k->plan->layer[rec->node];
    const TapeRecord *r = &l->r;
    int64_t at = k->seen[rec->node].fired++, tile = at / r->positions, p = at % r->positions;
    int64_t in_window = r->pool_h * r->pool_w, window = p / in_window;
    if (tile >= r->tiles) {
        differ(k, l->node, 0, 0, r->tiles * r->positions, at + 1, "words fired");
        return;
    }
    int64_t y = window / r->pooled_w * r->pool_h + p % in_window / r->pool_w;
    int64_t x = window % r->pooled_w * r->pool_w + p % r->pool_w;
    int offset = r->out_signed ? 1 << (r->t_out - 1) : 0;
    compare_codes(k, l->node, rec, (int)y, (int)x, (int)tile * k->plan->build.pout, offset);
}

static void compare_written(Check *k, const Record *rec)
{
    const TapeLayer *l = &k->plan->layer[rec->node];
    const TapeRecord *r = &l->r;
    int64_t position = rec->address / r->out_groups, group = rec->address % r->out_groups;
    int64_t tile = group * (k->plan->build.pin / k->plan->build.pout) + rec->part;
    if (position >= r->pooled_h * r->pooled_w || tile >= r->tiles) {
        differ(k, l->map, (int)position, 0, map_words(r), rec->address, "address beyond the map's");
        return;
    }
    unsigned char *seen = &k->seen[rec->node].written[position * r->tiles + tile];
    int from = (int)tile * k->plan->build.pout;
    if (*seen)
        differ(k, l->map, (int)position, from, 1, 2, "writes of the word");
    *seen = 1;
    compare_codes(k, l->map, rec, (int)(position / r->pooled_w), (int)(position % r->pooled_w), from, 0);
}

static void forget(Check *k)
{
    for (int i = 0; i < k->plan->n_layer; i++) {
        k->seen[i].fired = 0;
        memset(k->seen[i].written, 0, (size_t)map_words(&k->plan->layer[i].r));
    }
    k->scores = 0;
    k->begin  = -1;
}

/* Every layer must have shown every word. */
static void check_complete(Check *k)
{
    for (int i = 0; i + 1 < k->plan->n_layer; i++) {
        const TapeLayer *l = &k->plan->layer[i];
        int64_t words = l->r.tiles * l->r.positions, n = 0;
        for (int64_t w = 0; w < map_words(&l->r); w++) n += k->seen[i].written[w];
        if (k->seen[i].fired < words)
            differ(k, l->node, 0, 0, words, k->seen[i].fired, "words fired");
        if (n < map_words(&l->r))
            differ(k, l->map, 0, 0, map_words(&l->r), n, "words written");
    }
}

static void end_image(Check *k, const Record *r)
{
    check_complete(k);
    k->out->latency[k->image] = r->clock - k->begin;
    k->out->label[k->image]   = trace_value(r, 0);
    k->image++;
    forget(k);
}

/* One word of m_axis: a score, or the class with tlast. */
static void compare_output(Check *k, const Record *r)
{
    int node = k->expected->snn->n_node - 1, o = k->scores++;
    bool last = o == k->expected->classes;
    if (o > k->expected->classes) {
        differ(k, node, 0, o, 0, 0, "an output word too many");
        return;
    }
    int64_t want = last ? k->want.label : k->want.logit[o], got = trace_value(r, 0);
    k->out->tally.n_values++;
    if (want != got || r->flag != last)
        differ(k, node, 0, o, want, got, r->flag != last ? "tlast" : last ? "class" : "score");
    if (last)
        end_image(k, r);
}

static Err compare_record(Check *k, const Record *r)
{
    bool layer = r->tag == 'T' || r->tag == 'W';
    if (r->tag == 'E') {
        k->out->clocks = r->clock;
        k->out->error  = r->flag;
    } else if (r->tag == 'R') {
        k->image = (int)r->clock;
        forget(k);
    } else if (r->tag == 'C' && k->image > 0) {
        k->out->counter[k->image - 1] = trace_value(r, 0);
    } else if (r->tag == 'S' || r->tag == 'I') {
        k->begin = k->begin < 0 ? r->clock : k->begin;
    } else if (layer || r->tag == 'O') {
        int node = k->expected->snn->n_node - 1;
        if (k->image >= k->expected->n || (layer && r->node >= k->plan->n_layer)) {
            differ(k, node, 0, 0, 0, 0, "a word too many");
            return ERR_NONE;
        }
        TRY(expected_image(k->expected, k->image, &k->want, k->scratch, k->c));
        if (r->tag == 'O')
            compare_output(k, r);
        else if (r->tag == 'T')
            compare_fired(k, r);
        else
            compare_written(k, r);
    }
    return ERR_NONE;
}

static void begin(Check *k, Arena *perm)
{
    size_t n = (size_t)k->expected->n;
    *k->out = (TapeTrace){ .latency = NEW(perm, int64_t, n), .counter = NEW(perm, int64_t, n),
                           .label = NEW(perm, int, n) };
    k->seen = NEW(&k->scratch, Seen, (size_t)k->plan->n_layer);
    for (int i = 0; i < k->plan->n_layer; i++)
        k->seen[i].written = NEW(&k->scratch, unsigned char, (size_t)map_words(&k->plan->layer[i].r));
    forget(k);
}

Err tapecheck(const TapePlan *plan, Expected *expected, const char *trace, Arena *perm, Arena scratch,
              TapeTrace *out, Ctx *c)
{
    Check k = { .plan = plan, .expected = expected, .out = out, .scratch = scratch, .c = c };
    Trace t = { 0 };
    Err e = ERR_NONE;
    begin(&k, perm);
    TRY(io_map(&t.map, trace, c));
    for (bool more = true; !e && more;) {
        Record r;
        e = trace_next(&t, &r, &more, c);
        if (!e && more)
            e = compare_record(&k, &r);
    }
    io_unmap(&t.map);
    out->n_out = k.image;
    if (k.begin >= 0 && k.image < expected->n)
        check_complete(&k);
    if (k.image < expected->n && !out->error)
        differ(&k, expected->snn->n_node - 1, 0, 0, expected->n, k.image, "images");
    return e;
}
