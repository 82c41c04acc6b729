/* simulate --encoding rate: the same weights with rates instead of radix codes, after every number
 * of steps, from empty and from half charged neurons; --sweep: radix codes of T = 1..8 beside it. */
#include "base/progress.h"
#include "cli/stages.h"
#include "cli/table.h"
#include "sim/rate.h"
#include <stdlib.h>

enum { BLOCK = 250, RADIX_LAST = 8, EXTRA_STEPS = 3 };

typedef struct Scores { /* after 1, 2, .. n steps */
    int    n;
    double accuracy[RATE_MAX_STEPS], spikes[RATE_MAX_STEPS], sops[RATE_MAX_STEPS];
} Scores;

static Err run_blocks(Build *b, const Rate *r, int steps, int64_t *right, RateCount *count,
                      Arena a)
{
    int *label = NEW(&a, int, (size_t)(BLOCK * steps));
    Progress p = progress_start("rates", "images", b->test.n);
    for (int i = 0; i < b->test.n; i += BLOCK) {
        int n = b->test.n - i < BLOCK ? b->test.n - i : BLOCK;
        SimInput in = imageset_input(&b->test, i, n);
        TRY(rate_run(r, &in, &(RateOut){ .label = label }, count, a, b->c));
        for (int k = 0; k < n * steps; k++)
            right[k % steps] += label[k] == b->test.ds.label[i + k / steps];
        progress_at(&p, i + n);
    }
    progress_end(&p);
    return ERR_NONE;
}

/* Sums over nodes and over the steps so far, per image. */
static void sum_up(const Build *b, const RateCount *count, const int64_t *right, Scores *s)
{
    int64_t spikes = 0, sops = 0;
    for (int t = 0; t < s->n; t++) {
        for (int i = 0; i < b->snn.n_node; i++) {
            spikes += count[i].spikes[t];
            sops += count[i].sops[t];
        }
        s->accuracy[t] = 100.0 * (double)right[t] / b->test.n;
        s->spikes[t] = (double)spikes / b->test.n;
        s->sops[t] = (double)sops / b->test.n;
    }
}

static Err measure_rate(Build *b, int steps, bool half, Scores *s)
{
    Arena a = b->scratch;
    Rate *r;
    TRY(rate_new(&b->snn, steps, half, &a, &r, b->c));
    RateCount *count = NEW(&a, RateCount, (size_t)b->snn.n_node);
    int64_t *right = NEW(&a, int64_t, (size_t)steps);
    TRY(run_blocks(b, r, steps, right, count, a));
    s->n = steps;
    sum_up(b, count, right, s);
    return ERR_NONE;
}

static json_t *numbers(const double *v, int n)
{
    json_t *a = json_array();
    for (int i = 0; i < n; i++) json_array_append_new(a, json_real(v[i]));
    return a;
}

/* Entry k is of k+1 steps. */
static void note(Build *b, const char *key, const Scores *s)
{
    json_object_set_new(b->run, key, json_pack("{s:i,s:i,s:i,s:o,s:o,s:o}", "images", b->test.n,
        "network_steps", b->opt.steps.v[0], "network_weights", b->opt.weights.v[0], "accuracy",
        numbers(s->accuracy, s->n), "spikes_per_image", numbers(s->spikes, s->n), "sops_per_image",
        numbers(s->sops, s->n)));
}

typedef struct Encoding { const char *key, *name; } Encoding; /* in run.json, in the table */
static const Encoding encodings[] = { { "radix", "radix" }, { "rate", "rate" },
                                      { "rate_half_charged", "half charged" } };
enum { ENCODINGS = sizeof encodings / sizeof *encodings };

static double entry(const json_t *j, const char *what, int k)
{
    return json_number_value(json_array_get(json_object_get(j, what), (size_t)k));
}

/* Entries of an encoding; 0 where it was not run. */
static int entries(const Build *b, int e)
{
    return (int)json_array_size(json_object_get(json_object_get(b->run, encodings[e].key), "accuracy"));
}

static void add_cells(Buf *to, const Build *b, int e, int k)
{
    const json_t *j = json_object_get(b->run, encodings[e].key);
    if (k < entries(b, e))
        buf_printf(to, "|%.2f|%.0f|%.0f", entry(j, "accuracy", k), entry(j, "spikes_per_image", k),
                   entry(j, "sops_per_image", k));
    else if (entries(b, e))
        buf_printf(to, "|||");
}

