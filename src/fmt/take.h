/* fmt/take.h - memory whose size came out of a file.
 *
 * arena_take() aborts when it runs out, which is right for sizes of our own. A size that a file
 * claims must be refused instead: first against the bytes that are there (the reader does that),
 * then against the room that is left (this function does). */
#ifndef FMT_TAKE_H
#define FMT_TAKE_H
#include "base/arena.h"
#include "base/err.h"
#include <stdint.h>

/* *out: n * size zeroed bytes, aligned to 64, from a; LIMIT if a has no room for them. */
MUST_USE Err take(Arena *a, uint64_t n, size_t size, const char *file, void **out, Ctx *c);
#endif
