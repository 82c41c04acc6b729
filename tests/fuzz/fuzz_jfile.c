/* fuzz_jfile.c - any bytes as JSON. */
#include "fuzz.h"
#include "fmt/jfile.h"

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    json_t *root;
    (void)mem;
    Err e = jfile_parse((const char *)p, n, "x", &root, c);
    json_decref(root);
    return e;
}
