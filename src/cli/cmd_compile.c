/* e3ne compile - every stage, from a model to a page that shows proven hardware. */
#include "cli/cmd.h"
#include "cli/stages.h"

const ExtraOption extra_compile[] = { { 0 } };

static Err synth_if_wanted(Build *b) { return b->opt.no_synth ? ERR_NONE : stage_synth(b); }

Err cmd_compile(const Options *o, Ctx *c)
{
    static const StageRun run = {
        .make  = { stage_read, stage_framework, stage_quantize, stage_simulate, stage_plan, stage_emit },
        .then  = { stage_verify, synth_if_wanted, stage_report },
        .again = { stage_read, stage_framework, stage_quantize, stage_simulate, stage_plan, stage_emit,
                   stage_verify, synth_if_wanted, stage_report },
        .json  = "" };
    return stages_run(&run, o, c);
}
