/* e3ne report - report.html of a build folder. */
#include "cli/cmd.h"
#include "cli/stages.h"
#include "report/report.h"

const ExtraOption extra_report[] = { { 0 } };

Err stage_report(Build *b)
{
    TRY(build_note_hashes(b));
    TRY(build_save(b));
    TRY(report_write(b->work, b->c));
    stage_say(b, "report     %s/report.html\n", b->dir);
    return ERR_NONE;
}

Err cmd_report(const Options *o, Ctx *c)
{
    static const StageRun run = { .make = { stage_read, stage_quantize }, .then = { stage_report },
                                  .again = { stage_report }, .json = "" };
    return stages_run(&run, o, c);
}
