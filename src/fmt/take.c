#include "fmt/take.h"

Err take(Arena *a, uint64_t n, size_t size, const char *file, void **out, Ctx *c)
{
    size_t room = (size_t)(a->end - a->beg);
    if (room < 64 || n > (room - 64) / size)
        return fail(c, ERR_LIMIT, (Loc){ .file = file },
                    "needs %llu x %zu bytes of memory, %zu are left",
                    (unsigned long long)n, size, room);
    *out = arena_take(a, size, 64, (size_t)n);
    return ERR_NONE;
}
