/* e3ne quantize - codes, weights and thresholds as exact integers. */
#include "cli/cmd.h"
#include "base/progress.h"
#include "cli/layerfacts.h"
#include "cli/precision.h"
#include "cli/stages.h"
#include "ir/text.h"
#include <stdio.h>
#include <string.h>

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

Err build_drawn(Build *b, int *n, float **x)
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

/* One number for each of n layers, from a list of n (or n - 1: the last needs none) or of one for
 * all (NULL). */
static Err per_layer(Build *b, const char *name, const OptINTS *given, int n, bool last,
                     const int **v)
{
    int *all = NEW(&b->perm, int, (size_t)n);
    *v = given->n > 1 ? all : NULL;
    for (int i = 0; i < n && i < given->n; i++) all[i] = given->v[i];
    if (given->n == 1 || given->n == n || (!last && given->n == n - 1))
        return ERR_NONE;
    return fail(b->c, ERR_OPTION, (Loc){ 0 }, "%s %s: %d numbers, but the network has %d conv "
                "and dense layers%s", name, options_ints(given, &b->perm), given->n, n,
                last ? "" : " (the last gives scores and needs none)");
}

static bool is_e3ne(const Build *b) { return strcmp(b->opt.scheme, "e3ne") == 0; }

Err build_quant_options(Build *b, QuantOptions *o)
{
    const Graph *net = &b->net;
    int n = quant_n_layers(net);
    bool codes = !op_is_synapse(net->node[net->n_node - 1].op);
    *o = (QuantOptions){ .scheme = is_e3ne(b) ? QUANT_E3NE : QUANT_FIT,
                         .steps = b->opt.steps.v[0], .weight_bits = b->opt.weights.v[0],
                         .input_steps = b->opt.input_steps, .table = byte_values(b), .n_layer = n };
    TRY(quant_without(b->opt.without, &o->without, b->c));
    TRY(per_layer(b, "--steps", &b->opt.steps, n, codes, &o->layer_steps));
    return per_layer(b, "--weights", &b->opt.weights, n, true, &o->layer_bits);
}

static void print_quantized(const Build *b, const QuantReport *r, int n)
{
    if (r->n_image > n)
        stage_say(b, "           with mirror images: the float network sees the same in them "
                  "(kappa %.2f)\n", r->mirror_kappa);
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
    TRY(build_check_overlap(b));
    QuantOptions o;
    TRY(build_quant_options(b, &o));
    TRY(build_drawn(b, n, &x));
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
    json_object_del(b->run, "search"); /* of another network than this one */
    TRY(graph_save(b->work, "snn.il", "tensors.npz", &b->snn, b->c));
    layers_describe(b, &r);
    json_t *calibration = build_run(b, "calibration");
    json_object_set_new(calibration, "images", json_integer(n));
    json_object_set_new(calibration, "mirror_images", json_integer(r.n_image - n));
    json_object_set_new(calibration, "seed", json_integer(b->opt.seed));
    build_cost(b, "quantize", progress_now() - start);
    stage_say(b, "quantize   T=%s W=%s%s, %d calibration images, %.1f s\n",
              options_ints(&b->opt.steps, &b->perm), options_ints(&b->opt.weights, &b->perm),
              is_e3ne(b) ? " by E3NE's scheme" : "", n, progress_now() - start);
    print_quantized(b, &r, n);
    return ERR_NONE;
}

void quantize_print_passes(void)
{
    printf("\npasses, in the order of running:\n");
    for (int i = 0; i < quant_n_passes(); i++) {
        QuantPassInfo p = quant_pass_info(i);
        printf("  %-11s %s%s\n  %-11s %s\n", p.name, p.help, p.needed ? " (always)" : "", "", p.source);
    }
}

Err cmd_quantize(const Options *o, Ctx *c)
{
    static const StageRun once = { .make  = { stage_read, stage_quantize },
                                   .again = { stage_quantize }, .json = "layers" };
    static const StageRun search = { .make  = { stage_read, stage_search },
                                     .again = { stage_search }, .json = "search" };
    TRY(precision_check(o, c));
    return stages_run(precision_wanted(o) ? &search : &once, o, c);
}
