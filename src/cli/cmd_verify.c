/* e3ne verify - the Verilator model against the simulator, every layer, every code, every cycle. */
#include "cli/cmd.h"
#include "base/io.h"
#include "base/progress.h"
#include "cli/faults.h"
#include "cli/stages.h"
#include "cli/tapeverify.h"
#include "cosim/verify.h"
#include "cost/cycles.h"

const ExtraOption extra_verify[] = {
    { "--inject-fault", "WHERE", "LAYER:OUTPUT:INPUT:BIT, or random:N: flip weight bits in the hardware" },
    { 0 } };

enum { IMAGES = 1000, STALL_IMAGES = 100, GAP = 8 };

/* Predicts every image's cycles and counts those that were measured otherwise. */
static Err note_cycles(Build *b, const VerifyResult *r)
{
    json_t *j = build_run(b, "cycles");
    Arena a = b->scratch;
    int n = r->n, wrong = 0;
    int64_t *latency = NEW(&a, int64_t, (size_t)n), *interval = NEW(&a, int64_t, (size_t)n);
    TRY(cycles_latency(&b->design, n, GAP, latency, a, b->c));
    TRY(cycles_interval(&b->design, n, interval, a, b->c));
    for (int i = 0; i < n; i++)
        wrong += latency[i] != r->latency[i] || (i > 0 && interval[i - 1] != r->interval[i - 1]);
    json_object_set_new(j, "images", json_integer(n));
    json_object_set_new(j, "wrong_predictions", json_integer(wrong));
    json_object_set_new(j, "latency", min_mean_max(r->latency, n));
    json_object_set_new(j, "predicted_latency", min_mean_max(latency, n));
    if (n > 1) {
        json_object_set_new(j, "interval", min_mean_max(r->interval, n - 1));
        json_object_set_new(j, "predicted_interval", min_mean_max(interval, n - 1));
    }
    stage_say(b, "cycles     latency %lld, interval %lld; predictions wrong for %d of %d images\n",
              (long long)r->latency[0], n > 1 ? (long long)r->interval[n - 2] : 0LL, wrong, n);
    return ERR_NONE;
}

/* Accuracy of the classes that the hardware put out, beside the simulator's on the same images. */
static Err note_accuracy(Build *b, const VerifyJob *job, const int *hardware)
{
    Arena a = b->scratch;
    int *label = NEW(&a, int, (size_t)job->n), right = 0, rtl_right = 0;
    SimOut out = { .label = label };
    SimInput in = *job->input;
    in.n = job->n;
    TRY(sim_run(job->sim, &in, &out, NULL, a, b->c));
    for (int i = 0; i < job->n; i++) {
        right += label[i] == b->test.ds.label[i];
        rtl_right += hardware[i] == b->test.ds.label[i];
    }
    json_t *acc = build_run(b, "accuracy");
    json_object_set_new(acc, "rtl", json_real(100.0 * rtl_right / job->n));
    json_object_set_new(acc, "rtl_images", json_integer(job->n));
    json_object_set_new(acc, "quantized_same_images", json_real(100.0 * right / job->n));
    return ERR_NONE;
}

static void note_verdict(Build *b, const VerifyResult *r, const char *difference)
{
    json_t *j = json_pack("{s:i,s:i,s:I,s:i,s:I}", "images", r->n, "layers", b->snn.n_node, "mismatches",
                          (json_int_t)r->all.n_mismatch, "stall_images", r->n_stall, "values",
                          (json_int_t)(r->burst.tally.n_values + r->single.tally.n_values + r->stall.tally.n_values));
    if (difference)
        json_object_set_new(j, "first_difference", json_string(difference));
    json_object_set_new(b->run, "verify", j);
    build_time(b, "verify_build", r->build_seconds);
    build_time(b, "verify_run", r->run_seconds);
}

Err verify_job(Build *b, VerifyJob *job)
{
    const char *library;
    TRY(build_need_design(b));
    TRY(build_need_test(b));
    TRY(build_library(b, &library));
    if (!io_is_file(build_path(b, "rtl/files.f")))
        return fail(b->c, ERR_IO, (Loc){ .file = b->dir }, "no hardware there: run `e3ne emit` first");
    SimInput *in = NEW(&b->perm, SimInput, 1);
    int most = b->opt.verify_images ? b->opt.verify_images : IMAGES, n = most < b->test.n ? most : b->test.n;
    Sim *sim;
    if (n < 1)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--verify-images: at least one is wanted");
    TRY(sim_new(&b->snn, &b->perm, &sim, b->c));
    *in = imageset_input(&b->test, 0, b->test.n);
    *job = (VerifyJob){ .dir = b->work, .library = library,
                        .d = &b->design, .snn = &b->snn, .sim = sim, .input = in, .n = n,
                        .n_stall = n < STALL_IMAGES ? n : STALL_IMAGES, .seed = b->opt.seed };
    return ERR_NONE;
}

Err stage_verify(Build *b)
{
    VerifyJob job;
    VerifyResult r;
    TRY(build_need_plan(b));
    if (b->on_engine)
        return tapeverify(b);
    TRY(verify_job(b, &job));
    TRY(verify_run(&job, &b->perm, b->scratch, &r, b->c));
    const char *difference = r.all.n_mismatch ? difference_text(&r.all.first, &b->snn, &b->perm) : NULL;
    note_verdict(b, &r, difference);
    TRY(note_cycles(b, &r));
    if (difference) {
        TRY(build_save(b));
        return fail(b->c, ERR_NO, (Loc){ .file = b->dir }, "RTL differs from the model in %lld values; first: %s",
                    (long long)r.all.n_mismatch, difference);
    }
    TRY(note_accuracy(b, &job, r.burst.label));
    stage_say(b, "verify     RTL equals model on %d images, every layer (%d of them again under random "
              "stalls); built %.0f s, run %.0f s\n", r.n, r.n_stall, r.build_seconds, r.run_seconds);
    return build_save(b);
}

static Err verify_or_fault(Build *b)
{
    TRY(build_need_plan(b));
    return b->opt.extra[0] ? stage_faults(b, b->opt.extra[0]) : stage_verify(b);
}

Err cmd_verify(const Options *o, Ctx *c)
{
    static const StageRun run = { .make  = { stage_read, stage_quantize, stage_plan, stage_emit },
                                  .then  = { verify_or_fault }, .again = { verify_or_fault },
                                  .json  = "verify" };
    return stages_run(&run, o, c);
}
