/* t_synth.c - synth_run on a tiny design: real runs of Yosys for each family, logic-only timing,
 * place and route where a tool is there, and every way in which a tool can be missing or fail. */
#include "base/io.h"
#include "base/proc.h"
#include "synth/pnr.h"
#include "synth/sta.h"
#include "synth/synth.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char  dir[] = "/tmp/t synth.XXXXXX"; /* a blank in the path: it must not matter */
static Ctx   ctx;
static Arena arena;

static const char *const tiny[] = { "tests/synth/rtl/tiny_sum.sv", "tests/synth/rtl/tiny_mem.sv",
                                    "tests/synth/rtl/tiny_top.sv", "tests/synth/rtl/tiny_axis.sv" };

static SynthJob job_for(const char *device, const char *top, const char *work)
{
    SynthJob j = { .top = top, .src = tiny, .n_src = 4, .mem_dir = dir,
                   .work = io_join(&arena, dir, work), .rtl_dir = "rtl", .seed = 1, .in_bits = 8 };
    assert_int_equal(device_find(&j.device, device, &ctx), ERR_NONE);
    return j;
}

static bool have(const char *exe) { return proc_find(exe, &arena) != NULL; }

static void run(const SynthJob *job, SynthResult *r)
{
    if (synth_run(job, r, &arena, &ctx))
        print_message("# %s: %s %s\n", job->device->name, ctx.first.file, ctx.first.text);
    assert_int_equal(ctx.code, ERR_NONE);
}

static Buf text_of(const char *path)
{
    Map m;
    Buf b = { 0 };
    assert_int_equal(io_map(&m, path, &ctx), ERR_NONE);
    buf_add(&b, m.p, m.n);
    io_unmap(&m);
    return b;
}

/* Instances of a cell type in the gate-level Verilog: lines that begin "  TYPE ". */
static int64_t instances(const char *verilog, const char *type)
{
    char head[64];
    int64_t n = 0;
    snprintf(head, sizeof head, "\n  %s ", type);
    for (const char *p = verilog; (p = strstr(p, head)); p++) n++;
    return n;
}

/* The counts, once more, from the Verilog and by the rules as they are written. */
static Area recount(const SynthResult *r)
{
    static const struct { const char *type; Area is; } rule[] = {
        { "LUT1", { .lut = 1 } }, { "LUT2", { .lut = 1 } }, { "LUT3", { .lut = 1 } },
        { "LUT4", { .lut = 1 } }, { "LUT5", { .lut = 1 } }, { "LUT6", { .lut = 1 } },
        { "INV", { .lut = 1 } },  { "SB_LUT4", { .lut = 1 } }, { "CCU2C", { .lut = 2 } },
        { "RAM32M", { .lut = 4, .lut_ram = 4 } }, { "RAM32M16", { .lut = 8, .lut_ram = 8 } },
        { "TRELLIS_DPR16X4", { .lut = 4, .lut_ram = 4 } },
        { "FDRE", { .ff = 1 } }, { "FDCE", { .ff = 1 } }, { "TRELLIS_FF", { .ff = 1 } },
        { "SB_DFF", { .ff = 1 } }, { "SB_DFFE", { .ff = 1 } }, { "SB_DFFR", { .ff = 1 } },
        { "SB_DFFSR", { .ff = 1 } }, { "SB_DFFER", { .ff = 1 } },
        { "e3_sim_ramb36e1", { .ram2 = 2 } }, { "RAMB36E2", { .ram2 = 2 } },
        { "DP16KD", { .ram2 = 2 } }, { "SB_RAM40_4K", { .ram2 = 2 } },
    };
    Buf v = text_of(r->gates);
    Area a = { 0 };
    for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
        int64_t n = instances(v.p, rule[i].type);
        a.lut += n * rule[i].is.lut, a.lut_ram += n * rule[i].is.lut_ram;
        a.ff += n * rule[i].is.ff, a.ram2 += n * rule[i].is.ram2;
    }
    buf_free(&v);
    return a;
}

