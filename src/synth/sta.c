#include "synth/sta.h"
#include "base/io.h"
#include "synth/yosys.h"
#include <stdlib.h>
#include <string.h>

bool sta_can(Family f) { return f == FAMILY_XC7 || f == FAMILY_ICE40; }

/* After the last occurrence of key in the text, or NULL. */
static const char *after_last(const char *text, const char *key)
{
    const char *found = NULL;
    for (const char *p = text; (p = strstr(p, key)); p += strlen(key)) found = p + strlen(key);
    return found;
}

/* word is one of the words of list, which have ", " between them. */
static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ',' || p[n] == '\0'))
            return true;
    return false;
}

/* Names between `Module '` and `' has no timing arcs!`, each once, with ", " between. */
static const char *untimed_list(const char *text, Arena *perm)
{
    static const char head[] = "Module '", tail[] = "' has no timing arcs!";
    Buf b = { 0 };
    buf_add(&b, "", 0);
    for (const char *p = text; (p = strstr(p, head)); p++) {
        const char *name = p + strlen(head);
        size_t n = strcspn(name, "'\n");
        char word[64];
        if (strncmp(name + n, tail, strlen(tail)) || n >= sizeof word)
            continue;
        memcpy(word, name, n);
        word[n] = '\0';
        if (!has_word(b.p, word))
            buf_printf(&b, "%s%s", b.n ? ", " : "", word);
    }
    const char *s = arena_str(perm, b.p);
    buf_free(&b);
    return s;
}

Err sta_parse(const char *path, double *fmax_mhz, const char **untimed, Arena *perm, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    Buf text = { 0 };
    buf_add(&text, m.p, m.n);
    io_unmap(&m);
    const char *at = after_last(text.p, "Latest arrival time in '");
    const char *is = at ? strstr(at, "' is ") : NULL;
    bool none = !is && strstr(text.p, "No timing paths found"); /* registers only */
    double ps = is ? strtod(is + strlen("' is "), NULL) : 0;
    *fmax_mhz = ps > 0 ? 1e6 / ps : 0;
    *untimed  = untimed_list(text.p, perm);
    buf_free(&text);
    if (ps <= 0 && !none)
        return fail(c, ERR_TOOL, (Loc){ .file = path }, "Yosys's sta printed no arrival time");
    return ERR_NONE;
}

Err sta_run(const SynthJob *job, double *fmax_mhz, const char **untimed, double *seconds,
            Arena *perm, Ctx *c)
{
    bool ice = job->device->family == FAMILY_ICE40;
    Buf b = { 0 };
    yosys_read(&b, job, NULL, NULL, job->top);
    buf_printf(&b, "async2sync\n");
    Err e = yosys_synth(&b, job, job->top, false, c);
    buf_printf(&b, "read_verilog -overwrite -lib -specify %s+/%s/cells_sim.v\n",
               !ice ? "" : job->device->part[0] == 'u' ? "-D ICE40_U " : "-D ICE40_HX ",
               ice ? "ice40" : "xilinx");
    buf_printf(&b, "sta\n");
    if (!e)
        e = yosys_run(job, "sta", &b, seconds, c);
    buf_free(&b);
    return e ? e : sta_parse(io_join(perm, job->work, "sta.log"), fmax_mhz, untimed, perm, c);
}
