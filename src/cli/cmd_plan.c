/* e3ne plan - how every layer is folded; --sweep tries T = 2..6 times four foldings. */
#include "cli/cmd.h"
#include "cli/layerfacts.h"
#include "cli/stages.h"
#include "cli/taped.h"
#include "fmt/jfile.h"
#include <string.h>

const ExtraOption extra_plan[] = { { "--sweep", "", "T = 2..6 times four foldings: table and SVG" }, { 0 } };

PlanOptions plan_options(const Build *b)
{
    const Device *d = b->device;
    double fps = b->opt.target_fps;
    return (PlanOptions){
        .name = b->opt.name, .raw_input = b->opt.raw_input,
        .max_interval = fps > 0 ? (int64_t)(d->clock_mhz * 1e6 / fps) : 0,
        .fabric = estimate_fabric(d),
        /* iCE40 has no LUT RAM: a fifo of 16 words costs a flip-flop a bit and wins 5 % at most. */
        /* 16 and 64 words are what small LUT memories hold; iCE40 has flip-flops only. */
        .fifo_words = d->family == FAMILY_ICE40 ? 4 : 16,
        .vector_words = d->family == FAMILY_ICE40 ? 4 : 64,
        /* A device cannot be filled to the last LUT, and the estimate errs. */
        .max_lut = 0.8 * (double)d->lut, .max_blocks = (int)d->ram };
}

/* Too large even folded to one slot a layer: the resource, by how much, and what would do. */
static Err check_smallest(Build *b, const PlanOptions *o)
{
    Estimate least;
    const FamilyInfo *f = device_family(b->device);
    TRY(plan_smallest(&b->snn, o, &least, b->scratch, b->c));
    DeviceNeed need = { f->lut_kind, (int64_t)least.lut, (int64_t)least.ff,
                        (int64_t)least.blocks * f->ram_bits, 0 };
    return device_check(b->device, &need, b->c);
}

static json_t *foldings_to_json(const Build *b, const Folding *f)
{
    json_t *all = json_object();
    for (int i = 0; i < b->snn.n_node; i++)
        if (f[i].pin > 0)
            json_object_set_new(all, b->snn.node[i].name,
                                json_pack("{s:i,s:i}", "pin", f[i].pin, "pout", f[i].pout));
    return all;
}

/* plan.json: what a later stage needs to lower the same design again. */
static Err save_plan(Build *b, const Plan *p, const PlanOptions *o)
{
    json_t *j = json_pack("{s:s,s:s,s:b,s:i,s:i,s:o}", "name", o->name, "device", b->device->name,
                          "raw_input", o->raw_input, "fifo_words", o->fifo_words, "vector_words",
                          o->vector_words, "folding",
                          foldings_to_json(b, p->folding));
    Err e = jfile_save(build_path(b, "plan.json"), j, b->c);
    json_decref(j);
    return e;
}

static void note_plan(Build *b, const Plan *p)
{
    json_t *e = json_object();
    json_object_set_new(e, "lut", json_integer((json_int_t)p->estimate.lut));
    json_object_set_new(e, "ff", json_integer((json_int_t)p->estimate.ff));
    json_object_set_new(e, "ram_blocks", json_integer(p->estimate.blocks));
    json_object_set_new(e, "latency", json_integer(p->latency));
    json_object_set_new(e, "interval", json_integer(p->interval));
    json_object_set_new(b->run, "estimate", e);
    json_object_del(b->run, "engine");
    for (int i = 0; i < b->snn.n_node; i++) json_object_del(layers_at(b, i), "engine");
    layers_fold(b, &p->design);
}

Err stage_print_layers(Build *b)
{
    if (b->on_engine)
        return taped_print(b);
    if (!b->opt.json)
        layers_print(b);
    return ERR_NONE;
}

static Err plan_as_pipeline(Build *b, const char *why)
{
    Plan p;
    PlanOptions o = plan_options(b);
    TRY(check_smallest(b, &o));
    TRY(plan_pipeline(&b->snn, &o, &b->perm, b->scratch, &p, b->c));
    b->design = p.design;
    b->has_design = true;
    b->on_engine  = false;
    json_object_set_new(b->run, "arch", json_pack("{s:s,s:s}", "name", "pipeline", "why", why));
    TRY(save_plan(b, &p, &o));
    note_plan(b, &p);
    stage_say(b, "plan       pipeline for %s: latency %lld, interval %lld cycles (exact); about %.0f LUTs (estimate)\n",
              b->device->name, (long long)p.latency, (long long)p.interval, p.estimate.lut);
    return ERR_NONE;
}

/* A pipeline where it can be had, else an engine; where neither can, the pipeline's reason. */
static Err plan_what_fits(Build *b)
{
    Ctx *all = b->c, *one = NEW(&b->perm, Ctx, 2);
    b->c = &one[0];
    Err e = plan_as_pipeline(b, "it fits the device and the target (auto)");
    if (e == ERR_FIT || e == ERR_NO || e == ERR_UNSUPPORTED) {
        b->c = &one[1];
        if (!taped_plan(b, arena_printf(&b->perm, "auto; no pipeline, as %s", one[0].first.text)))
            e = ERR_NONE;
        else
            stage_say(b, "note       nor can an engine: %s\n", one[1].n_problem ? one[1].problem[0].text : one[1].first.text);
    }
    b->c = all;
    if (e)
        *all = one[0];
    return e;
}

Err stage_plan(Build *b)
{
    TRY(build_need_snn(b));
    if (!strcmp(b->opt.arch, "engine"))
        return taped_plan(b, "asked for");
    return strcmp(b->opt.arch, "auto") != 0 ? plan_as_pipeline(b, "asked for") : plan_what_fits(b);
}

Err cmd_plan(const Options *o, Ctx *c)
{
    static const StageRun plan = { .make = { stage_read, stage_quantize, stage_plan, stage_print_layers },
                                   .again = { stage_plan, stage_print_layers }, .json = "layers" };
    static const StageRun sweep = { .make = { stage_read, stage_sweep }, .again = { stage_sweep },
                                    .json = "sweep" };
    return stages_run(o->extra[0] ? &sweep : &plan, o, c);
}