/* The entry from which on all are at least `wanted`, -1 if the last one is not. */
static int settled(const json_t *j, int n, double wanted)
{
    int k = n;
    while (k > 0 && entry(j, "accuracy", k - 1) >= wanted) k--;
    return k < n ? k : -1;
}

/* From which step on the rates stay as good as radix codes of the network's own T. */
static void print_settled(const Build *b)
{
    const double slack = 0.1; /* percent: ten of 10,000 images come and go from step to step */
    const json_t *radix = json_object_get(b->run, "radix");
    int own = b->opt.steps.v[0] - 1;
    double wanted = entry(radix, "accuracy", own), sops = entry(radix, "sops_per_image", own);
    stage_say(b, "Within %.1f points of radix T=%d (%.2f %%, %.0f SOPs) and staying there", slack,
              own + 1, wanted, sops);
    for (int e = 1; e < ENCODINGS; e++) {
        const json_t *j = json_object_get(b->run, encodings[e].key);
        int k = settled(j, entries(b, e), wanted - slack);
        if (k < 0)
            stage_say(b, "; %s: not in %d steps", encodings[e].name, entries(b, e));
        else
            stage_say(b, "; %s: from %d steps, %.2f times the SOPs", encodings[e].name, k + 1,
                      entry(j, "sops_per_image", k) / sops);
    }
    stage_say(b, "\n");
}

Err stage_encodings(Build *b)
{
    Buf head = { 0 };
    buf_printf(&head, ">steps");
    for (int e = 0; e < ENCODINGS; e++)
        if (entries(b, e))
            buf_printf(&head, "|>%s %%|>spikes|>SOPs", encodings[e].name);
    Table t = table_new(head.p);
    int n = entries(b, 1);
    for (int k = 0; k < n || k < entries(b, 0); k++) {
        bool power = ((k + 1) & k) == 0;
        if (k >= RADIX_LAST && !power && k != n - 1)
            continue;
        Buf cells = { 0 };
        for (int e = 0; e < ENCODINGS; e++) add_cells(&cells, b, e, k);
        table_row(&t, "%d%s", k + 1, cells.p);
        buf_free(&cells);
    }
    buf_free(&head);
    if (b->opt.json)
        buf_free(&t.text);
    else
        table_print(&t);
    if (entries(b, 0))
        print_settled(b);
    return ERR_NONE;
}

static Err wanted_steps(const Build *b, int *steps)
{
    const char *text = b->opt.extra[EXTRA_STEPS];
    char *end = NULL;
    long n = text ? strtol(text, &end, 10) : RATE_MAX_STEPS;
    if (n < 1 || n > RATE_MAX_STEPS || (text && *end))
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--rate-steps %s: 1 to %d are possible",
                    text, RATE_MAX_STEPS);
    *steps = (int)n;
    return ERR_NONE;
}

Err stage_rate(Build *b)
{
    int steps = 0;
    TRY(wanted_steps(b, &steps));
    TRY(build_need_snn(b));
    TRY(build_need_test(b));
    json_object_del(b->run, "radix");
    double start = progress_now();
    for (int half = 0; half < 2; half++) {
        Scores *s = NEW(&b->perm, Scores, 1);
        TRY(measure_rate(b, steps, half, s));
        note(b, encodings[1 + half].key, s);
    }
    build_cost(b, "rate", progress_now() - start);
    stage_say(b, "rate       weights and thresholds of T=%s W=%s; per image, %d images\n",
              options_ints(&b->opt.steps, &b->perm), options_ints(&b->opt.weights, &b->perm),
              b->test.n);
    return ERR_NONE;
}

Err stage_radix(Build *b)
{
    Options given = b->opt;
    Scores *s = NEW(&b->perm, Scores, 1);
    for (s->n = 0; s->n < RADIX_LAST; s->n++) {
        QuantReport r;
        Measured m;
        int n;
        b->opt.steps = (OptINTS){ 1, { s->n + 1 } };
        TRY(build_quantize(b, &r, &n));
        TRY(build_measure(b, &m));
        s->accuracy[s->n] = m.accuracy;
        s->spikes[s->n] = m.spikes;
        s->sops[s->n] = m.sops;
    }
    b->opt = given;
    b->has_snn = b->has_design = false; /* what the folder holds is not the sweep's last */
    note(b, encodings[0].key, s);
    stage_say(b, "radix      quantised anew for each T, W=%s\n",
              options_ints(&b->opt.weights, &b->perm));
    return ERR_NONE;
}
