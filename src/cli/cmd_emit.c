/* e3ne emit - SystemVerilog and memory images. */
#include "cli/cmd.h"
#include "cli/stages.h"
#include "cli/taped.h"
#include "base/io.h"
#include "emit/emit.h"

const ExtraOption extra_emit[] = { { 0 } };

enum { EXAMPLES = 3 };

/* The first test images as the testbench sends them: pixel by pixel, channels side by side. */
static Err example_pixels(Build *b, int n, const SimInput *in, int64_t *pixel)
{
    const Node *first = &b->snn.node[0];
    int64_t image = shape_count(first->shape), hw = image / first->shape.c;
    int16_t *code = NEW(&b->perm, int16_t, (size_t)(n * image));
    TRY(sim_encode(&b->snn, in, code, b->c));
    for (int i = 0; i < n; i++)
        for (int64_t p = 0; p < hw; p++)
            for (int ch = 0; ch < first->shape.c; ch++) {
                int64_t from = i * image + ch * hw + p;
                pixel[i * image + p * first->shape.c + ch] = b->opt.raw_input ? in->raw[from] : code[from];
            }
    return ERR_NONE;
}

static Err make_example(Build *b, EmitExample *e)
{
    int n = b->test.n < EXAMPLES ? b->test.n : EXAMPLES;
    int64_t image = shape_count(b->snn.node[0].shape);
    int classes = b->snn.node[b->snn.n_node - 1].shape.c;
    int64_t *pixel = NEW(&b->perm, int64_t, (size_t)(n * image));
    int64_t *logit = NEW(&b->perm, int64_t, (size_t)(n * classes));
    int *best = NEW(&b->perm, int, (size_t)n);
    SimInput in = imageset_input(&b->test, 0, n);
    SimOut out = { .logit = logit, .label = best };
    Sim *sim;
    TRY(example_pixels(b, n, &in, pixel));
    TRY(sim_new(&b->snn, &b->perm, &sim, b->c));
    TRY(sim_run(sim, &in, &out, NULL, b->scratch, b->c));
    *e = (EmitExample){ n, pixel, logit, best };
    return ERR_NONE;
}

Err stage_emit(Build *b)
{
    EmitExample e = { 0 };
    const char *library;
    TRY(build_need_plan(b));
    if (b->on_engine)
        return taped_emit(b);
    TRY(build_need_test(b));
    if (b->has_test)
        TRY(make_example(b, &e));
    TRY(build_library(b, &library));
    TRY(emit_design(&b->design, library, b->work, &e, b->scratch, b->c));
    TRY(io_remove_tree(build_path(b, "tape.bin"), b->c)); /* of an engine that was planned before */
    stage_say(b, "emit       %d units, %s/rtl/%s_top.sv\n", b->design.n_unit, b->dir, b->design.name);
    return ERR_NONE;
}

Err cmd_emit(const Options *o, Ctx *c)
{
    static const StageRun run = { .make  = { stage_read, stage_quantize, stage_plan, stage_emit },
                                  .again = { stage_emit }, .json = "layers" };
    return stages_run(&run, o, c);
}
