#include "base/arena.h"
#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

Arena arena_new(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        fprintf(stderr, "out of memory: cannot reserve %zu bytes\n", bytes);
        abort();
    }
    return (Arena){ p, (char *)p + bytes };
}

void arena_delete(Arena a) { munmap(a.beg, (size_t)(a.end - a.beg)); }

void *arena_take(Arena *a, size_t size, size_t align, size_t count)
{
    assert(size > 0 && align > 0 && (align & (align - 1)) == 0);
    size_t pad  = (size_t)(-(uintptr_t)a->beg) & (align - 1);
    size_t room = (size_t)(a->end - a->beg);
    if (pad > room || count > (room - pad) / size) {
        fprintf(stderr, "out of memory: %zu x %zu bytes\n", count, size);
        abort();
    }
    void *p = a->beg + pad;
    a->beg += pad + size * count;
    return memset(p, 0, size * count);
}

char *arena_strn(Arena *a, const char *s, size_t n)
{
    char *p = NEW(a, char, n + 1);
    memcpy(p, s, n);
    return p;
}

char *arena_str(Arena *a, const char *s) { return arena_strn(a, s, strlen(s)); }

char *arena_printf(Arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    char *p = NEW(a, char, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return p;
}
