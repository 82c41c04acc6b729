/* e3ne report - report.html of a build folder; --encodings: one picture of several. */
#include "cli/cmd.h"
#include "cli/stages.h"
#include "report/report.h"

const ExtraOption extra_report[] = {
    { "--encodings", "FILE", "radix beside rate of these folders (simulate --encoding rate --sweep), SVG" },
    { 0 } };

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
    if (o->extra[0])
        return report_encodings_svg(o->extra[0], o->word, o->n_word, c);
    return stages_run(&run, o, c);
}
