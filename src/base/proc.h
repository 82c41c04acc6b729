/* base/proc.h - running other programs: arguments, folder, environment, log, exit status, seconds.
 *
 * A program is looked up on PATH. One that is missing gives TOOL with the Debian package that has
 * it; one that fails gives TOOL with its log (as the place) and the log's last lines.
 * No shell is between us and the program, so nothing in a name or path is ever interpreted.
 * Test: tests/unit/t_proc.c.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include <stdbool.h>

typedef enum Tool {
#define TOOL(KIND, exe, package, flag) TOOL_##KIND,
#include "base/tools.def"
#undef TOOL
    TOOL_COUNT
} Tool;

typedef struct ToolInfo {
    const char *exe, *package;
    const char *flag; /* prints the version; NULL: it has none */
} ToolInfo;
extern const ToolInfo tool_info[TOOL_COUNT];

typedef struct Proc {
    const char *const *argv; /* argv[0] is found on PATH unless it has a slash; NULL ends        */
    const char        *cwd;  /* folder to run in; NULL: ours                                     */
    const char *const *env;  /* "NAME=value" added to our environment, NULL ends; NULL: nothing  */
    const char        *log;  /* stdout and stderr go to this file; NULL: see proc_run            */
    bool               logs; /* the program writes that file itself: read when it fails          */
} Proc;

typedef struct ProcEnd {
    int    status;  /* exit status 0..255; 128 + n: ended by signal n */
    double seconds; /* on the wall                                    */
} ProcEnd;

/* Runs p and waits. Without p->log, or with p->logs, stdout and stderr are appended to out (if not
 * NULL). end may be NULL. Errors: TOOL (missing, failed), IO (log or folder).
 * proc_try is the same, except that an exit status that is not 0 is left to the caller. */
MUST_USE Err proc_run(const Proc *p, ProcEnd *end, Buf *out, Ctx *c);
MUST_USE Err proc_try(const Proc *p, ProcEnd *end, Buf *out, Ctx *c);

/* Where PATH finds the program, or NULL. */
const char *proc_find(const char *exe, Arena *a);

/* The failure that says which package has the program. */
MUST_USE Err tool_missing(const char *exe, Ctx *c);

/* First line that the tool prints about its version, e.g. "Yosys 0.23 (git sha1 7ce5011c24b)";
 * NULL where the tool is missing or prints none: for the record, never a failure. */
const char *tool_version(Tool t, Arena *a);
#endif
