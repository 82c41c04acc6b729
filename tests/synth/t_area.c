/* t_area.c - synth/area on netlists made by hand: counts, units, block RAM rule. */
#include "base/io.h"
#include "synth/area.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[] = "/tmp/t_area.XXXXXX";

typedef struct Fixture { Arena a; Ctx c; Netlist n; } Fixture;

/* Writes the text to a file and loads module m of it. */
static Err load(Fixture *x, const char *text, Family f)
{
    const char *path = io_join(&x->a, dir, "net.json");
    assert_int_equal(io_write(path, text, strlen(text), &x->c), ERR_NONE);
    return netlist_load(&x->n, path, "m", f, &x->a, &x->c);
}

static Fixture *fresh(void)
{
    static Fixture x;
    x = (Fixture){ .a = arena_new(1 << 26) };
    return &x;
}

static void done(Fixture *x)
{
    netlist_free(&x->n);
    arena_delete(x->a);
}

/* Module m with one cell of each type and nothing connected. */
static const char *one_of_each(Arena *a, const char *const *type)
{
    Buf b = { 0 };
    buf_printf(&b, "{\"modules\":{\"m\":{\"ports\":{},\"netnames\":{},\"cells\":{");
    for (int i = 0; type[i]; i++)
        buf_printf(&b, "%s\"c%d\":{\"type\":\"%s\",\"port_directions\":{},\"connections\":{}}",
                   i ? "," : "", i, type[i]);
    buf_printf(&b, "}}}}");
    const char *s = arena_str(a, b.p);
    buf_free(&b);
    return s;
}

static Area area_of(const char *const *type, Family f)
{
    Fixture *x = fresh();
    assert_int_equal(load(x, one_of_each(&x->a, type), f), ERR_NONE);
    Area a = area_total(&x->n);
    done(x);
    return a;
}

static void check_area(Area got, Area want)
{
    assert_int_equal(got.lut, want.lut);
    assert_int_equal(got.lut_ram, want.lut_ram);
    assert_int_equal(got.ff, want.ff);
    assert_int_equal(got.dsp, want.dsp);
    assert_int_equal(got.ram2, want.ram2);
}

/* Written from doc/hardware.md, not from cells.def. */
static void each_type_counts_as_written(void **state)
{
    (void)state;
    static const struct { Family f; const char *types; Area want; } rules[] = {
        { FAMILY_XC7, "LUT1 LUT2 LUT3 LUT4 LUT5 LUT6 INV LUT6_2", { .lut = 1 } },
        { FAMILY_XC7, "SRL16E SRLC16E SRLC32E", { .lut = 1 } },
        { FAMILY_XC7, "RAM32M RAM64M", { .lut = 4, .lut_ram = 4 } },
        { FAMILY_XC7, "RAM32X1S RAM64X1S", { .lut = 1, .lut_ram = 1 } },
        { FAMILY_XC7, "RAM32X1D RAM64X1D RAM128X1S", { .lut = 2, .lut_ram = 2 } },
        { FAMILY_XC7, "RAM128X1D RAM256X1S", { .lut = 4, .lut_ram = 4 } },
        { FAMILY_XC7, "RAM32M16 RAM64M8 RAM256X1D RAM512X1S", { .lut = 8, .lut_ram = 8 } },
        { FAMILY_XC7, "FDRE FDSE FDCE FDPE", { .ff = 1 } },
        { FAMILY_XC7, "RAMB18E1 RAMB18E2", { .ram2 = 1 } },
        { FAMILY_XC7, "RAMB36E1 RAMB36E2", { .ram2 = 2 } },
        { FAMILY_XC7, "DSP48E1 DSP48E2", { .dsp = 1 } },
        { FAMILY_XC7, "CARRY4 CARRY8 MUXF7 MUXF8 MUXF9 IBUF OBUF BUFG VCC GND", { 0 } },
        { FAMILY_ECP5, "LUT4", { .lut = 1 } },
        { FAMILY_ECP5, "CCU2C", { .lut = 2 } },
        { FAMILY_ECP5, "TRELLIS_DPR16X4 DPR16X4C", { .lut = 4, .lut_ram = 4 } },
        { FAMILY_ECP5, "TRELLIS_FF", { .ff = 1 } },
        { FAMILY_ECP5, "DP16KD PDPW16KD", { .ram2 = 2 } },
        { FAMILY_ECP5, "MULT18X18D", { .dsp = 1 } },
        { FAMILY_ECP5, "PFUMX L6MUX21 TRELLIS_IO VLO VHI", { 0 } },
        { FAMILY_ICE40, "SB_LUT4", { .lut = 1 } },
        { FAMILY_ICE40, "SB_DFF SB_DFFE SB_DFFR SB_DFFS SB_DFFSR SB_DFFSS", { .ff = 1 } },
        { FAMILY_ICE40, "SB_DFFER SB_DFFES SB_DFFESR SB_DFFESS", { .ff = 1 } },
        { FAMILY_ICE40, "SB_RAM40_4K", { .ram2 = 2 } },
        { FAMILY_ICE40, "SB_MAC16", { .dsp = 1 } },
        { FAMILY_ICE40, "SB_CARRY SB_GB SB_IO SB_PLL40_CORE", { 0 } },
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        char types[128], *save = NULL;
        snprintf(types, sizeof types, "%s", rules[i].types);
        for (char *t = strtok_r(types, " ", &save); t; t = strtok_r(NULL, " ", &save)) {
            const char *one[] = { t, NULL };
            check_area(area_of(one, rules[i].f), rules[i].want);
        }
    }
}

