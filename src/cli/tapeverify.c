/* e3ne verify of an engine: its Verilator model runs the folder's tape. */
#include "cli/tapeverify.h"
#include "cli/stages.h"
#include "cosim/taperun.h"
#include "cost/engine.h"

/* Clocks that each of the other ways may take: whole networks of millions of clocks once, small ones
 * some images. */
enum { OTHER_CLOCKS = 200000, IMAGES = 3 };

/* Clocks of one image: codes by the simulator, for what zero skipping leaves out; NULL: none is 0. */
static Err predict(Build *b, int16_t *const *code, int64_t *cycles)
{
    EngineTiming t = engine_timing();
    Arena a = b->scratch;
    int n = b->tape.n_layer;
    EngineLayer *layer = NEW(&a, EngineLayer, (size_t)n);
    const int16_t **in = NEW(&a, const int16_t *, (size_t)n);
    for (int l = 0; code && l < n; l++) in[l] = code[b->snn.node[b->tape.layer[l].node].in[0]];
    return engine_cycles(&b->tape, &t, code ? in : NULL, layer, cycles, b->c);
}

/* Of the job's images, [n]. */
static Err predict_all(Build *b, const TapeJob *job, int64_t *cycles)
{
    for (int i = 0; i < job->n; i++) {
        Arena a = b->scratch;
        int16_t **code = NEW(&a, int16_t *, (size_t)b->snn.n_node);
        for (int k = 0; k < b->snn.n_node; k++)
            if (b->snn.node[k].steps[0] > 0)
                code[k] = NEW(&a, int16_t, (size_t)shape_count(b->snn.node[k].shape));
        SimInput in = *job->input;
        SimOut out = { .code = code };
        in.first += i;
        in.n = 1;
        TRY(sim_run(job->sim, &in, &out, NULL, a, b->c));
        Arena rest = b->scratch;
        b->scratch = a;
        Err e = predict(b, code, &cycles[i]);
        b->scratch = rest;
        TRY(e);
    }
    return ERR_NONE;
}

Err tapeverify_job(Build *b, TapeJob *job)
{
    const char *library;
    int64_t cycles;
    TRY(build_need_test(b));
    TRY(predict(b, NULL, &cycles));
    SimInput *in = NEW(&b->perm, SimInput, 1);
    Sim *sim;
    int most = b->opt.verify_images ? b->opt.verify_images : IMAGES, n = most < b->test.n ? most : b->test.n;
    int64_t other = OTHER_CLOCKS / cycles + 1;
    if (n < 1)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--verify-images: at least one is wanted");
    TRY(build_library(b, &library));
    TRY(sim_new(&b->snn, &b->perm, &sim, b->c));
    *in = imageset_input(&b->test, 0, b->test.n);
    *job = (TapeJob){ .dir = b->work, .tape = build_path(b, "tape.bin"), .library = library,
                      .name = b->opt.name, .plan = &b->tape, .snn = &b->snn, .sim = sim, .input = in, .n = n,
                      .n_other = other < n ? (int)other : n, .seed = b->opt.seed };
    return ERR_NONE;
}

static void note_verdict(Build *b, const TapeResult *r, const char *difference)
{
    json_t *j = json_pack("{s:i,s:i,s:I,s:i,s:I}", "images", r->n, "layers", b->snn.n_node, "mismatches",
                          (json_int_t)r->all.n_mismatch, "stall_images", r->n_other, "values",
                          (json_int_t)r->all.n_values);
    if (difference)
        json_object_set_new(j, "first_difference", json_string(difference));
    json_object_set_new(b->run, "verify", j);
    build_time(b, "verify_build", r->build_seconds);
    build_time(b, "verify_run", r->run_seconds);
    build_time(b, "verify_clocks_per_second", (double)r->clocks / r->run_seconds);
}

json_t *min_mean_max(const int64_t *v, int n)
{
    int64_t lo = v[0], hi = v[0];
    double sum = 0;
    for (int i = 0; i < n; i++) {
        lo = v[i] < lo ? v[i] : lo;
        hi = v[i] > hi ? v[i] : hi;
        sum += (double)v[i];
    }
    return json_pack("{s:I,s:f,s:I}", "min", (json_int_t)lo, "mean", sum / n, "max", (json_int_t)hi);
}

static Err note_cycles(Build *b, const TapeJob *job, const TapeResult *r)
{
    json_t *j = build_run(b, "cycles");
    int64_t *want = NEW(&b->perm, int64_t, (size_t)r->n);
    int wrong = 0;
    TRY(predict_all(b, job, want));
    for (int i = 0; i < r->n; i++) wrong += want[i] != r->latency[i];
    json_object_clear(j);
    json_object_set_new(j, "images", json_integer(r->n));
    json_object_set_new(j, "wrong_predictions", json_integer(wrong));
    json_object_set_new(j, "latency", min_mean_max(r->latency, r->n));
    json_object_set_new(j, "predicted_latency", min_mean_max(want, r->n));
    stage_say(b, "cycles     image 0 %lld; predictions wrong for %d of %d images\n", (long long)r->latency[0],
              wrong, r->n);
    return ERR_NONE;
}

/* Accuracy of the classes that the hardware put out. */
static void note_accuracy(Build *b, const TapeResult *r)
{
    int right = 0;
    for (int i = 0; i < r->n; i++) right += r->label[i] == b->test.ds.label[i];
    json_t *acc = build_run(b, "accuracy");
    json_object_set_new(acc, "rtl", json_real(100.0 * right / r->n));
    json_object_set_new(acc, "rtl_images", json_integer(r->n));
    json_object_set_new(acc, "quantized_same_images", json_real(100.0 * right / r->n)); /* equal: checked */
}

static Err refuse(Build *b, const TapeResult *r, const char *difference)
{
    TRY(build_save(b));
    if (r->error && (!difference || r->error < TAPERUN_HUNG))
        return fail(b->c, ERR_NO, (Loc){ .file = b->dir }, "the engine ended with error %d: %s", r->error,
                    taperun_fault(r->error));
    if (difference)
        return fail(b->c, ERR_NO, (Loc){ .file = b->dir }, "RTL differs from the model in %lld values; first: %s",
                    (long long)r->all.n_mismatch, difference);
    return fail(b->c, ERR_NO, (Loc){ .file = b->dir }, "the cycle counter is wrong for %d images", r->counter_wrong);
}

Err tapeverify(Build *b)
{
    TapeJob job;
    TapeResult r;
    TRY(tapeverify_job(b, &job));
    TRY(taperun(&job, &b->perm, b->scratch, &r, b->c));
    const char *difference = r.all.n_mismatch ? difference_text(&r.all.first, &b->snn, &b->perm) : NULL;
    note_verdict(b, &r, difference);
    if (difference || r.error || r.counter_wrong)
        return refuse(b, &r, difference);
    TRY(note_cycles(b, &job, &r));
    note_accuracy(b, &r);
    stage_say(b, "verify     RTL equals model on %d images, every layer (%d of them again back to back, under "
              "stalls, after a reset); %s, run %.1f s, %.0f clocks per second\n", r.n, r.n_other,
              r.reused ? "model built before" : arena_printf(&b->perm, "built %.0f s", r.build_seconds),
              r.run_seconds, (double)r.clocks / r.run_seconds);
    return build_save(b);
}
