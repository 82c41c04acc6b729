/* quantize --search: T and W of each layer under a budget, the frontier as a table, search.json and
 * search.svg; what it chose becomes the build's options. */
#include "cli/precision.h"
#include "base/io.h"
#include "base/progress.h"
#include "cli/cmd.h"
#include "cli/stages.h"
#include "cli/table.h"
#include "explore/search.h"
#include "fmt/jfile.h"
#include "front/prep.h"
#include "report/report.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_MAX = 2000, TOP = 6, POINTS = 300 };
static const double default_drop = 0.5; /* where no budget is given */

/* What the user asked for; the order of extra_quantize. */
enum { X_SEARCH, X_DROP, X_CYCLES, X_BITS, X_FROM, X_IMAGES, X_POINTS, X_COUNT };
_Static_assert((int)X_COUNT < (int)OPT_MAX_EXTRA, "a verb's own options");

typedef struct Finder {
    Build        *b;
    SearchOptions o;
    SearchResult  r;
    PlanOptions   plan;
    Progress      bar;
    bool          test;    /* labelled test images are there */
} Finder;

static Err number(Build *b, const char *name, const char *text, double least, double *x)
{
    char *end;
    if (!text)
        return ERR_NONE;
    *x = strtod(text, &end);
    if (*text && !*end && *x >= least && *x < 1e12)
        return ERR_NONE;
    return fail(b->c, ERR_OPTION, (Loc){ 0 }, "%s %s: a number is wanted, %g or more", name,
                text, least);
}

static Err read_budget(Build *b, SearchBudget *s)
{
    const char *const *x = b->opt.extra;
    *s = (SearchBudget){ .max_drop = x[X_CYCLES] || x[X_BITS] ? -1 : default_drop };
    TRY(number(b, "--max-drop", x[X_DROP], 0, &s->max_drop));
    TRY(number(b, "--max-cycles", x[X_CYCLES], 1, &s->max_cycles));
    return number(b, "--max-weight-bits", x[X_BITS], 1, &s->max_weight_bits);
}

static Err read_top(Build *b, SearchOptions *o)
{
    const char *text = b->opt.extra[X_FROM];
    char more;
    o->top_steps = o->top_bits = TOP;
    if (text && sscanf(text, "%d,%d%c", &o->top_steps, &o->top_bits, &more) != 2)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--search-from %s: T,W is wanted, such as 6,6",
                    text);
    return ERR_NONE;
}

/* Every k-th of the n drawn images, so that there are about `most`. */
static const float *some_of(Build *b, const float *x, int n, int most, int *n_few)
{
    int64_t image = shape_count(b->calib.shape);
    float *few = NEW(&b->perm, float, (size_t)(most * image));
    *n_few = most;
    for (int64_t i = 0; i < most; i++)
        memcpy(few + i * image, x + i * n / most * image, (size_t)image * sizeof *few);
    return few;
}

/* Calibration images that were not drawn, HELD_MAX of them at most; where none are left, the drawn
 * ones again. */
static void hold_out(Build *b, SearchOptions *o)
{
    int64_t image = shape_count(b->calib.shape);
    int all = b->calib.n, rest = all - o->n_calib, n = rest < HELD_MAX ? rest : HELD_MAX, k = 0;
    int *drawn = NEW(&b->perm, int, (size_t)o->n_calib + 1);
    int *held = NEW(&b->perm, int, (size_t)n + 1);
    if (rest == 0) {
        o->held = o->calib;
        o->n_held = o->n_calib;
        return;
    }
    prep_draw((uint64_t)b->opt.seed, all, o->n_calib, drawn, b->scratch);
    prep_draw((uint64_t)b->opt.seed + 1, rest, n, held, b->scratch);
    float *x = NEW(&b->perm, float, (size_t)(n * image));
    for (int i = 0, free = 0, d = 0; i < all && k < n; i++) {
        bool was_drawn = d < o->n_calib && drawn[d] == i;
        d += was_drawn;
        if (!was_drawn && free++ == held[k])
            imageset_floats(&b->calib, i, 1, x + k++ * image);
    }
    o->held = x;
    o->n_held = n;
}

