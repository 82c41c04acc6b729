/* e3ne quantize - codes, weights and thresholds as exact integers. */
#include "cli/cmd.h"
#include "base/progress.h"
#include "cli/layerfacts.h"
#include "cli/stages.h"
#include "ir/text.h"
#include <string.h>

const ExtraOption extra_quantize[] = { { 0 } };

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
}

static bool is_e3ne(const Build *b) { return strcmp(b->opt.scheme, "e3ne") == 0; }

Err build_quantize(Build *b, QuantReport *r, int *n)
{
    float *x;
    TRY(build_need_net(b));
    TRY(build_need_calib(b));
    TRY(build_check_overlap(b));
    QuantOptions o = { .scheme = is_e3ne(b) ? QUANT_E3NE : QUANT_FIT,
                       .steps = b->opt.steps, .weight_bits = b->opt.weights,
                       .input_steps = b->opt.input_steps, .table = byte_values(b) };
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
    json_object_set_new(build_run(b, "calibration"), "images", json_integer(n));
    json_object_set_new(build_run(b, "calibration"), "seed", json_integer(b->opt.seed));
    build_time(b, "quantize", progress_now() - start);
    stage_say(b, "quantize   T=%d W=%d%s, %d calibration images, %.1f s\n", b->opt.steps, b->opt.weights,
              is_e3ne(b) ? " by E3NE's scheme" : "", n, progress_now() - start);
    print_quantized(b, &r);
    return ERR_NONE;
}

Err cmd_quantize(const Options *o, Ctx *c)
{
    static const StageRun run = { .make  = { stage_read, stage_quantize },
                                  .again = { stage_quantize }, .json = "layers" };
    return stages_run(&run, o, c);
}
