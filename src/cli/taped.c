#include "cli/taped.h"
#include "base/io.h"
#include "base/num.h"
#include "cli/layerfacts.h"
#include "cli/stages.h"
#include "cli/table.h"
#include "cli/tapeshape.h"
#include "cost/engine.h"
#include "emit/enginetop.h"
#include "emit/tape.h"
#include "fmt/jfile.h"

typedef struct Clocks { EngineLayer *layer; int64_t total; } Clocks;

static Err clock_plan(Build *b, Clocks *k)
{
    EngineTiming t = engine_timing();
    k->layer = NEW(&b->perm, EngineLayer, (size_t)b->tape.n_layer);
    return engine_cycles(&b->tape, &t, NULL, k->layer, &k->total, b->c);
}

static size_t tape_size(const TapePlan *p) { return (size_t)p->length * (size_t)p->build.port_bits / 8; }

static json_t *shape_to_json(const EngineBuild *e)
{
    json_t *j = json_object();
    for (int k = 0; k < SHAPE_COUNT; k++)
        json_object_set_new(j, shape_info[k].parameter, json_integer(engine_shape(e, k)));
    return j;
}

/* plan.json: what makes the same tape again. */
static Err save_plan(Build *b)
{
    json_t *j = json_pack("{s:s,s:s,s:b,s:o}", "arch", "engine", "device", b->device->name, "skip",
                          !b->opt.no_skip, "shape", shape_to_json(&b->tape.build));
    Err e = jfile_save(build_path(b, "plan.json"), j, b->c);
    json_decref(j);
    return e;
}

/* What takes a layer's clocks. */
static const char *bound_of(const TapeRecord *r, const EngineLayer *l)
{
    if (l->words > l->slots)
        return "port";
    return r->kind == TAPE_DENSE ? "lanes" : "array";
}

static const char *kind_of(const TapeRecord *r)
{
    static const char *const name[] = { "convolution", "dense", "windows", "convolution on pixels" };
    return r->pair ? "windows, two a word" : name[r->kind];
}

static void note_layer(Build *b, const TapeLayer *y, const EngineLayer *l)
{
    json_t *j = layers_at(b, y->node), *pool = layers_at(b, y->map);
    json_object_set_new(pool, "unit", json_string("engine: write-back"));
    json_object_set_new(j, "unit", json_string(arena_printf(&b->perm, "engine: %s", kind_of(&y->r))));
    json_object_set_new(j, "cycles", json_integer(l->cycles));
    json_object_set_new(j, "engine", json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:s}", "adds",
        (json_int_t)(ir_node_macs(&b->snn, &b->snn.node[y->node]) * y->r.t_in), "tiles", (json_int_t)y->r.tiles,
        "chunks", (json_int_t)y->r.chunks, "positions", (json_int_t)y->r.positions, "port_words",
        (json_int_t)l->words, "busy", (json_int_t)l->slots, "bound", bound_of(&y->r, l)));
}

static void note_plan(Build *b, const Clocks *k, const TapeShape *shape)
{
    EngineTiming t = engine_timing();
    const TapePlan *p = &b->tape;
    for (int i = 0; i < b->snn.n_node; i++)
        for (const char *const *s = (const char *const[]){ "folding", "unit", "cycles", NULL }; *s; s++)
            json_object_del(layers_at(b, i), *s);
    for (int i = 0; i < p->n_layer; i++) note_layer(b, &p->layer[i], &k->layer[i]);
    json_object_set_new(b->run, "engine", json_pack("{s:o,s:s,s:b,s:i,s:I,s:{s:i,s:i,s:i}}", "shape",
        shape_to_json(&p->build), "config", arena_printf(&b->perm, "%08x", engine_config(&p->build)), "skip",
        !b->opt.no_skip, "layers", p->n_layer, "tape_bytes", (json_int_t)tape_size(p), "memory", "latency",
        t.latency, "refresh", t.refresh, "period", t.period));
    json_object_set_new(json_object_get(b->run, "engine"), "chosen", json_string(shape->how));
    json_object_set_new(b->run, "estimate", json_pack("{s:I,s:I,s:i,s:I,s:I,s:s}", "lut", (json_int_t)shape->area.lut, "ff",
        (json_int_t)shape->area.ff, "ram_blocks", shape->area.blocks, "latency", (json_int_t)k->total,
        "interval", (json_int_t)k->total, "kind", "cycles exact where no code of a dense layer's input is 0 (skipping takes less); area an estimate"));
}