static Err read_images(Build *b, SearchOptions *o)
{
    double few = 0;
    float *x;
    TRY(build_drawn(b, &o->n_calib, &x));
    o->calib = x;
    hold_out(b, o);
    TRY(number(b, "--search-images", b->opt.extra[X_IMAGES], 1, &few));
    if (few > 0 && few < o->n_calib)
        o->few = some_of(b, x, o->n_calib, (int)few, &o->n_few);
    return ERR_NONE;
}

/* Accuracy of a step, for the eyes of the user only. */
static Err note_accuracy(void *user, const Graph *snn, SearchPoint *p, Arena scratch)
{
    Finder *f = user;
    Build view = *f->b;
    if (!f->test)
        return ERR_NONE;
    view.snn = *snn;
    view.scratch = scratch;
    return build_accuracy(&view, &p->accuracy);
}

static void draw_bar(void *user, int done, int most)
{
    (void)most;
    progress_at(&((Finder *)user)->bar, done);
}

static Err open_test(Finder *f)
{
    Build *b = f->b;
    if (!b->opt.test && !io_is_file(io_join(&b->perm, b->model, "test.npz")))
        return ERR_NONE;
    TRY(build_need_test(b));
    f->test = true;
    return ERR_NONE;
}

/* It takes longer than the rest, and says little about which network is the better one; the one
 * that is chosen gets it. */
static Err leave_out_refining(QuantOptions *o, Ctx *c)
{
    unsigned refine;
    TRY(quant_without("refine", &refine, c));
    o->without |= refine;
    return ERR_NONE;
}

static Err prepare(Finder *f)
{
    Build *b = f->b;
    SearchOptions *o = &f->o;
    double points = POINTS;
    TRY(build_need_net(b));
    TRY(build_need_calib(b));
    TRY(open_test(f));
    TRY(read_budget(b, &o->budget));
    TRY(read_top(b, o));
    TRY(number(b, "--search-points", b->opt.extra[X_POINTS], 1, &points));
    b->opt.steps = (OptINTS)OPT_ONE(o->top_steps); /* the options' own lists do not matter */
    b->opt.weights = (OptINTS)OPT_ONE(o->top_bits);
    TRY(build_quant_options(b, &o->quant));
    TRY(leave_out_refining(&o->quant, b->c));
    TRY(read_images(b, o));
    o->max_points = (int)points;
    o->kept = note_accuracy;
    o->at = draw_bar;
    o->user = f;
    if (o->budget.max_cycles > 0) {
        f->plan = plan_options(b);
        o->plan = &f->plan;
    }
    return ERR_NONE;
}

static OptINTS ints(const int *v, int n)
{
    OptINTS list = { .n = n };
    memcpy(list.v, v, (size_t)n * sizeof *v);
    return list;
}

typedef struct Texts { int input; OptINTS t, w; const char *steps, *bits; } Texts;

/* The point as options; the scores' layer has no T. */
static Texts texts_of(Finder *f, const SearchPoint *p)
{
    int layers = (f->r.n_knob - 1) / 2;
    bool scores = layers > 0 && p->knob[layers] == 0;
    Texts t = { p->knob[0], ints(p->knob + 1, layers - (scores && layers > 1)),
                ints(p->knob + 1 + layers, layers), NULL, NULL };
    t.t.v[0] = t.t.v[0] ? t.t.v[0] : t.input; /* a single layer of scores */
    t.steps = options_ints(&t.t, &f->b->perm);
    t.bits = options_ints(&t.w, &f->b->perm);
    return t;
}