static void sums_over_cells(void **state)
{
    (void)state;
    const char *types[] = { "LUT6", "LUT6", "LUT2", "INV", "RAM32M", "RAM64X1D", "SRL16E", "CARRY4",
                            "FDRE", "FDCE", "FDCE", "RAMB18E1", "RAMB18E1", "RAMB18E1", "RAMB36E1",
                            "MUXF7", NULL };
    check_area(area_of(types, FAMILY_XC7), (Area){ .lut = 11, .lut_ram = 6, .ff = 3, .ram2 = 5 });
    check_area(area_of(types, FAMILY_XCUP), (Area){ .lut = 11, .lut_ram = 6, .ff = 3, .ram2 = 5 });
}

static void unknown_cell_is_an_error(void **state)
{
    (void)state;
    static const struct { const char *type; Family f; } bad[] = {
        { "RAM16X1D", FAMILY_XC7 }, { "LDCE", FAMILY_XC7 }, { "URAM288", FAMILY_XCUP },
        { "$add", FAMILY_XC7 },     { "SB_LUT4", FAMILY_ECP5 }, { "LUT6", FAMILY_ICE40 },
        { "SB_SPRAM256KA", FAMILY_ICE40 }, { "", FAMILY_XC7 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Fixture *x = fresh();
        const char *types[] = { bad[i].type, NULL };
        assert_int_equal(load(x, one_of_each(&x->a, types), bad[i].f), ERR_UNSUPPORTED);
        assert_string_equal(x->c.first.node, "c0");
        assert_non_null(strstr(x->c.first.text, bad[i].type));
        done(x);
    }
}

static void broken_files_are_refused(void **state)
{
    (void)state;
    const char *bad[] = {
        "", "{", "[]", "{}", "{\"modules\":{}}", "{\"modules\":{\"m\":{}}}",
        "{\"modules\":{\"m\":{\"ports\":{},\"netnames\":{},\"cells\":{\"c\":{}}}}}",
        ("{\"modules\":{\"m\":{\"ports\":{},\"netnames\":{},\"cells\":{\"c\":{\"type\":\"LUT1\","
         "\"connections\":{\"O\":[2]}}}}}}"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Fixture *x = fresh();
        assert_int_equal(load(x, bad[i], FAMILY_XC7), ERR_FORMAT);
        assert_non_null(strstr(x->c.first.file, "net.json"));
        done(x);
    }
}

/* LUT l0 (bit 4, no name) -> FF f (bit 5, u_a.q = u_b.in) -> LUT l1 (bit 6, u_b.out) and
 * LUT l2 (bit 7, only the top's output: nothing says whose); INV i (bit 8) -> f.
 * FF g (bit 10) is u_b.g and enters u_a as u_a.x. */
static const char two_units[] =
    "{\"modules\":{\"m\":{\"ports\":{\"y\":{\"direction\":\"output\",\"bits\":[6]},"
    "\"z\":{\"direction\":\"output\",\"bits\":[7]}},\"cells\":{"
    "\"$l0\":{\"type\":\"LUT1\",\"port_directions\":{\"I0\":\"input\",\"O\":\"output\"},"
    "\"connections\":{\"I0\":[3],\"O\":[4]}},"
    "\"$i\":{\"type\":\"INV\",\"port_directions\":{\"I\":\"input\",\"O\":\"output\"},"
    "\"connections\":{\"I\":[2],\"O\":[8]}},"
    "\"$f\":{\"type\":\"FDRE\","
    "\"port_directions\":{\"D\":\"input\",\"R\":\"input\",\"Q\":\"output\"},"
    "\"connections\":{\"D\":[4],\"R\":[8],\"Q\":[5]}},"
    "\"$l1\":{\"type\":\"LUT2\","
    "\"port_directions\":{\"I0\":\"input\",\"I1\":\"input\",\"O\":\"output\"},"
    "\"connections\":{\"I0\":[5],\"I1\":[\"1\"],\"O\":[6]}},"
    "\"$l2\":{\"type\":\"LUT2\","
    "\"port_directions\":{\"I0\":\"input\",\"I1\":\"input\",\"O\":\"output\"},"
    "\"connections\":{\"I0\":[5],\"I1\":[2],\"O\":[7]}},"
    "\"$g\":{\"type\":\"FDSE\",\"port_directions\":{\"Q\":\"output\"},"
    "\"connections\":{\"Q\":[10]}},"
    "\"u_b.mem\":{\"type\":\"RAMB18E1\",\"port_directions\":{},\"connections\":{}}},"
    "\"netnames\":{\"wire\":{\"bits\":[5]},\"u_b.in\":{\"bits\":[5]},\"u_b.sub.in\":{\"bits\":[5]},"
    "\"u_a.q\":{\"bits\":[5]},\"u_b.out\":{\"bits\":[6]},\"y\":{\"bits\":[6]},\"z\":{\"bits\":[7]},"
    "\"rst\":{\"bits\":[2]},\"u_a.rst\":{\"bits\":[2]},\"u_a.x\":{\"bits\":[10]},"
    "\"u_a.sub.x\":{\"bits\":[10]},\"u_b.g\":{\"bits\":[10]}}}}}";

static void cells_go_to_the_unit_that_drives(void **state)
{
    (void)state;
    Fixture *x = fresh();
    const char *in_a[] = { "rst", "x" }, *in_b[] = { "in" };
    const Instance inst[] = { { "u_a", in_a, 2 }, { "u_b", in_b, 1 } };
    AreaUnit unit[3];
    assert_int_equal(load(x, two_units, FAMILY_XC7), ERR_NONE);
    area_by_unit(&x->n, inst, 2, unit, x->a);
    assert_string_equal(unit[0].name, "u_a");
    check_area(unit[0].area, (Area){ .lut = 2, .ff = 1 });  /* $l0 and $i by their reader $f */
    check_area(unit[1].area, (Area){ .lut = 1, .ff = 1, .ram2 = 1 }); /* $l1, $g; mem by its name */
    assert_string_equal(unit[2].name, "top");
    check_area(unit[2].area, (Area){ .lut = 1 });
    done(x);
}

/* A block RAM whose DOADO[0] goes to `sink` of cell type `to`; DOA_REG as given. */
static int unregistered(const char *ram, const char *port, const char *param, const char *value,
                        const char *to, const char *sink, Family f, bool leaves)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"modules\":{\"m\":{\"ports\":{\"y\":{\"direction\":\"output\",\"bits\":[%d]}},"
             "\"netnames\":{},\"cells\":{"
             "\"ram\":{\"type\":\"%s\",\"parameters\":{\"%s\":\"%s\"},"
             "\"port_directions\":{\"%s\":\"output\"},\"connections\":{\"%s\":[5,6]}},"
             "\"to\":{\"type\":\"%s\",\"port_directions\":{\"%s\":\"input\"},"
             "\"connections\":{\"%s\":[5]}}}}}}", leaves ? 5 : 9, ram, param, value, port, port, to,
             sink, sink);
    Fixture *x = fresh();
    Buf list = { 0 };
    assert_int_equal(load(x, text, f), ERR_NONE);
    int n = area_unregistered(&x->n, &list);
    assert_int_equal(n, area_unregistered(&x->n, NULL));
    if (n == 1)
        assert_non_null(strstr(list.p, leaves ? "leaves the top module" : sink));
    buf_free(&list);
    done(x);
    return n;
}

