#include "cli/options.h"
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Options options_default(void)
{
    return (Options){
#define OPT(kind, field, name, dflt, arg, what) .field = dflt,
#include "cli/options.def"
#undef OPT
    };
}

static Err bad(Ctx *c, const char *name, const char *value, const char *want)
{
    return fail(c, ERR_OPTION, (Loc){ 0 }, "%s %s: %s", name, value, want);
}

static Err read_STR(OptSTR *to, const char *name, const char *value, Ctx *c)
{
    (void)name, (void)c;
    *to = value;
    return ERR_NONE;
}

static Err read_INT(OptINT *to, const char *name, const char *value, Ctx *c)
{
    char *end;
    long v = strtol(value, &end, 10);
    if (*value == '\0' || *end != '\0' || v < 0 || v > 1 << 30)
        return bad(c, name, value, "a whole number is wanted, 0 or more");
    *to = (int)v;
    return ERR_NONE;
}

static Err read_INTS(OptINTS *to, const char *name, const char *value, Ctx *c)
{
    to->n = 0;
    for (const char *p = value;; p++) {
        char *end;
        long v = strtol(p, &end, 10);
        if (end == p || v < 0 || v > 1 << 30 || (*end != ',' && *end != '\0'))
            return bad(c, name, value, "a whole number is wanted, or one a layer with commas");
        if (to->n == OPT_MAX_INTS)
            return bad(c, name, value, "too many layers");
        to->v[to->n++] = (int)v;
        p = end;
        if (*p == '\0')
            return ERR_NONE;
    }
}

static Err read_NUM(OptNUM *to, const char *name, const char *value, Ctx *c)
{
    char *end;
    *to = strtod(value, &end);
    if (*value == '\0' || *end != '\0' || !(*to > -1e30 && *to < 1e30))
        return bad(c, name, value, "a number is wanted");
    return ERR_NONE;
}

static Err read_LIST(OptLIST *to, const char *name, const char *value, Ctx *c)
{
    for (const char *p = value;; p++) {
        char *end;
        strtod(p, &end);
        if (end == p || (*end != ',' && *end != '\0'))
            return bad(c, name, value, "numbers with commas between them are wanted");
        p = end;
        if (*p == '\0')
            break;
    }
    *to = value;
    return ERR_NONE;
}

static Err read_FLAG(OptFLAG *to, const char *name, const char *value, Ctx *c)
{
    (void)name, (void)value, (void)c;
    *to = true;
    return ERR_NONE;
}

enum { TAKES_STR = 1, TAKES_INT = 1, TAKES_INTS = 1, TAKES_NUM = 1, TAKES_LIST = 1, TAKES_FLAG = 0 };

static Err need_value(bool needs, const char *name, int i, int argc, Ctx *c)
{
    if (needs && i + 1 >= argc)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "%s: an argument is missing", name);
    return ERR_NONE;
}

static Err parse_extra(Options *o, const ExtraOption *extra, int argc, char **argv, int *i,
                       bool *done, Ctx *c)
{
    for (int k = 0; extra && extra[k].name && !*done; k++)
        if (!strcmp(argv[*i], extra[k].name)) {
            bool takes = extra[k].arg[0] != '\0';
            TRY(need_value(takes, argv[*i], *i, argc, c));
            o->extra[k] = takes ? argv[++*i] : "";
            *done = true;
        }
    return ERR_NONE;
}

