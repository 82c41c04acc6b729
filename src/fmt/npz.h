/* fmt/npz.h - named arrays in a zip file, as numpy.savez writes them.
 *
 * Source: .npz is a zip (through libzip) whose members NAME.npy are array files (fmt/npy.h).
 * Written files are deterministic: members stored in the order given, dated 1980-01-01 (zip's
 * zero), and appear under their name only when complete. Test: tests/fmt/t_npz.c. */
#ifndef FMT_NPZ_H
#define FMT_NPZ_H
#include "fmt/npy.h"

typedef struct NpzMember { const char *name; Npy a; } NpzMember; /* name without ".npy" */
typedef struct Npz { int n; NpzMember *member; const char *file; } Npz;

/* All members, copied into perm. FORMAT, UNSUPPORTED, LIMIT; the member is named. */
MUST_USE Err npz_read(const char *path, Arena *perm, Npz *z, Ctx *c);
/* The same from n bytes at p; file is for messages. */
MUST_USE Err npz_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Npz *z,
                       Ctx *c);
/* NULL if there is no such member. */
const Npy *npz_find(const Npz *z, const char *name);

MUST_USE Err npz_write(const char *path, const NpzMember *member, int n, Ctx *c);
#endif
