/* base/buf.h - a growing run of bytes, for text and files that we write. */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include <stddef.h>

typedef struct Buf { char *p; size_t n, cap; } Buf; /* {0} is empty; p[n] is always NUL once used */

void buf_add(Buf *b, const void *bytes, size_t n);
__attribute__((format(printf, 2, 3))) void buf_printf(Buf *b, const char *fmt, ...);
void buf_free(Buf *b);
#endif
