/* fuzz_text.c - any bytes as a graph's text form; what is read prints as itself. */
#include "fuzz.h"
#include "ir/text.h"
#include <stdlib.h>
#include <string.h>

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    Graph g = graph_new(mem), h = graph_new(mem);
    Buf a = { 0 }, b = { 0 };
    TRY(graph_parse((const char *)p, n, "x", &g, c));
    if (graph_print(&g, &a, c) || graph_parse(a.p, a.n, "x", &h, c) || graph_print(&h, &b, c) ||
        strcmp(a.p, b.p))
        abort();
    buf_free(&a);
    buf_free(&b);
    return ERR_NONE;
}
