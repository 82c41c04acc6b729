/* e3ne simulate - accuracy, spikes and synaptic operations, by the exact simulator. */
#include "cli/cmd.h"
#include "base/io.h"
#include "base/progress.h"
#include "cli/dump.h"
#include "cli/layerfacts.h"
#include "cli/stages.h"
#include "ir/eval.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const ExtraOption extra_simulate[] = { { "--dump", "FILE", "input and every layer's codes, as .npz" },
                                       { "--images", "N", "how many images --dump writes (default 10)" },
                                       { "--encoding", "E", "radix (default), or rate: the same weights, for comparison" },
                                       { "--rate-steps", "N", "most steps of rate, 1 to 256 (default 256)" },
                                       { "--sweep", "", "with --encoding rate: radix T = 1..8 beside it" },
                                       { 0 } };

enum { BLOCK = 500 /* floats */, SIM_BLOCK = 1920 /* codes: enough for many cores */ };

static int argmax(const float *x, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++) best = x[i] > x[best] ? i : best;
    return best;
}

/* What the float network gives against the labels and, where they are there, the framework's. */
typedef struct FloatScore { int right, agree; double worst; } FloatScore;

static void score_block(const Images *s, int first, int n, const float *y, int classes, FloatScore *f)
{
    for (int i = 0; i < n; i++) {
        const float *row = y + i * classes;
        const float *ref = s->ds.logits ? s->ds.logits + (size_t)(first + i) * (size_t)classes : NULL;
        int best = argmax(row, classes);
        f->right += best == s->ds.label[first + i];
        f->agree += ref && best == argmax(ref, classes);
        for (int o = 0; ref && o < classes; o++)
            f->worst = fmax(f->worst, fabs((double)row[o] - (double)ref[o]));
    }
}

static Err score_float(Build *b, const Images *s, FloatScore *f)
{
    Arena a = b->scratch;
    const Graph *g = &b->net;
    int classes = (int)shape_count(g->node[g->n_node - 1].shape);
    float *x = NEW(&a, float, (size_t)(BLOCK * shape_count(s->shape)));
    float **out = NEW(&a, float *, (size_t)g->n_node);
    out[g->n_node - 1] = NEW(&a, float, (size_t)(BLOCK * classes));
    *f = (FloatScore){ 0 };
    Progress p = progress_start("float", "images", s->n);
    for (int i = 0; i < s->n; i += BLOCK) {
        int n = s->n - i < BLOCK ? s->n - i : BLOCK;
        imageset_floats(s, i, n, x);
        TRY(eval_graph(g, x, n, out, a, b->c));
        score_block(s, i, n, out[g->n_node - 1], classes, f);
        progress_at(&p, i + n);
    }
    progress_end(&p);
    return ERR_NONE;
}

/* Our reading of the model against the framework's own logits: before anything else is believed. */
Err stage_framework(Build *b)
{
    enum { FIRST = 1000 };
    FloatScore f;
    TRY(build_need_net(b));
    if (b->opt.test || io_is_dir(b->model))
        TRY(build_need_test(b));
    if (!b->has_test || !b->test.ds.logits)
        return ERR_NONE;
    Images some = b->test;
    some.n = some.n < FIRST ? some.n : FIRST;
    TRY(score_float(b, &some, &f));
    double agree = 100.0 * f.agree / some.n;
    json_object_set_new(b->run, "framework", json_pack("{s:i,s:f,s:f}", "images", some.n,
        "max_logit_difference", f.worst, "argmax_agreement", agree));
    stage_say(b, "framework  greatest difference of logits %.2e, argmax agrees on %.2f %% of %d images\n",
              f.worst, agree, some.n);
    if (f.worst > 1e-3)
        return fail(b->c, ERR_NO, (Loc){ .file = b->model }, "the float network differs from the "
                    "framework's by %.3g (more than 1e-3): the exported logits are of another model, "
                    "or of other images", f.worst);
    return ERR_NONE;
}

typedef struct SimScore { int right, n; } SimScore;

static Err simulate_all(Build *b, const Sim *sim, SimCount *count, SimScore *s)
{
    Arena a = b->scratch;
    int *label = NEW(&a, int, SIM_BLOCK);
    Progress p = progress_start("simulate", "images", b->test.n);
    for (int i = 0; i < b->test.n; i += SIM_BLOCK) {
        int n = b->test.n - i < SIM_BLOCK ? b->test.n - i : SIM_BLOCK;
        SimInput in = imageset_input(&b->test, i, n);
        SimOut out = { .label = label };
        TRY(sim_run(sim, &in, &out, count, a, b->c));
        for (int k = 0; k < n; k++) s->right += label[k] == b->test.ds.label[i + k];
        progress_at(&p, i + n);
    }
    progress_end(&p);
    s->n = b->test.n;
    return ERR_NONE;
}

