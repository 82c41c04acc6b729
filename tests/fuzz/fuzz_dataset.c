/* fuzz_dataset.c - any bytes as fmt/dataset's input. */
#include "fuzz.h"
#include "fmt/dataset.h"

Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c)
{
    Dataset ds;
    TRY(dataset_parse(p, n, "x", mem, &ds, c));
    return ds.label ? dataset_check(&ds, 10, c) : ERR_NONE;
}
