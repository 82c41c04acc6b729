/* fuzz_main.c - libFuzzer's entry: every input twice, with the same result both times.
 *
 * base/arena.c is compiled with arena_take renamed; the one below gives each piece a malloc of its
 * own and moves the arena on, so that limits work as they do outside. */
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

typedef struct Piece { struct Piece *next; } Piece;
static Piece *pieces;

void *arena_take(Arena *a, size_t size, size_t align, size_t count)
{
    size_t bytes = size * count, head = (sizeof(Piece) + 63) / 64 * 64;
    if (bytes / size != count || bytes + align > (size_t)(a->end - a->beg))
        abort(); /* a size that no reader checked */
    a->beg += bytes + (size_t)(-(uintptr_t)(a->beg + bytes) & (align - 1));
    Piece *m = NULL;
    if (posix_memalign((void **)&m, 64, head + bytes) != 0)
        abort();
    m->next = pieces;
    pieces  = m;
    return memset((char *)m + head, 0, bytes);
}

static void free_pieces(void)
{
    while (pieces) {
        Piece *m = pieces;
        pieces = m->next;
        free(m);
    }
}

static Ctx once(const uint8_t *p, size_t n)
{
    static Arena mem;
    static Ctx c;
    if (!mem.beg)
        mem = arena_new((size_t)256 << 20);
    Arena a = mem;
    memset(&c, 0, sizeof c);
    if (fuzz_one(p, n, &a, &c) != c.code)
        abort();
    free_pieces();
    return c;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static Ctx first, second;
    first  = once(p, n);
    second = once(p, n);
    if (memcmp(&first, &second, sizeof first))
        abort();
    return 0;
}
