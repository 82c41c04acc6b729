/* fuzz_onnx.c - any bytes as an ONNX model; what is read can be printed and passes run on it. */
#include "fuzz.h"
#include "front/onnx.h"
#include "ir/text.h"
#include "pass/pass.h"

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    Graph g = graph_new(mem);
    FrontNotes notes;
    PassStat st[PASS_COUNT];
    Buf b = { 0 };
    TRY(onnx_parse(p, n, "/nonexistent/x.onnx", &g, &notes, c));
    Err e = graph_print(&g, &b, c);
    buf_free(&b);
    Arena scratch = { mem->beg + (64 << 20), mem->end };
    mem->end = scratch.beg;
    return e ? e : pass_run_all(&g, scratch, st, c);
}