static void block_ram_outputs_need_registers(void **state)
{
    (void)state;
    const char zero[] = "00000000000000000000000000000000";
    const char one[]  = "00000000000000000000000000000001";
    static const struct { const char *type, *port, *reg; } port[] = {
        { "RAMB36E1", "DOADO", "DOA_REG" },     { "RAMB36E1", "DOPBDOP", "DOB_REG" },
        { "RAMB18E1", "DOBDO", "DOB_REG" },     { "RAMB18E1", "DOPADOP", "DOA_REG" },
        { "RAMB36E2", "DOUTADOUT", "DOA_REG" }, { "RAMB18E2", "DOUTPBDOUTP", "DOB_REG" },
    };
    for (size_t i = 0; i < sizeof port / sizeof *port; i++) {
        const char *t = port[i].type, *p = port[i].port, *r = port[i].reg;
        assert_int_equal(unregistered(t, p, r, zero, "FDRE", "D", FAMILY_XC7, false), 0);
        assert_int_equal(unregistered(t, p, r, zero, "FDRE", "CE", FAMILY_XC7, false), 1);
        assert_int_equal(unregistered(t, p, r, zero, "LUT2", "I1", FAMILY_XC7, false), 1);
        assert_int_equal(unregistered(t, p, r, one, "LUT2", "I1", FAMILY_XC7, false), 0);
        assert_int_equal(unregistered(t, p, r, zero, "FDRE", "D", FAMILY_XC7, true), 1);
    }
    assert_int_equal(unregistered("DP16KD", "DOA3", "REGMODE_A", "NOREG", "TRELLIS_FF", "DI",
                                  FAMILY_ECP5, false), 0);
    assert_int_equal(unregistered("DP16KD", "DOB3", "REGMODE_B", "NOREG", "LUT4", "A", FAMILY_ECP5,
                                  false), 1);
    assert_int_equal(unregistered("DP16KD", "DOB3", "REGMODE_B", "OUTREG", "LUT4", "A", FAMILY_ECP5,
                                  false), 0);
    assert_int_equal(unregistered("SB_RAM40_4K", "RDATA", "READ_MODE", "0", "SB_DFF", "D",
                                  FAMILY_ICE40, false), 0);
    assert_int_equal(unregistered("SB_RAM40_4K", "RDATA", "READ_MODE", "0", "SB_LUT4", "I0",
                                  FAMILY_ICE40, false), 1);
    assert_int_equal(unregistered("RAMB36E1", "CASCADEOUTA", "DOA_REG", zero, "LUT2", "I1",
                                  FAMILY_XC7, false), 0);
}

static int cleanup(void **state)
{
    (void)state;
    Ctx c = { 0 };
    return io_remove_tree(dir, &c) ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_counts_as_written),
        cmocka_unit_test(sums_over_cells),
        cmocka_unit_test(unknown_cell_is_an_error),
        cmocka_unit_test(broken_files_are_refused),
        cmocka_unit_test(cells_go_to_the_unit_that_drives),
        cmocka_unit_test(block_ram_outputs_need_registers),
    };
    if (!mkdtemp(dir))
        return 1;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("area", tests, NULL, cleanup);
}