static void check_sums(const SynthResult *r)
{
    Area again = recount(r), sum = { 0 };
    for (int i = 0; i < r->n_unit; i++) {
        const Area *u = &r->unit[i].area;
        sum.lut += u->lut, sum.lut_ram += u->lut_ram, sum.ff += u->ff, sum.ram2 += u->ram2;
    }
    const Area *const same[] = { &again, &sum };
    for (int i = 0; i < 2; i++) {
        assert_int_equal(r->area.lut, same[i]->lut);
        assert_int_equal(r->area.lut_ram, same[i]->lut_ram);
        assert_int_equal(r->area.ff, same[i]->ff);
        assert_int_equal(r->area.ram2, same[i]->ram2);
    }
    assert_int_equal(r->n_unit, 3);
    assert_string_equal(r->unit[0].name, "u_mem");
    assert_string_equal(r->unit[1].name, "u_sum");
    assert_string_equal(r->unit[2].name, "top");
    assert_int_equal(r->unit[1].area.ram2, 0);
    assert_int_equal(r->area.dsp, 0);
    assert_true(r->area.lut >= 20 && r->area.lut <= 100);
}

/* Registers of the tiny design: addr_q 12, word_q 8, out_data_o 8 | 8 and out_valid_o 1. */
enum { FF_MEM = 28, FF_SUM = 9 };

static void seven_series(void **state)
{
    (void)state;
    if (!have("yosys"))
        skip();
    SynthJob j = job_for("xc7a100t", "tiny_top", "xc7");
    SynthResult r;
    j.sta = true;
    run(&j, &r);
    check_sums(&r);
    assert_int_equal(r.unit[0].area.ff, FF_MEM);
    assert_int_equal(r.unit[1].area.ff, FF_SUM);
    assert_int_equal(r.area.ram2, 2);     /* 4096 x 8 bits in one RAMB36 */
    assert_int_equal(r.area.lut_ram, 8);  /* 32 x 8 bits in two RAM32M   */
    assert_int_equal(r.n_unregistered, 0);
    assert_true(r.fmax_mhz > 200 && r.fmax_mhz < 1000);
    assert_string_equal(r.fmax_kind, "sta (logic only)");
    assert_string_equal(r.untimed, "");   /* LUT RAM too, thanks to -purge_lib */
    assert_true(r.cells && io_is_file(r.cells));
    DeviceNeed need = synth_need(j.device, &r.area);
    assert_int_equal(need.ram_bits, 36864);
    assert_int_equal(device_check(j.device, &need, &ctx), ERR_NONE);
}

static void ultrascale_plus(void **state)
{
    (void)state;
    if (!have("yosys"))
        skip();
    SynthJob j = job_for("xcvu13p", "tiny_top", "xcup");
    SynthResult r;
    j.sta = j.pnr = true;
    run(&j, &r);
    check_sums(&r);
    assert_int_equal(r.area.ff, FF_MEM + FF_SUM);
    assert_int_equal(r.area.lut_ram, 8); /* one RAM32M16 */
    assert_null(r.fmax_kind);            /* nobody knows its delays */
    assert_non_null(strstr(r.pnr_skipped, "xcvu13p"));
}

static void ecp5_twice_the_same_bytes(void **state)
{
    (void)state;
    if (!have("yosys"))
        skip();
    SynthResult r[2];
    Buf v[2];
    for (int i = 0; i < 2; i++) {
        SynthJob j = job_for("ecp5-25k", "tiny_top", i ? "ecp5 again" : "ecp5");
        run(&j, &r[i]);
        check_sums(&r[i]);
        v[i] = text_of(r[i].gates);
    }
    assert_int_equal(r[0].unit[0].area.ff, FF_MEM);
    assert_int_equal(r[0].area.ram2, 4); /* 4096 x 8 bits in two DP16KD */
    assert_int_equal(r[0].n_unregistered, 0);
    assert_int_equal(v[0].n, v[1].n);
    assert_memory_equal(v[0].p, v[1].p, v[0].n);
    buf_free(&v[0]);
    buf_free(&v[1]);
}