static void print_front(Finder *f)
{
    Table t = table_new(">T in|T of layers|W of layers|>weight bits|>SOPs|>spikes|>cycles|>error %|"
                        ">agreement %|>test accuracy %|");
    for (int i = 0; i < f->r.n; i++) {
        const SearchPoint *p = &f->r.point[i];
        char cycles[24] = "-", accuracy[24] = "-";
        if (!p->front)
            continue;
        Texts x = texts_of(f, p);
        if (p->cycles >= SEARCH_NO_FIT)
            snprintf(cycles, sizeof cycles, "no fit");
        else if (p->cycles > 0)
            snprintf(cycles, sizeof cycles, "%.0f", p->cycles);
        if (p->accuracy >= 0)
            snprintf(accuracy, sizeof accuracy, "%.2f", p->accuracy);
        table_row(&t, "%d|%s|%s|%.0f|%.0f|%.0f|%s|%.2f|%.2f|%s|%s", x.input, x.steps, x.bits,
                  p->weight_bits, p->sops, p->spikes, cycles, 100 * p->error, p->agreement,
                  accuracy, i == f->r.chosen ? "chosen" : "");
    }
    table_print(&t);
    if (f->test)
        stage_say(f->b, "           test accuracy is shown, not used\n");
}

static json_t *point_json(Finder *f, const SearchPoint *p)
{
    Texts x = texts_of(f, p);
    json_t *j = json_pack("{s:i,s:s,s:s,s:f,s:f,s:f,s:f,s:f}", "input_steps", x.input, "steps",
                          x.steps, "weights", x.bits, "weight_bits", p->weight_bits, "sops", p->sops,
                          "spikes", p->spikes, "logit_error", p->error, "agreement", p->agreement);
    if (p->cycles >= SEARCH_NO_FIT)
        json_object_set_new(j, "cycles", json_null());
    else if (p->cycles > 0)
        json_object_set_new(j, "cycles", json_real(p->cycles));
    if (p->accuracy >= 0)
        json_object_set_new(j, "test_accuracy_not_used", json_real(p->accuracy));
    return j;
}

/* The points first .. last - 1, all or those of the front. */
static json_t *points_json(Finder *f, int first, int last, bool front)
{
    json_t *all = json_array();
    for (int i = first; i < last; i++)
        if (!front || f->r.point[i].front)
            json_array_append_new(all, point_json(f, &f->r.point[i]));
    return all;
}

static json_t *budget_json(const SearchBudget *s)
{
    json_t *j = json_object();
    if (s->max_drop >= 0)
        json_object_set_new(j, "max_drop", json_real(s->max_drop));
    if (s->max_cycles > 0)
        json_object_set_new(j, "max_cycles", json_real(s->max_cycles));
    if (s->max_weight_bits > 0)
        json_object_set_new(j, "max_weight_bits", json_real(s->max_weight_bits));
    return j;
}

/* What goes into run.json; search.json has every network that was tried as well. */
static json_t *facts(Finder *f)
{
    const SearchResult *r = &f->r;
    int n_calib = f->o.few ? f->o.n_few : f->o.n_calib;
    json_t *j = json_pack("{s:o,s:i,s:i,s:i,s:b,s:o}", "budget", budget_json(&f->o.budget),
                          "networks", r->n, "calibration_images", n_calib, "held_images", f->o.n_held,
                          "held_are_calibration", f->o.held == f->o.calib, "frontier",
                          points_json(f, 0, r->n, true));
    if (r->chosen >= 0)
        json_object_set_new(j, "chosen", point_json(f, &r->point[r->chosen]));
    return j;
}

static Err save_json(Finder *f)
{
    const SearchResult *r = &f->r;
    json_t *j = facts(f);
    json_object_set_new(j, "top", point_json(f, &r->point[0]));
    json_object_set_new(j, "sensitivity", points_json(f, 1, 1 + r->n_sensitivity, false));
    json_object_set_new(j, "descent", points_json(f, 1 + r->n_sensitivity, r->n, false));
    Err e = jfile_save(build_path(f->b, "search.json"), j, f->b->c);
    json_decref(j);
    return e;
}

