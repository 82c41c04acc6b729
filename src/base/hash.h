/* base/hash.h - SHA-256, for the reproducibility block and for telling images apart.
 * Source: FIPS 180-4, section 6.2. Test: tests/unit/t_hash.c (its own examples). */
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include <stddef.h>

typedef struct Hash { char hex[65]; } Hash; /* lower case, NUL at the end */

Hash hash_bytes(const void *p, size_t n);
#endif