Err build_measure(Build *b, Measured *m)
{
    SimScore s = { 0 };
    Sim *sim;
    Arena a = b->scratch;
    TRY(build_need_test(b));
    TRY(sim_new(&b->snn, &a, &sim, b->c));
    SimCount *count = NEW(&a, SimCount, (size_t)b->snn.n_node);
    Arena kept = b->scratch;
    b->scratch = a;
    Err e = simulate_all(b, sim, count, &s);
    b->scratch = kept;
    *m = (Measured){ 100.0 * s.right / s.n, (double)sim_spikes(&b->snn, count) / s.n,
                     (double)sim_sops(&b->snn, count) / s.n };
    return e;
}

Err build_accuracy(Build *b, double *percent)
{
    Measured m;
    TRY(build_measure(b, &m));
    *percent = m.accuracy;
    return ERR_NONE;
}

Err stage_simulate(Build *b)
{
    FloatScore f;
    SimScore s = { 0 };
    Sim *sim;
    TRY(build_need_snn(b));
    TRY(build_need_net(b));
    TRY(build_need_test(b));
    TRY(score_float(b, &b->test, &f));
    SimCount *count = NEW(&b->perm, SimCount, (size_t)b->snn.n_node);
    TRY(sim_new(&b->snn, &b->perm, &sim, b->c));
    double start = progress_now();
    TRY(simulate_all(b, sim, count, &s));
    double seconds = progress_now() - start;
    double n = s.n, spikes = (double)sim_spikes(&b->snn, count) / n, sops = (double)sim_sops(&b->snn, count) / n;
    json_t *acc = build_run(b, "accuracy");
    json_object_set_new(acc, "float", json_real(100.0 * f.right / n));
    json_object_set_new(acc, "quantized", json_real(100.0 * s.right / n));
    json_object_set_new(b->run, "simulate", json_pack("{s:i,s:f,s:f}", "images", s.n, "spikes_per_image",
                                                     spikes, "sops_per_image", sops));
    layers_count(b, count, s.n);
    build_cost(b, "simulate", seconds);
    stage_say(b, "simulate   float %.2f %%, spiking %.2f %% of %d images; %.0f spikes, %.0f SOPs per "
              "image; %.0f images/s\n", 100.0 * f.right / n, 100.0 * s.right / n, s.n, spikes, sops,
              n / seconds);
    return ERR_NONE;
}

/* Spikes of each layer in each step, per image: how empty the high steps are. */
static Err print_spikes(Build *b)
{
    for (int i = 0; i < b->snn.n_node; i++) {
        const json_t *j = layers_at(b, i), *steps = json_object_get(j, "spikes_by_step"), *v;
        size_t t;
        stage_say(b, "           %-12s spikes by step", b->snn.node[i].name);
        json_array_foreach(steps, t, v) stage_say(b, " %8.1f", json_number_value(v));
        stage_say(b, "  saturated %lld\n", (long long)json_integer_value(json_object_get(j, "saturated")));
    }
    return ERR_NONE;
}

static Err dump_if_wanted(Build *b)
{
    const char *file = b->opt.extra[0], *n = b->opt.extra[1];
    return file ? dump_codes(b, file, n ? atoi(n) : 10) : ERR_NONE;
}

static Err simulate_rate(const Options *o, Ctx *c)
{
    static const StageRun rate = { .make  = { stage_read, stage_framework, stage_quantize, stage_rate,
                                             stage_encodings },
                                   .again = { stage_rate, stage_encodings }, .json = "" };
    static const StageRun sweep = {
        .make  = { stage_read, stage_framework, stage_quantize, stage_rate, stage_radix,
                   stage_encodings },
        .again = { stage_rate, stage_radix, stage_encodings }, .json = "" };
    return stages_run(o->extra[4] ? &sweep : &rate, o, c);
}

Err cmd_simulate(const Options *o, Ctx *c)
{
    const char *encoding = o->extra[2] ? o->extra[2] : "radix";
    if (!strcmp(encoding, "rate"))
        return simulate_rate(o, c);
    if (strcmp(encoding, "radix") != 0 || o->extra[3] || o->extra[4])
        return fail(c, ERR_OPTION, (Loc){ 0 }, "--encoding %s: radix and rate are there; --rate-steps "
                    "and --sweep belong to rate", encoding);
    static const StageRun run = {
        .make  = { stage_read, stage_framework, stage_quantize, stage_simulate, print_spikes, dump_if_wanted },
        .again = { stage_simulate, print_spikes, dump_if_wanted }, .json = "simulate" };
    return stages_run(&run, o, c);
}
