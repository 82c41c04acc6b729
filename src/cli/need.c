/* What a stage needs of earlier stages or of the user's files, brought when first asked for. */
#include "base/io.h"
#include "cli/build.h"
#include "cli/overlap.h"
#include "cli/stages.h"
#include "cli/taped.h"
#include "fmt/jfile.h"
#include "front/front.h"
#include "hw/lower.h"
#include "ir/text.h"
#include <string.h>

static Err run_first(Build *b, const char *verb)
{
    return fail(b->c, ERR_IO, (Loc){ .file = b->dir }, "nothing there to go on from: run `e3ne %s` first",
                verb);
}

Err build_need_net(Build *b)
{
    if (b->has_net)
        return ERR_NONE;
    if (!io_is_file(build_path(b, "network.il")))
        return run_first(b, "compile");
    b->net = graph_new(&b->perm);
    TRY(graph_load(b->work, "network.il", "network.npz", &b->net, b->c));
    b->has_net = true;
    return ERR_NONE;
}

Err build_need_snn(Build *b)
{
    if (b->has_snn)
        return ERR_NONE;
    if (!io_is_file(build_path(b, "snn.il")))
        return run_first(b, "quantize");
    b->snn = graph_new(&b->perm);
    TRY(graph_load(b->work, "snn.il", "tensors.npz", &b->snn, b->c));
    TRY(quant_prove(&b->snn, b->c));
    b->has_snn = true;
    return ERR_NONE;
}

static Err bad_plan(Build *b, const char *what)
{
    return fail(b->c, ERR_FORMAT, (Loc){ .file = build_path(b, "plan.json") }, "%s: run `e3ne plan` again",
                what);
}

static Err read_foldings(Build *b, const json_t *j, Folding *f)
{
    for (int i = 0; i < b->snn.n_node; i++) {
        json_t *one = json_object_get(j, b->snn.node[i].name);
        if (one && json_unpack(one, "{s:i,s:i}", "pin", &f[i].pin, "pout", &f[i].pout) != 0)
            return bad_plan(b, "a folding is not {pin, pout}");
    }
    return ERR_NONE;
}

static Err reload_pipeline(Build *b, json_t *j)
{
    const char *name;
    int raw;
    Folding *f = NEW(&b->perm, Folding, (size_t)b->snn.n_node);
    LowerOptions o = { .folding = f };
    Err e = json_unpack(j, "{s:s,s:b,s:i,s:i}", "name", &name, "raw_input", &raw, "fifo_words",
                        &o.fifo_words, "vector_words", &o.vector_words) != 0 ? bad_plan(b, "a key is missing")
                                            : read_foldings(b, json_object_get(j, "folding"), f);
    if (!e) {
        o.name = arena_str(&b->perm, name);
        o.raw_input = raw != 0;
        e = lower_design(&b->snn, &o, true, &b->perm, &b->design, b->c);
    }
    b->has_design = e == ERR_NONE;
    return e;
}

Err build_need_plan(Build *b)
{
    json_t *j;
    TRY(build_need_snn(b));
    if (b->has_design)
        return ERR_NONE;
    if (!io_is_file(build_path(b, "plan.json")))
        return run_first(b, "plan");
    TRY(jfile_load(build_path(b, "plan.json"), &j, b->c));
    Err e = json_object_get(j, "arch") ? taped_reload(b, j) : reload_pipeline(b, j);
    json_decref(j);
    return e;
}

Err build_need_design(Build *b)
{
    TRY(build_need_plan(b));
    if (b->on_engine)
        return fail(b->c, ERR_UNSUPPORTED, (Loc){ .file = b->dir }, "it is planned for an engine, which no board's "
                    "chip holds: use --arch pipeline");
    return ERR_NONE;
}

/* The file that an exported folder brings, unless the user names another. */
static const char *path_or_exported(Build *b, const char *given, const char *exported)
{
    if (given || !b->model || !io_is_dir(b->model))
        return given;
    const char *path = io_join(&b->perm, b->model, exported);
    return io_is_file(path) ? path : NULL;
}

static Err network_input(Build *b, Shape *in, int *classes)
{
    if (!b->has_net && b->has_snn) {
        *in = b->snn.node[0].shape;
        *classes = b->snn.node[b->snn.n_node - 1].shape.c;
        return ERR_NONE;
    }
    TRY(build_need_net(b));
    *in = b->net.node[0].shape;
    *classes = (int)shape_count(b->net.node[b->net.n_node - 1].shape);
    return ERR_NONE;
}

static Err open_images(Build *b, Images *s, const char *path, const char *labels, bool checked)
{
    Shape in;
    int classes;
    TRY(network_input(b, &in, &classes));
    return imageset_open(s, &b->opt, path, labels, in, checked ? classes : 0, &b->perm, b->c);
}

Err build_need_calib(Build *b)
{
    const char *path = path_or_exported(b, b->opt.calib, "calib.npz");
    if (b->has_calib)
        return ERR_NONE;
    if (!path)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--calib IMAGES is missing: a few hundred training "
                    "images that the scales are fitted to");
    TRY(open_images(b, &b->calib, path, NULL, false));
    b->has_calib = true;
    return ERR_NONE;
}

/* The test set that the calibration images were last compared with. */
static bool was_compared(Build *b, const char *calib, const char *test)
{
    const json_t *j = json_object_get(json_object_get(b->run, "calibration"), "compared");
    const char *c = json_string_value(json_object_get(j, "calib"));
    const char *t = json_string_value(json_object_get(j, "test"));
    return c && t && !strcmp(c, calib) && !strcmp(t, test);
}

static Err judge_overlap(Build *b, const char *calib, const char *test, const Overlap *o)
{
    if (o->n == 0)
        return ERR_NONE;
    if (!b->opt.allow_overlap)
        return fail(b->c, ERR_OPTION, (Loc){ .file = calib }, "%d of the calibration images are test "
                    "images as well, the first is image %d, test image %d of %s: a network must not "
                    "be fitted to what it is measured on; calibrate with training images, or say "
                    "--allow-overlap", o->n, o->calib, o->test, test);
    stage_say(b, "note       %d of the calibration images are test images as well (--allow-overlap)\n",
              o->n);
    return ERR_NONE;
}

Err build_check_overlap(Build *b)
{
    const char *calib = path_or_exported(b, b->opt.calib, "calib.npz");
    const char *test = path_or_exported(b, b->opt.test, "test.npz");
    if (!calib || !test || was_compared(b, calib, test) || !io_is_file(calib))
        return ERR_NONE;
    Arena a = b->scratch; /* the images are looked at and forgotten */
    Images c, t;
    Shape in;
    int classes;
    TRY(network_input(b, &in, &classes));
    TRY(imageset_open(&c, &b->opt, calib, NULL, in, 0, &a, b->c));
    TRY(imageset_open(&t, &b->opt, test, NULL, in, 0, &a, b->c));
    Overlap o = overlap_find(&c, &t, a);
    TRY(judge_overlap(b, calib, test, &o));
    json_object_set_new(build_run(b, "calibration"), "compared", json_pack("{s:s,s:s,s:i}", "calib",
                        calib, "test", test, "overlap", o.n));
    return ERR_NONE;
}

Err build_need_test(Build *b)
{
    const char *path = path_or_exported(b, b->opt.test, "test.npz");
    if (b->has_test)
        return ERR_NONE;
    if (!path)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--test IMAGES is missing");
    TRY(build_check_overlap(b));
    TRY(open_images(b, &b->test, path, b->opt.labels, true));
    b->has_test = true;
    return ERR_NONE;
}
