#define _GNU_SOURCE /* renameat2 */
#include "base/io.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static Err fail_errno(Ctx *c, const char *path, const char *verb)
{
    return fail(c, ERR_IO, (Loc){ .file = path }, "cannot %s: %s", verb, strerror(errno));
}

Err io_map(Map *m, const char *path, Ctx *c)
{
    *m = (Map){ .path = path };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(c, path, "open the file");
    struct stat st;
    Err e = ERR_NONE;
    if (fstat(fd, &st) != 0)
        e = fail_errno(c, path, "read the file's size");
    else if (!S_ISREG(st.st_mode))
        e = fail(c, ERR_IO, (Loc){ .file = path }, "not a regular file");
    else if (st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p == MAP_FAILED)
            e = fail_errno(c, path, "map the file");
        else
            *m = (Map){ p, (size_t)st.st_size, path };
    }
    close(fd);
    return e;
}

void io_unmap(Map *m)
{
    if (m->p)
        munmap((void *)(size_t)m->p, m->n);
    *m = (Map){ 0 };
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

Err io_write(const char *path, const void *bytes, size_t n, Ctx *c)
{
    char tmp[PATH_MAX];
    if (snprintf(tmp, sizeof tmp, "%s.tmp", path) >= (int)sizeof tmp)
        return fail(c, ERR_IO, (Loc){ .file = path }, "the path is too long");
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail_errno(c, path, "write the file");
    bool ok = write_all(fd, bytes, n);
    ok = close(fd) == 0 && ok;
    if (!ok || rename(tmp, path) != 0) {
        Err e = fail_errno(c, path, "write the file");
        unlink(tmp);
        return e;
    }
    return ERR_NONE;
}

Err io_mkdir_all(const char *path, Ctx *c)
{
    char p[PATH_MAX];
    if (snprintf(p, sizeof p, "%s", path) >= (int)sizeof p)
        return fail(c, ERR_IO, (Loc){ .file = path }, "the path is too long");
    for (char *s = p + 1; *s; s++)
        if (*s == '/') {
            *s = '\0';
            mkdir(p, 0777);
            *s = '/';
        }
    if (mkdir(p, 0777) != 0 && errno != EEXIST)
        return fail_errno(c, path, "make the folder");
    if (!io_is_dir(path))
        return fail(c, ERR_IO, (Loc){ .file = path }, "is there and is not a folder");
    return ERR_NONE;
}

Err io_remove_tree(const char *path, Ctx *c)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? ERR_NONE : fail_errno(c, path, "look at it");
    if (!S_ISDIR(st.st_mode))
        return unlink(path) == 0 ? ERR_NONE : fail_errno(c, path, "remove it");
    DIR *d = opendir(path);
    if (!d)
        return fail_errno(c, path, "open the folder");
    Err e = ERR_NONE;
    for (struct dirent *f; !e && (f = readdir(d));) {
        char sub[PATH_MAX];
        if (!strcmp(f->d_name, ".") || !strcmp(f->d_name, ".."))
            continue;
        if (snprintf(sub, sizeof sub, "%s/%s", path, f->d_name) >= (int)sizeof sub)
            e = fail(c, ERR_IO, (Loc){ .file = path }, "the path is too long");
        else
            e = io_remove_tree(sub, c);
    }
    closedir(d);
    if (!e && rmdir(path) != 0)
        e = fail_errno(c, path, "remove the folder");
    return e;
}

/* Where the kernel can swap the two names at once there is no moment without a `to`. */
static int swap_or_move(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
        return 0;
    return rename(from, to);
}

Err io_replace_tree(const char *from, const char *to, Ctx *c)
{
    char old[PATH_MAX];
    if (snprintf(old, sizeof old, "%s.old-%ld", to, (long)getpid()) >= (int)sizeof old)
        return fail(c, ERR_IO, (Loc){ .file = to }, "the path is too long");
    if (swap_or_move(from, to) == 0)
        return io_remove_tree(from, c);
    if (rename(to, old) != 0)
        return fail_errno(c, to, "move it away");
    if (rename(from, to) == 0)
        return io_remove_tree(old, c);
    Err e = fail_errno(c, to, "put it in place");
    return rename(old, to) == 0 ? e : fail_errno(c, old, "move it back");
}

bool io_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool io_is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

const char *io_join(Arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

const char *io_base(const char *path)
{
    const char *s = strrchr(path, '/');
    return s ? s + 1 : path;
}
