/* tests/fuzz/fuzz.h - what every target gets: fresh memory in which each piece is its own malloc,
 * so that AddressSanitizer sees its ends, and a clean Ctx. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H
#include "base/arena.h"
#include "base/err.h"
#include <stdint.h>

/* The target: reads n bytes at p. Anything but a crash, a hang or a leak is right; what it returns
 * must agree with what it records (checked by the caller). */
Err fuzz_one(const uint8_t *p, size_t n, Arena *mem, Ctx *c);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
#endif
