#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np, in the next POSIX as _addchdir */
#include "base/proc.h"
#include "base/io.h"
#include "base/progress.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const ToolInfo tool_info[TOOL_COUNT] = {
#define TOOL(KIND, exe_, package_, flag_) \
    [TOOL_##KIND] = { .exe = exe_, .package = package_, .flag = flag_ },
#include "base/tools.def"
#undef TOOL
};

const char *proc_find(const char *exe, Arena *a)
{
    if (strchr(exe, '/'))
        return access(exe, X_OK) == 0 ? exe : NULL;
    const char *p = getenv("PATH");
    while (p && *p) {
        size_t n = strcspn(p, ":");
        const char *f = arena_printf(a, "%.*s/%s", n > 0 ? (int)n : 1, n > 0 ? p : ".", exe);
        if (io_is_file(f) && access(f, X_OK) == 0)
            return f;
        p += n + (p[n] == ':');
    }
    return NULL;
}

Err tool_missing(const char *exe, Ctx *c)
{
    for (int t = 0; t < TOOL_COUNT; t++)
        if (!strcmp(tool_info[t].exe, exe))
            return fail(c, ERR_TOOL, (Loc){ 0 },
                        "%s is not installed; it is in Debian's package %s: apt-get install %s",
                        exe, tool_info[t].package, tool_info[t].package);
    return fail(c, ERR_TOOL, (Loc){ 0 }, "%s is not on PATH", exe);
}

/* Our environment with p->env on top: an added name replaces ours. The array is malloc'ed. */
static char **merged_env(const char *const *add)
{
    size_t n = 0, n_add = 0;
    while (environ[n]) n++;
    while (add && add[n_add]) n_add++;
    char **e = calloc(n + n_add + 1, sizeof *e);
    if (!e)
        abort();
    for (size_t i = 0; i < n_add; i++) e[i] = (char *)(size_t)add[i];
    for (size_t i = 0, k = n_add; i < n; i++) {
        size_t len  = strcspn(environ[i], "=") + 1;
        bool   ours = true;
        for (size_t j = 0; j < n_add; j++) ours = ours && strncmp(environ[i], add[j], len) != 0;
        if (ours)
            e[k++] = environ[i];
    }
    return e;
}

/* Starts the program with stdin from /dev/null and both outputs into fd. 0 or an errno. */
static int start(const Proc *p, int fd, pid_t *pid)
{
    posix_spawn_file_actions_t fa;
    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&fa, fd, 1);
    posix_spawn_file_actions_adddup2(&fa, fd, 2);
    if (p->cwd)
        posix_spawn_file_actions_addchdir_np(&fa, p->cwd);
    char **env = merged_env(p->env);
    int e = posix_spawnp(pid, p->argv[0], &fa, NULL, (char *const *)(size_t)p->argv, env);
    free(env);
    posix_spawn_file_actions_destroy(&fa);
    return e;
}

static void drain(int fd, Buf *out)
{
    char part[4096];
    for (ssize_t k; (k = read(fd, part, sizeof part)) > 0 || (k < 0 && errno == EINTR);)
        if (k > 0 && out)
            buf_add(out, part, (size_t)k);
}

static int wait_for(pid_t pid)
{
    int st = 0;
    while (waitpid(pid, &st, 0) < 0 && errno == EINTR) {}
    return WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
}

/* Where the program's output goes: fd[1] for it to write, fd[0] for us to read (no log). */
static Err open_output(const Proc *p, int fd[2], Ctx *c)
{
    fd[0] = -1;
    if (p->log && !p->logs)
        fd[1] = open(p->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    else if (pipe(fd) == 0)
        for (int i = 0; i < 2; i++) fcntl(fd[i], F_SETFD, FD_CLOEXEC);
    else
        fd[1] = -1;
    if (fd[1] < 0)
        return fail(c, ERR_IO, (Loc){ .file = p->log }, "cannot take the output of %s: %s",
                    p->argv[0], strerror(errno));
    return ERR_NONE;
}

static bool on_path(const char *exe)
{
    Arena a = arena_new(1 << 20);
    bool there = proc_find(exe, &a) != NULL;
    arena_delete(a);
    return there;
}

Err proc_try(const Proc *p, ProcEnd *end, Buf *out, Ctx *c)
{
    if (!on_path(p->argv[0]))
        return tool_missing(p->argv[0], c);
    if (p->cwd && !io_is_dir(p->cwd))
        return fail(c, ERR_IO, (Loc){ .file = p->cwd }, "no such folder for %s", p->argv[0]);
    int fd[2];
    TRY(open_output(p, fd, c));
    double t0 = progress_now();
    pid_t pid = 0;
    int e = start(p, fd[1], &pid);
    close(fd[1]);
    if (fd[0] >= 0) {
        drain(fd[0], out);
        close(fd[0]);
    }
    if (e)
        return fail(c, ERR_TOOL, (Loc){ 0 }, "cannot start %s: %s", p->argv[0], strerror(e));
    int status = wait_for(pid);
    if (end)
        *end = (ProcEnd){ status, progress_now() - t0 };
    return ERR_NONE;
}

/* Where the last lines of a text begin: at most `most` bytes, a whole line where there is one. */
static size_t tail(const char *p, size_t n, size_t most)
{
    if (n <= most)
        return 0;
    const char *nl = memchr(p + n - most, '\n', most);
    return nl ? (size_t)(nl - p) + 1 : n - most;
}

static Err failed(const Proc *p, int status, const char *text, size_t n, Ctx *c)
{
    enum { TAIL = 320 };
    while (n > 0 && text[n - 1] == '\n') n--;
    size_t from = tail(text, n, TAIL);
    bool   sig  = status > 128;
    return fail(c, ERR_TOOL, (Loc){ .file = p->log }, "%s failed with %s %d; its last lines:\n%.*s",
                io_base(p->argv[0]), sig ? "signal" : "exit status", sig ? status - 128 : status,
                (int)(n - from), n > 0 ? text + from : "");
}

/* The same, the text being the log file's. */
static Err failed_log(const Proc *p, int status, Ctx *c)
{
    Map m = { 0 };
    Ctx quiet = { 0 }; /* the tool's failure matters more than an unreadable log */
    if (io_map(&m, p->log, &quiet))
        m = (Map){ 0 };
    Err e = failed(p, status, (const char *)m.p, m.n, c);
    io_unmap(&m);
    return e;
}

Err proc_run(const Proc *p, ProcEnd *end, Buf *out, Ctx *c)
{
    Buf own = { 0 }, *to = out ? out : &own;
    ProcEnd got;
    size_t from = to->n;
    Err e = proc_try(p, &got, to, c);
    if (!e && end)
        *end = got;
    if (!e && got.status != 0)
        e = p->log ? failed_log(p, got.status, c)
                   : failed(p, got.status, to->p + from, to->n - from, c);
    buf_free(&own);
    return e;
}

const char *tool_version(Tool t, Arena *a)
{
    if (!tool_info[t].flag || !on_path(tool_info[t].exe))
        return NULL;
    Buf out = { 0 };
    Ctx quiet = { 0 };
    const char *argv[] = { tool_info[t].exe, tool_info[t].flag, NULL };
    const char *line = NULL;
    if (!proc_try(&(Proc){ .argv = argv }, NULL, &out, &quiet) && out.n > 0)
        line = arena_strn(a, out.p, strcspn(out.p, "\n"));
    buf_free(&out);
    return line;
}
