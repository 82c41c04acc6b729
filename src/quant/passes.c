/* The list of passes, and the names of those to leave out. */
#include "quant/fit.h"
#include <string.h>

const QuantPass quant_sequential = {
    .name   = "sequential",
    .help   = "layers fitted on what the quantised ones before give; else on float values, rounded",
    .source = "Hubara et al. 2021 (AdaQuant), its sequential form",
};

const QuantPass *const quant_pass[] = {
    &quant_mirror, &quant_equalise, &quant_sequential, &quant_moments, &quant_search,
    &quant_descent, &quant_correct, &quant_activation, &quant_refine, &quant_adapt,
    &quant_threshold, &quant_width, NULL,
};

int quant_n_passes(void) { return (int)(sizeof quant_pass / sizeof *quant_pass) - 1; }

QuantPassInfo quant_pass_info(int i)
{
    const QuantPass *p = quant_pass[i];
    return (QuantPassInfo){ p->name, p->help, p->source, p->needed };
}

bool quant_left_out(const QuantPass *p, unsigned without)
{
    for (int i = 0; i < quant_n_passes(); i++)
        if (quant_pass[i] == p)
            return without >> i & 1;
    return false;
}

static int find(const char *name, size_t n)
{
    for (int i = 0; i < quant_n_passes(); i++)
        if (strlen(quant_pass[i]->name) == n && !memcmp(quant_pass[i]->name, name, n))
            return i;
    return -1;
}

Err quant_without(const char *names, unsigned *without, Ctx *c)
{
    *without = 0;
    for (const char *p = names; p && *p;) {
        size_t n = strcspn(p, ",");
        int i = find(p, n);
        if (i < 0)
            return fail(c, ERR_OPTION, (Loc){ 0 }, "'%.*s': no such pass; `e3ne quantize --help` "
                        "lists them", (int)n, p);
        if (quant_pass[i]->needed)
            return fail(c, ERR_OPTION, (Loc){ 0 }, "%s: this pass cannot be left out",
                        quant_pass[i]->name);
        *without |= 1u << i;
        p += n + (p[n] == ',');
    }
    return ERR_NONE;
}