/* argv[*i] as one of the common options; *i moves over its argument. */
static Err parse_common(Options *o, int argc, char **argv, int *i, bool *done, Ctx *c)
{
    const char *name = argv[*i];
#define OPT(kind, field, name_, dflt, arg, what)                                        \
    if (!*done && !strcmp(name, name_)) {                                               \
        TRY(need_value(TAKES_##kind, name, *i, argc, c));                               \
        TRY(read_##kind(&o->field, name, TAKES_##kind ? argv[++*i] : "", c));           \
        *done = true;                                                                   \
    }
#include "cli/options.def"
#undef OPT
    return ERR_NONE;
}

static Err parse_one(Options *o, const ExtraOption *extra, int argc, char **argv, int *i, Ctx *c)
{
    bool done = false;
    if (!strcmp(argv[*i], "-o")) {
        TRY(need_value(true, "-o", *i, argc, c));
        o->out = argv[++*i];
        return ERR_NONE;
    }
    if (!strcmp(argv[*i], "--json")) {
        o->json = true;
        return ERR_NONE;
    }
    TRY(parse_extra(o, extra, argc, argv, i, &done, c));
    TRY(parse_common(o, argc, argv, i, &done, c));
    if (!done)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "%s: no such option here; see --help", argv[*i]);
    return ERR_NONE;
}

Err options_parse(Options *o, const ExtraOption *extra, int argc, char **argv, Ctx *c)
{
    o->argc = argc;
    o->argv = argv;
    o->own  = extra;
    for (int i = 0; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            TRY(parse_one(o, extra, argc, argv, &i, c));
            continue;
        }
        if (o->n_word == OPT_MAX_WORDS)
            return fail(c, ERR_OPTION, (Loc){ 0 }, "more than %d words", OPT_MAX_WORDS);
        o->word[o->n_word++] = argv[i];
    }
    return ERR_NONE;
}

static json_t *json_STR(OptSTR v) { return v ? json_string(v) : NULL; }
static json_t *json_LIST(OptLIST v) { return v ? json_string(v) : NULL; }
static json_t *json_INT(OptINT v) { return json_integer(v); }
static json_t *json_NUM(OptNUM v) { return json_real(v); }
static json_t *json_FLAG(OptFLAG v) { return json_boolean(v); }

static json_t *json_INTS(OptINTS v)
{
    if (v.n == 1)
        return json_integer(v.v[0]);
    json_t *all = json_array();
    for (int i = 0; i < v.n; i++) json_array_append_new(all, json_integer(v.v[i]));
    return all;
}

const char *options_ints(const OptINTS *v, Arena *a)
{
    Buf b = { 0 };
    for (int i = 0; i < v->n; i++) buf_printf(&b, "%s%d", i ? "," : "", v->v[i]);
    const char *text = arena_strn(a, b.p ? b.p : "", b.n);
    buf_free(&b);
    return text;
}

json_t *options_to_json(const Options *o)
{
    json_t *j = json_object(), *v;
#define OPT(kind, field, name, dflt, arg, what)     \
    if ((v = json_##kind(o->field)) != NULL)        \
        json_object_set_new(j, #field, v);
#include "cli/options.def"
#undef OPT
    return j;
}

static void from_STR(OptSTR *to, const json_t *v, Arena *a) { *to = arena_str(a, json_string_value(v)); }
static void from_LIST(OptLIST *to, const json_t *v, Arena *a) { from_STR(to, v, a); }
static void from_INT(OptINT *to, const json_t *v, Arena *a) { (void)a; *to = (int)json_integer_value(v); }
static void from_NUM(OptNUM *to, const json_t *v, Arena *a) { (void)a; *to = json_number_value(v); }
static void from_FLAG(OptFLAG *to, const json_t *v, Arena *a) { (void)a; *to = json_is_true(v); }
static void from_INTS(OptINTS *to, const json_t *v, Arena *a)
{
    (void)a;
    to->n = json_is_integer(v) ? 1 : (int)json_array_size(v);
    for (int i = 0; i < to->n; i++)
        to->v[i] = (int)json_integer_value(json_is_integer(v) ? v : json_array_get(v, (size_t)i));
}
static bool is_STR(const json_t *v) { return json_is_string(v); }
static bool is_LIST(const json_t *v) { return json_is_string(v); }
static bool is_INT(const json_t *v) { return json_is_integer(v); }
static bool is_INTS(const json_t *v)
{
    size_t n = json_array_size(v);
    return json_is_integer(v) || (n > 0 && n <= OPT_MAX_INTS);
}
static bool is_NUM(const json_t *v) { return json_is_number(v); }
static bool is_FLAG(const json_t *v) { return json_is_boolean(v); }

void options_from_json(Options *o, const json_t *j, Arena *a)
{
    const json_t *v;
#define OPT(kind, field, name, dflt, arg, what)             \
    v = json_object_get(j, #field);                         \
    if (v && is_##kind(v))                                  \
        from_##kind(&o->field, v, a);
#include "cli/options.def"
#undef OPT
}

void options_print(void)
{
#define OPT(kind, field, name, dflt, arg, what) printf("  %-17s %-7s %s\n", name, arg, what);
#include "cli/options.def"
#undef OPT
    printf("  %-17s %-7s %s\n  %-17s %-7s %s\n", "-o", "DIR", "the build folder (default: MODEL.e3ne)",
           "--json", "", "the table as JSON on standard output");
}
