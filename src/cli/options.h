/* cli/options.h - what the user asked for. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H
#include "base/arena.h"
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>

enum { OPT_MAX_WORDS = 1024, OPT_MAX_EXTRA = 8, OPT_MAX_INTS = 128 };

/* An option of one verb alone; arg "": a flag. A NULL name ends a list. */
typedef struct ExtraOption { const char *name, *arg, *what; } ExtraOption;

typedef const char *OptSTR, *OptLIST;
typedef int    OptINT;
typedef struct OptINTS { int n, v[OPT_MAX_INTS]; } OptINTS; /* n = 1: for all layers */
#define OPT_ONE(x) { 1, { x } }
typedef double OptNUM;
typedef bool   OptFLAG;

typedef struct Options {
    const char *word[OPT_MAX_WORDS]; /* what is no option: MODEL, DIR, IMAGE... */
    int         n_word;
    const char *out;                 /* -o DIR, or NULL                        */
    bool        json;                /* --json: the table as JSON              */
#define OPT(kind, field, name, dflt, arg, what) Opt##kind field;
#include "cli/options.def"
#undef OPT
    const char *extra[OPT_MAX_EXTRA]; /* a verb's own options, in the order of its list: the text,
                                        "" for a flag that is there, NULL for what is absent */
    int    argc;                     /* as given, to be read again over what a folder remembers */
    char **argv;
    const ExtraOption *own;
} Options;

Options options_default(void);
/* Reads argv after the verb over what o holds. OPTION: the word, and what to do. */
MUST_USE Err options_parse(Options *o, const ExtraOption *extra, int argc, char **argv, Ctx *c);
/* The kept options as JSON, and back (into o, strings in the arena); unknown keys are ignored. */
json_t *options_to_json(const Options *o);
void options_from_json(Options *o, const json_t *j, Arena *a);
/* "4,3,3,2". */
const char *options_ints(const OptINTS *v, Arena *a);
/* The table of all common options, for --help. */
void options_print(void);
#endif
