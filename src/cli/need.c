/* What a stage needs of earlier stages or of the user's files, brought when first asked for. */
#include "base/io.h"
#include "cli/build.h"
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

Err build_need_design(Build *b)
{
    json_t *j;
    const char *name;
    int raw;
    TRY(build_need_snn(b));
    if (b->has_design)
        return ERR_NONE;
    if (!io_is_file(build_path(b, "plan.json")))
        return run_first(b, "plan");
    TRY(jfile_load(build_path(b, "plan.json"), &j, b->c));
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
    json_decref(j);
    b->has_design = e == ERR_NONE;
    return e;
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

Err build_need_test(Build *b)
{
    const char *path = path_or_exported(b, b->opt.test, "test.npz");
    if (b->has_test)
        return ERR_NONE;
    if (!path)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--test IMAGES is missing");
    TRY(open_images(b, &b->test, path, b->opt.labels, true));
    b->has_test = true;
    return ERR_NONE;
}
