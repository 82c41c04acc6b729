/* hw/twin_word.h - words of a twin's ports. */
#ifndef HW_TWIN_WORD_H
#define HW_TWIN_WORD_H
#include <stdint.h>
#include <string.h>

/* The word offered at a port, or NULL when only control is modelled. */
static inline const int64_t *twin_word(const int64_t *const *in, int port)
{
    return in ? in[port] : NULL;
}

/* Copies n lanes; without data the destination keeps what it held. */
static inline void twin_copy(int64_t *to, const int64_t *word, int n)
{
    if (word) memcpy(to, word, (size_t)n * sizeof *to);
}
#endif
