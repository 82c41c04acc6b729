#include "base/buf.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void grow(Buf *b, size_t more)
{
    if (b->cap - b->n > more)
        return;
    size_t cap = 2 * b->cap + more + 256;
    char *p = realloc(b->p, cap);
    if (!p) {
        fprintf(stderr, "out of memory: %zu bytes\n", cap);
        abort();
    }
    b->p   = p;
    b->cap = cap;
}

void buf_add(Buf *b, const void *bytes, size_t n)
{
    grow(b, n + 1);
    if (n > 0)
        memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_printf(Buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    grow(b, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void buf_free(Buf *b)
{
    free(b->p);
    *b = (Buf){ 0 };
}