static void ice40_placed_and_packed(void **state)
{
    (void)state;
    if (!have("yosys"))
        skip();
    bool place = have("nextpnr-ice40");
    SynthJob j = job_for("ice40-hx8k", "tiny_axis", "ice40");
    SynthResult r;
    j.pnr = true;
    run(&j, &r);
    assert_int_equal(recount(&r).lut, r.area.lut);
    assert_int_equal(recount(&r).ff, r.area.ff);
    assert_int_equal(r.area.ram2, 2 * 9);  /* 4096 x 8 bits in eight, 32 x 8 in one */
    assert_true(r.n_unregistered > 0);     /* a LUT chooses between two RAMs of 2048 words */
    assert_non_null(strstr(r.unregistered, "RDATA"));
    if (!place) {
        assert_non_null(strstr(r.pnr_skipped, "nextpnr-ice40"));
        return;
    }
    assert_null(r.pnr_skipped);
    assert_string_equal(r.fmax_kind, "placed");
    assert_true(r.fmax_mhz > 50 && r.fmax_mhz < 400);
    if (have("icepack"))
        assert_true(io_is_file(r.bitstream));
}

/* What the testbench prints with the given files of Verilog; the words of $readmemh aside. */
static Buf simulate(const char *const *file, int n_file)
{
    const char *build[16] = { "iverilog", "-g2012", "-s", "rams_tb", "-o", "sim" };
    const char *start[]   = { "vvp", "-n", "sim", NULL };
    Buf all = { 0 }, out = { 0 };
    char cwd[4096], *p = NULL;
    assert_non_null(getcwd(cwd, sizeof cwd));
    for (int i = 0; i < n_file; i++)
        build[6 + i] = file[i][0] == '/' ? file[i] : io_join(&arena, cwd, file[i]);
    assert_int_equal(proc_run(&(Proc){ .argv = build, .cwd = dir }, NULL, NULL, &ctx), ERR_NONE);
    assert_int_equal(proc_run(&(Proc){ .argv = start, .cwd = dir }, NULL, &all, &ctx), ERR_NONE);
    for (char *line = all.p; line && *line; line = p ? p + 1 : NULL) {
        p = strchr(line, '\n');
        if (strncmp(line, "WARNING", 7) != 0)
            buf_add(&out, line, p ? (size_t)(p - line) + 1 : strlen(line));
    }
    buf_free(&all);
    return out;
}

/* Block RAM of every width, written and read: 7-series by our models and our correction of Yosys's
 * map (without it bits 68 to 71 are wrong). */
static void gates_do_what_the_rtl_does(void **state)
{
    (void)state;
    if (!have("yosys") || !have("iverilog"))
        skip();
    static const char *const rtl[] = { "tests/synth/rtl/rams_tb.v",
                                       "tests/synth/rtl/tiny_rams.sv" };
    Buf want = simulate(rtl, 2);
    assert_true(want.n > 1900 * 40);
    assert_null(strchr(want.p, 'x'));
    SynthJob j = job_for("xc7a100t", "tiny_rams", "rams");
    SynthResult r;
    j.src = &rtl[1], j.n_src = 1;
    run(&j, &r);
    assert_int_equal(r.n_unregistered, 0);
    assert_int_equal(r.area.ram2, 2 * 5 + 2);
    const char *gates[] = { rtl[0], r.gates, r.cells };
    Buf got = simulate(gates, 3);
    assert_string_equal(got.p, want.p);
    buf_free(&got);
    buf_free(&want);
}

static void missing_tools_are_named(void **state)
{
    (void)state;
    char *path = strdup(getenv("PATH"));
    SynthJob j = job_for("xc7a100t", "tiny_top", "none");
    SynthResult r;
    PnrResult p;
    double seconds = 0;
    setenv("PATH", "/nowhere", 1);
    setenv("PNR_ROOT", "/nowhere", 1);
    Err e = synth_run(&j, &r, &arena, &ctx);
    Err placed = pnr_run(&j, &p, &seconds, &arena, &(Ctx){ 0 });
    setenv("PATH", path, 1);
    unsetenv("PNR_ROOT");
    free(path);
    assert_int_equal(e, ERR_TOOL);
    assert_int_equal(err_exit(e), 3);
    assert_non_null(strstr(ctx.first.text, "apt-get install yosys"));
    assert_int_equal(placed, ERR_NONE);
    assert_non_null(strstr(p.skipped, "nextpnr-himbaechel-xilinx"));
}

static void failures_show_the_log(void **state)
{
    (void)state;
    if (!have("yosys"))
        skip();
    SynthJob j = job_for("ecp5-25k", "no_such_top", "bad");
    SynthResult r;
    assert_int_equal(synth_run(&j, &r, &arena, &ctx), ERR_TOOL);
    assert_non_null(strstr(ctx.first.file, "bad/area.log"));
    assert_non_null(strstr(ctx.first.text, "ERROR: Module `no_such_top' not found"));
}