static Err save_svg(Finder *f)
{
    Build *b = f->b;
    FrontierPoint *p = NEW(&b->perm, FrontierPoint, (size_t)f->r.n);
    for (int i = 0; i < f->r.n; i++) {
        const SearchPoint *q = &f->r.point[i];
        Texts x = texts_of(f, q);
        bool chosen = i == f->r.chosen;
        const char *name = arena_printf(&b->perm, "%sT %d (input) %s, W %s", chosen ? "chosen: " : "",
                                        x.input, x.steps, x.bits);
        p[i] = (FrontierPoint){ q->weight_bits, q->sops > 1 ? q->sops : 1, q->agreement, q->accuracy,
                                q->front, chosen, name };
    }
    const char *title = arena_printf(&b->perm, "%s: T and W of each layer", build_model_name(b));
    return report_frontier_svg(build_path(b, "search.svg"), title, p, f->r.n, b->c);
}

/* The chosen point as the build's options, so that every later stage goes on from it. */
static void take(Finder *f)
{
    Build *b = f->b;
    Texts x = texts_of(f, &f->r.point[f->r.chosen]);
    b->opt.steps = x.t;
    b->opt.weights = x.w;
    b->opt.input_steps = x.input;
    json_object_set_new(b->run, "options", options_to_json(&b->opt));
}

static Err search_and_show(Finder *f)
{
    Build *b = f->b;
    double start = progress_now();
    f->bar = progress_start("search", "networks", f->o.max_points);
    Err e = search_run(&b->net, &f->o, &f->r, &b->perm, b->scratch, b->c);
    progress_end(&f->bar);
    if (f->r.n < 1 || (e && e != ERR_NO))
        return e;
    stage_say(b, "search     %d networks from T=%d W=%d, %.1f s; on %d images %s, each %.2f "
              "points\n", f->r.n, f->o.top_steps, f->o.top_bits, progress_now() - start, f->o.n_held,
              f->o.held == f->o.calib ? "of calibration (no others are left)"
                                      : "that calibrated nothing", 100.0 / f->o.n_held);
    if (!b->opt.json)
        print_front(f);
    build_cost(b, "search", progress_now() - start);
    TRY(save_json(f));
    TRY(save_svg(f));
    return e;
}

Err stage_search(Build *b)
{
    Finder f = { .b = b };
    Options given = b->opt;
    TRY(prepare(&f));
    Err e = search_and_show(&f);
    b->opt = given;
    if (e)
        return e;
    take(&f);
    TRY(stage_quantize(b));
    json_object_set_new(b->run, "search", facts(&f));
    return ERR_NONE;
}

const ExtraOption extra_quantize[] = {
    [X_SEARCH] = { "--search", "", "T and W of each layer, as small as a budget allows" },
    [X_DROP]   = { "--max-drop", "P", "budget: percent of images that may differ from float (0.5)" },
    [X_CYCLES] = { "--max-cycles", "N", "budget: cycles per image, fastest folding that fits" },
    [X_BITS]   = { "--max-weight-bits", "N", "budget: bits of all weights together" },
    [X_FROM]   = { "--search-from", "T,W", "where the search begins (6,6)" },
    [X_IMAGES] = { "--search-images", "N", "calibrate with so few while searching (all)" },
    [X_POINTS] = { "--search-points", "N", "networks tried at most (300)" },
    { 0 }
};

bool precision_wanted(const Options *o) { return o->extra[X_SEARCH] != NULL; }

Err precision_check(const Options *o, Ctx *c)
{
    for (int k = X_SEARCH + 1; k < X_COUNT && !o->extra[X_SEARCH]; k++)
        if (o->extra[k])
            return fail(c, ERR_OPTION, (Loc){ 0 }, "%s goes with --search", extra_quantize[k].name);
    return ERR_NONE;
}
