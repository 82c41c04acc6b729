/* e3ne quantize - codes, weights and thresholds as exact integers. */
#include "cli/cmd.h"
#include "base/progress.h"
#include "cli/layerfacts.h"
#include "cli/stages.h"
#include "ir/text.h"
#include <stdio.h>

const ExtraOption extra_quantize[] = { { "--passes", "", "list the quantiser's passes and their sources" },
                                       { 0 } };

/* Prepared value of each byte, per channel: what S_INPUT's table is made from. */
static const float *byte_values(Build *b)
{
    int channels = b->net.node[0].shape.c;
    float *t = NEW(&b->perm, float, (size_t)channels * 256);
    if (!b->calib.raw)
        return NULL;
    prep_table(&b->calib.prep, channels, t);
    return t;
}

/* The drawn calibration images as floats, [n,C,H,W]. */
static Err drawn_images(Build *b, int *n, float **x)
{
    int64_t image = shape_count(b->calib.shape);
    int *which = NEW(&b->perm, int, (size_t)b->opt.calib_images + 1);
    *n = prep_draw((uint64_t)b->opt.seed, b->calib.n, b->opt.calib_images, which, b->scratch);
    *x = NEW(&b->perm, float, (size_t)(*n * image));
    for (int i = 0; i < *n; i++) imageset_floats(&b->calib, which[i], 1, *x + i * image);
    if (*n == 0)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--calib-images 0: at least one is wanted");
    return ERR_NONE;
}

static void print_quantized(const Build *b, const QuantReport *r)
{
    for (int k = 0; k < r->n_layer; k++)
        stage_say(b, "           %-12s code error %.3f, threshold error %.3f codes%s\n",
                  r->layer[k].name, r->layer[k].code_error, r->layer[k].threshold_error,
                  r->layer[k].dead ? ", dead channels" : "");
    if (r->loss_before > 0)
        stage_say(b, "           divergence from the float network %.5f, refined %.5f\n",
                  r->loss_before, r->loss_after);
}

Err build_quantize(Build *b, QuantReport *r, int *n)
{
    float *x;
    TRY(build_need_net(b));
    TRY(build_need_calib(b));
    QuantOptions o = { .steps = b->opt.steps, .weight_bits = b->opt.weights,
                       .input_steps = b->opt.input_steps, .table = byte_values(b) };
    TRY(quant_without(b->opt.without, &o.without, b->c));
    TRY(drawn_images(b, n, &x));
    b->snn = graph_new(&b->perm);
    TRY(quantize(&b->net, &o, x, *n, &b->snn, r, b->scratch, b->c));
    TRY(quant_prove(&b->snn, b->c));
    b->has_snn = true;
    b->has_design = false;
    return ERR_NONE;
}

Err stage_quantize(Build *b)
{
    double start = progress_now();
    QuantReport r;
    int n;
    TRY(build_quantize(b, &r, &n));
    TRY(graph_save(b->work, "snn.il", "tensors.npz", &b->snn, b->c));
    layers_describe(b, &r);
    json_object_set_new(b->run, "calibration", json_pack("{s:i,s:i}", "images", n, "seed", b->opt.seed));
    build_time(b, "quantize", progress_now() - start);
    stage_say(b, "quantize   T=%d W=%d, %d calibration images, %.1f s\n", b->opt.steps, b->opt.weights, n,
              progress_now() - start);
    print_quantized(b, &r);
    return ERR_NONE;
}

static void print_passes(void)
{
    for (int i = 0; i < quant_n_passes(); i++) {
        QuantPassInfo p = quant_pass_info(i);
        printf("%-11s %s%s\n%-11s %s\n", p.name, p.help, p.needed ? " (always)" : "", "", p.source);
    }
}

Err cmd_quantize(const Options *o, Ctx *c)
{
    if (o->extra[0]) {
        print_passes();
        return ERR_NONE;
    }
    static const StageRun run = { .make  = { stage_read, stage_quantize },
                                  .again = { stage_quantize }, .json = "layers" };
    return stages_run(&run, o, c);
}