static void paths_that_scripts_cannot_hold(void **state)
{
    (void)state;
    const char *bad[] = { "a\"b.sv", "a;b.sv", "a\nb.sv", "a#b.sv", "a\\b.sv" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        SynthJob j = job_for("ecp5-25k", "tiny_top", "path");
        SynthResult r;
        ctx = (Ctx){ 0 };
        j.src = &bad[i], j.n_src = 1;
        assert_int_equal(synth_run(&j, &r, &arena, &ctx), ERR_OPTION);
    }
}

static void reports_are_parsed(void **state)
{
    (void)state;
    static const char report[] = "{\"fmax\":{\"a\":{\"achieved\":91.5,\"constraint\":50},"
        "\"b\":{\"achieved\":80.25,\"constraint\":50}},\"utilization\":{"
        "\"ICESTORM_LC\":{\"available\":7680,\"used\":123},"
        "\"SB_GB\":{\"available\":8,\"used\":0}}}";
    static const char sta[] = "Warning: Module 'RAM32M16' has no timing arcs!\n"
        "Warning: Module 'RAM32M' has no timing arcs!\n"
        "Warning: Module 'RAM32M' has no timing arcs!\n"
        "Latest arrival time in 'x' is 4000:\n";
    const char *path = io_join(&arena, dir, "report");
    const char *untimed;
    PnrResult p = { 0 };
    double mhz;
    assert_int_equal(io_write(path, report, strlen(report), &ctx), ERR_NONE);
    assert_int_equal(pnr_parse(path, &p, &arena, &ctx), ERR_NONE);
    assert_true(p.fmax_mhz == 80.25);
    assert_int_equal(p.n_use, 1);
    assert_int_equal(p.use[0].used, 123);
    assert_int_equal(sta_parse(path, &mhz, &untimed, &arena, &ctx), ERR_TOOL);
    ctx = (Ctx){ 0 };
    assert_int_equal(io_write(path, sta, strlen(sta), &ctx), ERR_NONE);
    assert_int_equal(sta_parse(path, &mhz, &untimed, &arena, &ctx), ERR_NONE);
    assert_true(mhz == 250);
    assert_string_equal(untimed, "RAM32M16, RAM32M");
    assert_int_equal(pnr_parse(path, &p, &arena, &ctx), ERR_FORMAT);
    ctx = (Ctx){ 0 };
    p = (PnrResult){ 0 };
    assert_int_equal(io_write(path, "{}", 2, &ctx), ERR_NONE);
    assert_int_equal(pnr_parse(path, &p, &arena, &ctx), ERR_TOOL);
}

static int fresh(void **state)
{
    (void)state;
    ctx = (Ctx){ 0 };
    return 0;
}

/* The table of the tiny design: 4096 bytes that no logic can shorten. */
static int make_table(void **state)
{
    (void)state;
    Buf b = { 0 };
    uint32_t x = 1;
    for (int i = 0; i < 4096; i++) {
        x = x * 1664525u + 1013904223u;
        buf_printf(&b, "%02x\n", x >> 24);
    }
    arena = arena_new((size_t)1 << 28);
    Err e = io_write(io_join(&arena, dir, "tiny.hex"), b.p, b.n, &ctx);
    buf_free(&b);
    return e ? -1 : 0;
}

static int cleanup(void **state)
{
    (void)state;
    ctx = (Ctx){ 0 };
    arena_delete(arena);
    return io_remove_tree(dir, &ctx) ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(seven_series, fresh),
        cmocka_unit_test_setup(ultrascale_plus, fresh),
        cmocka_unit_test_setup(ecp5_twice_the_same_bytes, fresh),
        cmocka_unit_test_setup(ice40_placed_and_packed, fresh),
        cmocka_unit_test_setup(gates_do_what_the_rtl_does, fresh),
        cmocka_unit_test_setup(missing_tools_are_named, fresh),
        cmocka_unit_test_setup(failures_show_the_log, fresh),
        cmocka_unit_test_setup(paths_that_scripts_cannot_hold, fresh),
        cmocka_unit_test_setup(reports_are_parsed, fresh),
    };
    if (!mkdtemp(dir))
        return 1;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("synth", tests, make_table, cleanup);
}
