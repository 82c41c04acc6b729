#include "emit/emit.h"
#include "base/io.h"
#include "emit/rtlout.h"
#include "emit/testbench.h"
#include <stdbool.h>
#include <string.h>

/* Modules that are no units: parts of arrays and neurons. */
static const char *const support[] = { "e3_rom", "e3_lut6", "e3_addtree", "e3_dot_count",
                                      "e3_dot_table" };

static Err copy_library(RtlOut *o, const Design *d, Buf *list)
{
    for (size_t i = 0; i < sizeof support / sizeof *support; i++)
        TRY(rtl_copy_module(o, support[i], list));
    for (int k = 0; k < UNIT_COUNT; k++) {
        bool used = false;
        for (int i = 0; i < d->n_unit; i++) used |= (int)d->unit[i].kind == k;
        if (used)
            TRY(rtl_copy_module(o, unit_info[k].module, list));
    }
    return ERR_NONE;
}

static Err put_images(RtlOut *o, const Design *d)
{
    for (int i = 0; i < d->n_unit; i++) {
        const Unit *u = &d->unit[i];
        for (int k = 0; k < u->n_image; k++) {
                    Buf b = { 0 };
            emit_image(&u->image[k], &b);
            TRY(rtl_put(o, arena_printf(&o->scratch, "mem/%s", emit_image_path(d, u, &u->image[k], &o->scratch)), &b));
        }
    }
    return ERR_NONE;
}

static Err put_testbench(RtlOut *o, const Design *d, const EmitExample *e)
{
    const char *name = d->name;
    Buf b = { 0 };
    emit_testbench(d, e, &b);
    TRY(rtl_put(o, arena_printf(&o->scratch, "%s_tb.sv", name), &b));
    emit_testbench_pixels(d, e, &b);
    TRY(rtl_put(o, arena_printf(&o->scratch, "mem/%s_tb_pixels.hex", name), &b));
    emit_testbench_words(d, e, &b);
    return rtl_put(o, arena_printf(&o->scratch, "mem/%s_tb_words.hex", name), &b);
}

static Err put_all(RtlOut *o, const Design *d, const EmitExample *example)
{
    Buf list = { 0 }, top = { 0 };
    TRY(io_mkdir_all(io_join(&o->scratch, o->part, "mem"), o->c));
    TRY(copy_library(o, d, &list));
    const char *file = arena_printf(&o->scratch, "%s_top.sv", d->name);
    buf_printf(&list, "%s\n", file);
    TRY(rtl_put(o, "files.f", &list));
    emit_top(d, &top);
    TRY(rtl_put(o, file, &top));
    TRY(put_images(o, d));
    TRY(rtl_put_vivado(o, d->name, " \\\n  -generic MemDir=[file join $here mem]"));
    return example->n > 0 ? put_testbench(o, d, example) : ERR_NONE;
}

Err emit_design(const Design *d, const char *library, const char *dir, const EmitExample *example,
                Arena scratch, Ctx *c)
{
    RtlOut o;
    TRY(rtl_begin(&o, library, dir, scratch, c));
    return rtl_end(&o, put_all(&o, d, example));
}
