#include "fmt/npz.h"
#include "base/io.h"
#include "fmt/take.h"
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum {
    DEFLATE_MAX = 1032, /* the most bytes that one deflated byte can become */
    MEMBER_MAX  = 65536,
    DOS_1980    = 33,   /* zip's date word of 1980-01-01 */
    END_BYTES   = 22,   /* zip's end record */
};

typedef struct Reader { zip_t *zip; const char *file; Arena *perm; Ctx *c; } Reader;

MUST_USE
static Err fail_zip(const char *file, zip_error_t *e, const char *what, Ctx *c)
{
    return fail(c, ERR_FORMAT, (Loc){ .file = file }, "%s: %s", what, zip_error_strerror(e));
}

/* Exactly `bytes` bytes of member i, its checksum right. */
static Err read_bytes(Reader *r, zip_uint64_t i, const char *name, unsigned char *to, size_t bytes)
{
    zip_file_t *f = zip_fopen_index(r->zip, i, 0);
    if (!f)
        return fail_zip(r->file, zip_get_error(r->zip), name, r->c);
    zip_int64_t got = zip_fread(f, to, bytes);
    unsigned char extra;
    bool ends = got == (zip_int64_t)bytes && zip_fread(f, &extra, 1) == 0; /* checks the CRC */
    zip_fclose(f);
    if (!ends)
        return fail(r->c, ERR_FORMAT, (Loc){ .file = r->file },
                    "member '%s' is damaged or has another size than it says", name);
    return ERR_NONE;
}

static Err check_member(Reader *r, const zip_stat_t *st)
{
    const zip_uint64_t need = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                              ZIP_STAT_ENCRYPTION_METHOD;
    if ((st->valid & need) != need || st->encryption_method != ZIP_EM_NONE)
        return fail(r->c, ERR_UNSUPPORTED, (Loc){ .file = r->file },
                    "a member without a name or a size, or encrypted");
    size_t len = strlen(st->name);
    if (len < 5 || strcmp(st->name + len - 4, ".npy"))
        return fail(r->c, ERR_UNSUPPORTED, (Loc){ .file = r->file },
                    "member '%.80s' is not an array (.npy)", st->name);
    if (st->size / DEFLATE_MAX > st->comp_size)
        return fail(r->c, ERR_FORMAT, (Loc){ .file = r->file },
                    "member '%.80s' claims %llu bytes out of %llu", st->name,
                    (unsigned long long)st->size, (unsigned long long)st->comp_size);
    return ERR_NONE;
}

static Err read_member(Reader *r, zip_uint64_t i, NpzMember *m)
{
    zip_stat_t st;
    if (zip_stat_index(r->zip, i, 0, &st) != 0)
        return fail_zip(r->file, zip_get_error(r->zip), "zip", r->c);
    TRY(check_member(r, &st));
    void *bytes;
    TRY(take(r->perm, st.size, 1, r->file, &bytes, r->c));
    m->name = arena_strn(r->perm, st.name, strlen(st.name) - 4);
    TRY(read_bytes(r, i, m->name, bytes, (size_t)st.size));
    const char *where = arena_printf(r->perm, "%s(%s)", r->file, st.name);
    return npy_parse(bytes, (size_t)st.size, where, &m->a, r->c);
}

static Err read_members(Reader *r, Npz *z)
{
    zip_int64_t n = zip_get_num_entries(r->zip, 0);
    if (n < 0 || n > MEMBER_MAX)
        return fail(r->c, ERR_LIMIT, (Loc){ .file = r->file }, "more than %d members", MEMBER_MAX);
    void *p;
    TRY(take(r->perm, (uint64_t)n, sizeof *z->member, r->file, &p, r->c));
    z->member = p;
    for (; z->n < n; z->n++) {
        TRY(read_member(r, (zip_uint64_t)z->n, &z->member[z->n]));
        if (npz_find(z, z->member[z->n].name))
            return fail(r->c, ERR_FORMAT, (Loc){ .file = r->file }, "member '%s' is there twice",
                        z->member[z->n].name);
    }
    return ERR_NONE;
}

Err npz_parse(const unsigned char *p, size_t n, const char *file, Arena *perm, Npz *z, Ctx *c)
{
    *z = (Npz){ .file = file };
    if (n < END_BYTES) /* libzip takes an empty file for an archive */
        return fail(c, ERR_FORMAT, (Loc){ .file = file }, "not a zip: only %zu bytes", n);
    zip_error_t ze;
    zip_error_init(&ze);
    zip_source_t *src = zip_source_buffer_create(p, n, 0, &ze);
    zip_t *zip = src ? zip_open_from_source(src, ZIP_RDONLY, &ze) : NULL;
    Err e;
    if (!zip) {
        e = fail_zip(file, &ze, "not a readable zip", c);
        zip_source_free(src);
    } else {
        e = read_members(&(Reader){ zip, file, perm, c }, z);
        zip_discard(zip);
    }
    zip_error_fini(&ze);
    return e;
}

Err npz_read(const char *path, Arena *perm, Npz *z, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    Err e = npz_parse(m.p, m.n, path, perm, z, c);
    io_unmap(&m);
    return e;
}

const Npy *npz_find(const Npz *z, const char *name)
{
    for (int i = 0; i < z->n; i++)
        if (!strcmp(z->member[i].name, name))
            return &z->member[i].a;
    return NULL;
}

/* Adds one array; head must live until the zip is closed. */
static bool add_member(zip_t *zip, const NpzMember *m, Buf *head)
{
    npy_header(head, &m->a);
    zip_buffer_fragment_t part[2] = {
        { .data = (zip_uint8_t *)head->p,              .length = head->n },
        { .data = (zip_uint8_t *)(uintptr_t)m->a.p, .length = npy_bytes(&m->a) },
    };
    Buf name = { 0 };
    buf_printf(&name, "%s.npy", m->name);
    zip_error_t ze;
    zip_error_init(&ze);
    zip_source_t *src = zip_source_buffer_fragment_create(part, m->a.n ? 2 : 1, 0, &ze);
    zip_int64_t i = src ? zip_file_add(zip, name.p, src, ZIP_FL_ENC_UTF_8) : -1;
    if (src && i < 0)
        zip_source_free(src);
    zip_error_fini(&ze);
    buf_free(&name);
    return i >= 0 && zip_set_file_compression(zip, (zip_uint64_t)i, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)i, 0, DOS_1980, 0) == 0;
}

Err npz_write(const char *path, const NpzMember *member, int n, Ctx *c)
{
    static const char empty[END_BYTES] = "PK\5\6"; /* libzip would write no file at all */
    if (n == 0)
        return io_write(path, empty, sizeof empty, c);
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    Buf *head = calloc((size_t)n + 1, sizeof *head);
    bool ok = zip && head;
    for (int i = 0; ok && i < n; i++) ok = add_member(zip, &member[i], &head[i]);
    ok = ok && zip_close(zip) == 0; /* libzip writes under a temporary name and renames */
    Err e = ok ? ERR_NONE : fail(c, ERR_IO, (Loc){ .file = path }, "cannot write the arrays: %s",
                                 zip ? zip_strerror(zip) : "cannot make the file");
    if (!ok && zip)
        zip_discard(zip);
    for (int i = 0; head && i < n; i++) buf_free(&head[i]);
    free(head);
    return e;
}
