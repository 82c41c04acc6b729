/* base/arena.h - memory with a lifetime instead of an owner.
 *
 * Arena *perm   what is built here outlives the call.
 * Arena scratch (by value) everything taken from it is gone when the call
 *               returns, because the caller's copy never moved.
 * There is no free() of a piece. Memory is zeroed. Running out aborts with a
 * message: readers check sizes against the file's length before they ask.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <stddef.h>

typedef struct Arena { char *beg, *end; } Arena;

/* An arena of at most `bytes` of address space; pages are taken when touched. Aborts if refused. */
Arena arena_new(size_t bytes);
/* Gives the address space back; `a` must be as arena_new returned it. */
void arena_delete(Arena a);

#define NEW(a, T, n) ((T *)arena_take((a), sizeof(T), _Alignof(T), (n)))
void *arena_take(Arena *a, size_t size, size_t align, size_t count)
    __attribute__((malloc, returns_nonnull));

/* A copy of the string, or of its first n bytes, with a closing NUL. */
char *arena_str(Arena *a, const char *s);
char *arena_strn(Arena *a, const char *s, size_t n);
__attribute__((format(printf, 2, 3)))
char *arena_printf(Arena *a, const char *fmt, ...);
#endif