Err taped_plan(Build *b, const char *why)
{
    Clocks k;
    TapeShape t;
    TRY(tapeshape(b, &t));
    TRY(tape_plan(&b->snn, &t.build, !b->opt.no_skip, &b->perm, &b->tape, b->c));
    TRY(clock_plan(b, &k));
    TRY(save_plan(b));
    note_plan(b, &k, &t);
    b->has_design = b->on_engine = true;
    json_object_set_new(b->run, "arch", json_pack("{s:s,s:s}", "name", "engine", "why", why));
    stage_say(b, "arch       engine: %s\n", why);
    stage_say(b, "plan       engine of %d x %d slots, %d-bit weights, %d-bit port (%s): %lld cycles an image "
              "(exact where no code is 0), about %.0f LUTs (estimate)\n", t.build.pin, t.build.pout, t.build.weight_bits,
              t.build.port_bits, t.how, (long long)k.total, t.area.lut);
    return ERR_NONE;
}

static Err bad_plan(Build *b)
{
    return fail(b->c, ERR_FORMAT, (Loc){ .file = build_path(b, "plan.json") },
                "an engine's plan lacks a number: run `e3ne plan` again");
}

Err taped_reload(Build *b, const json_t *plan)
{
    const json_t *shape = json_object_get(plan, "shape"), *skip = json_object_get(plan, "skip");
    EngineBuild e;
    int *to = (int *)&e;
    if (!json_is_boolean(skip))
        return bad_plan(b);
    for (int k = 0; k < SHAPE_COUNT; k++) {
        const json_t *v = json_object_get(shape, shape_info[k].parameter);
        if (!json_is_integer(v))
            return bad_plan(b);
        to[k] = (int)num_clamp(json_integer_value(v), -1, INT32_MAX);
    }
    TRY(tape_plan(&b->snn, &e, json_is_true(skip), &b->perm, &b->tape, b->c));
    b->has_design = b->on_engine = true;
    return ERR_NONE;
}

Err taped_emit(Build *b)
{
    const char *library;
    TRY(build_library(b, &library));
    TRY(tape_emit(&b->snn, &b->tape, build_path(b, "tape.bin"), b->scratch, b->c));
    TRY(emit_engine(&b->tape.build, b->opt.name, library, b->work, b->scratch, b->c));
    stage_say(b, "emit       %s/tape.bin: %zu bytes, %d layers; rtl/%s_top.sv: an engine of configuration %08x\n",
              b->dir, tape_size(&b->tape), b->tape.n_layer, b->opt.name, engine_config(&b->tape.build));
    return ERR_NONE;
}

static void print_layer(Table *t, const Build *b, const TapeLayer *y, const EngineLayer *l)
{
    const TapeRecord *r = &y->r;
    const Node *n = &b->snn.node[y->node];
    double cycles = (double)l->cycles;
    table_row(t, "%s|%s|%dx%lldx%lld|%lld|%lld|%lld|%lld|%lld|%lld|%.1f|%.1f|%s", n->name, kind_of(r), n->shape.c,
              (long long)r->pooled_h, (long long)r->pooled_w, (long long)r->t_in, (long long)r->tiles,
              (long long)r->chunks, (long long)r->positions, (long long)l->words, (long long)l->cycles,
              100 * (double)l->slots / cycles, 100 * (double)l->words / cycles, bound_of(r, l));
}

Err taped_print(Build *b)
{
    Clocks k;
    TRY(clock_plan(b, &k));
    if (b->opt.json)
        return ERR_NONE;
    Table t = table_new("layer|kind|map|>T in|>tiles|>chunks|>positions|>port words|>cycles|>busy %|>port %|bound by");
    table_row(&t, "tables, image||||||||%lld|||", (long long)k.layer[0].start);
    for (int i = 0; i < b->tape.n_layer; i++) print_layer(&t, b, &b->tape.layer[i], &k.layer[i]);
    table_print(&t);
    stage_say(b, "in all %lld cycles (exact where no code is 0)\n", (long long)k.total);
    return ERR_NONE;
}
