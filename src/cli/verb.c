#include "cli/verb.h"
#include "cli/cmd.h"
#include <stdio.h>
#include <string.h>

const Verb verb_table[] = {
#define VERB(name, common, what, usage) { #name, what, usage, extra_##name, common, cmd_##name },
#include "cli/verbs.def"
#undef VERB
    { 0 }
};

static void print_help(const Verb *v)
{
    printf("usage: e3ne %s %s\n%s\n\n", v->name, v->usage, v->what);
    for (int k = 0; v->extra[k].name; k++)
        printf("  %-17s %-7s %s\n", v->extra[k].name, v->extra[k].arg, v->extra[k].what);
    if (v->common)
        options_print();
    else
        printf("  %-17s %-7s %s\n", "--json", "", "the table as JSON on standard output");
    if (v->run == cmd_quantize)
        quantize_print_passes();
}

static void print_problem(const Problem *p)
{
    fprintf(stderr, "  %s", err_name(p->code));
    if (p->file[0])
        fprintf(stderr, " %s", p->file);
    if (p->byte)
        fprintf(stderr, " at byte %zu", p->byte);
    if (p->node[0])
        fprintf(stderr, " node '%s'", p->node);
    fprintf(stderr, ": %s\n", p->text);
}

static void print_failure(const Verb *v, const Ctx *c)
{
    fprintf(stderr, "e3ne %s: %s\n", v->name, err_text(c->code));
    print_problem(&c->first);
    for (int i = 0; i < c->n_problem && i < ERR_PROBLEMS_MAX; i++) print_problem(&c->problem[i]);
    if (c->n_problem > ERR_PROBLEMS_MAX)
        fprintf(stderr, "  ... and %d more\n", c->n_problem - ERR_PROBLEMS_MAX);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return true;
    return false;
}

int verb_run(const Verb *v, int argc, char **argv)
{
    static Ctx c; /* large: the list of problems */
    Options o = options_default();
    if (asks_for_help(argc, argv)) {
        print_help(v);
        return 0;
    }
    Err e = options_parse(&o, v->extra, argc, argv, &c);
    if (!e)
        e = v->run(&o, &c);
    fflush(stdout);
    if (e)
        print_failure(v, &c);
    return err_exit(e);
}
