#include "cli/build.h"
#include "base/io.h"
#include "base/progress.h"
#include "cli/verb.h"
#include "cli/folder.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PERM_BYTES_LOG2 = 36, SCRATCH_BYTES_LOG2 = 36 }; /* address space; pages when touched */

static void build_new(Build *b, Ctx *c)
{
    *b = (Build){ .c = c, .perm = arena_new((size_t)1 << PERM_BYTES_LOG2),
                  .scratch = arena_new((size_t)1 << SCRATCH_BYTES_LOG2), .run = json_object(),
                  .times = json_object() };
}

const char *build_model_name(Build *b)
{
    char *s = arena_str(&b->perm, b->model);
    for (size_t n = strlen(s); n > 1 && s[n - 1] == '/'; n--) s[n - 1] = '\0';
    char *base = arena_str(&b->perm, io_base(s)), *dot = strrchr(base, '.');
    if (dot && dot != base)
        *dot = '\0';
    return base;
}

static Err open_folder(Build *b, const Options *given)
{
    Options o = options_default();
    b->dir = b->work = given->word[0];
    TRY(folder_load(b->dir, &b->run, &b->times, b->c));
    options_from_json(&o, json_object_get(b->run, "options"), &b->perm);
    TRY(options_parse(&o, given->own, given->argc, given->argv, b->c));
    if (o.out && strcmp(o.out, b->dir) != 0)
        return fail(b->c, ERR_OPTION, (Loc){ 0 },
                    "-o %s: %s is a build folder and stays where it is", o.out, b->dir);
    b->opt   = o;
    const json_t *model = json_object_get(json_object_get(b->run, "model"), "file");
    b->model = model ? arena_str(&b->perm, json_string_value(model)) : NULL;
    return ERR_NONE;
}

static Err open_model(Build *b, const Options *given)
{
    b->opt   = *given;
    b->model = given->word[0];
    b->dir   = given->out ? given->out : arena_printf(&b->perm, "%s.e3ne", build_model_name(b));
    TRY(folder_may_become(b->dir, b->c));
    b->work  = arena_printf(&b->perm, "%s.part-%ld", b->dir, (long)getpid());
    json_object_set_new(b->run, "e3ne", json_string(E3NE_VERSION));
    return ERR_NONE;
}

static bool all_within(const OptINTS *v, int most)
{
    for (int i = 0; i < v->n; i++)
        if (v->v[i] < 1 || v->v[i] > most)
            return false;
    return true;
}

Err build_open(Build *b, const Options *given, Ctx *c)
{
    build_new(b, c);
    if (given->n_word != 1)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "one MODEL or one build folder is wanted, %d are given",
                    given->n_word);
    TRY(folder_is_build(given->word[0]) ? open_folder(b, given) : open_model(b, given));
    TRY(device_find(&b->device, b->opt.device, c));
    if (!all_within(&b->opt.steps, QUANT_MAX_STEPS) || b->opt.input_steps > QUANT_MAX_STEPS)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "time steps run from 1 to %d", QUANT_MAX_STEPS);
    if (!all_within(&b->opt.weights, QUANT_MAX_BITS))
        return fail(c, ERR_OPTION, (Loc){ 0 }, "--weights %s: weights have 1 to %d bits",
                    options_ints(&b->opt.weights, &b->perm), QUANT_MAX_BITS);
    if (strcmp(b->opt.scheme, "fit") != 0 && strcmp(b->opt.scheme, "e3ne") != 0)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "--scheme %s: fit and e3ne are there", b->opt.scheme);
    if (strcmp(b->opt.arch, "auto") != 0 && strcmp(b->opt.arch, "pipeline") != 0 &&
        strcmp(b->opt.arch, "engine") != 0)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "--arch %s: auto, pipeline and engine are there", b->opt.arch);
    json_object_set_new(b->run, "options", options_to_json(&b->opt));
    return ERR_NONE;
}

Err build_commit(Build *b)
{
    if (b->work == b->dir)
        return ERR_NONE;
    TRY(build_save(b));
    TRY(io_replace_tree(b->work, b->dir, b->c));
    b->work = b->dir;
    return ERR_NONE;
}

Err build_save(Build *b) { return folder_save(b->work, b->run, b->times, b->c); }

void build_close(Build *b)
{
    Ctx quiet = { 0 };
    if (b->work && b->work != b->dir && io_remove_tree(b->work, &quiet) != ERR_NONE)
        fprintf(stderr, "e3ne: %s is left over\n", b->work);
    json_decref(b->run);
    json_decref(b->times);
}

const char *build_path(Build *b, const char *name) { return io_join(&b->perm, b->work, name); }

json_t *build_run(Build *b, const char *path)
{
    json_t *at = b->run;
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, ".");
        const char *key = arena_strn(&b->perm, p, n);
        json_t *next = json_object_get(at, key);
        if (!json_is_object(next)) {
            next = json_object();
            json_object_set_new(at, key, next);
        }
        at = next;
        p += n + (p[n] == '.');
    }
    return at;
}

void build_time(Build *b, const char *stage, double seconds)
{
    json_object_set_new(b->times, stage, json_real(seconds));
}

void build_cost(Build *b, const char *stage, double seconds)
{
    struct rusage use;
    build_time(b, stage, seconds);
    if (getrusage(RUSAGE_SELF, &use) == 0)
        build_time(b, arena_printf(&b->perm, "%s_peak_mb", stage), (double)use.ru_maxrss / 1024);
}

Err build_library(Build *b, const char **rtl)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    static const char *const places[] = { "../share/e3ne/rtl", "../rtl", "../../rtl" };
    if (n > 0) {
        exe[n] = '\0';
        *strrchr(exe, '/') = '\0';
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            *rtl = arena_printf(&b->perm, "%s/%s", exe, places[i]);
            if (io_is_dir(*rtl))
                return ERR_NONE;
        }
    }
    return fail(b->c, ERR_IO, (Loc){ .file = exe }, "the RTL library is not beside the program: "
                "install with `make install`, or run it where it was built");
}
