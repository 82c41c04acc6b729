/* bench CASES SEED DIR - writes DIR/tb.sv and the memory images DIR/<case>_<memory>.hex. */
#include "emit/emit.h"
#include "rig.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static FILE *create(const char *dir, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(2);
    }
    return f;
}

static void write_image(const char *dir, int id, const MemImage *m)
{
    char name[64];
    Buf b = { 0 };
    snprintf(name, sizeof name, "%d_%s.hex", id, m->name);
    FILE *f = create(dir, name);
    emit_image(m, &b);
    fwrite(b.p, 1, b.n, f);
    fclose(f);
    buf_free(&b);
}

static void print_dut(FILE *f, const char *dir, int id, const Case *c)
{
    const UnitInfo *info = &unit_info[c->unit.kind];
    fprintf(f, "    %s #(", c->module);
    for (int k = 0; info->param[k]; k++)
        fprintf(f, "%s.%s(%d)", k ? ", " : "", info->param[k], c->unit.p[k]);
    for (int k = 0; k < c->unit.n_image; k++)
        fprintf(f, ", .%c%sFile(\"%s/%d_%s.hex\")", toupper((unsigned char)c->unit.image[k].name[0]),
                c->unit.image[k].name + 1, dir, id, c->unit.image[k].name);
    fprintf(f, ") dut (.clk_i(clk), .rst_ni(rst_n)");
    if (c->unit.kind == UNIT_AXIS_IN)
        fprintf(f, ", .s_axis_tvalid(iv[0]), .s_axis_tready(ir[0]), .s_axis_tdata(id0[%d:0]),"
                   " .s_axis_tlast(id0[%d]), .flag_valid_o(ov[1]), .flag_ready_i(ordy[1]),"
                   " .flag_drop_o(od1), .err_o(err)", c->in[0].last_at - 1, c->in[0].last_at);
    else
        fprintf(f, ", .in_valid_i(iv[0]), .in_ready_o(ir[0]), .in_data_i(id0)");
    if (c->unit.kind == UNIT_AXIS_OUT)
        fprintf(f, ", .m_axis_tvalid(ov[0]), .m_axis_tready(ordy[0]), .m_axis_tdata(od0[31:0]),"
                   " .m_axis_tlast(od0[32]), .flag_valid_i(iv[1]), .flag_ready_o(ir[1]),"
                   " .flag_drop_i(id1)");
    else
        fprintf(f, ", .out_valid_o(ov[0]), .out_ready_i(ordy[0]), .out_data_o(od0)");
    fprintf(f, ");\n");
}

static void print_case(FILE *f, const char *dir, int id, const Case *c)
{
    fprintf(f, "  if (1) begin : c%d // %s\n    logic [1:0] iv, ir, ov, ordy; logic err;\n", id, c->text);
    for (int p = 0; p < 2; p++)
        fprintf(f, "    logic [%d:0] id%d; logic [%d:0] od%d;\n", shape_bits(c->in[p]) - 1, p,
                shape_bits(c->out[p]) - 1, p);
    fprintf(f, "    rig_port #(.Id(%d), .I0(%d), .I1(%d), .O0(%d), .O1(%d)) rig (.*);\n", id,
            shape_bits(c->in[0]), shape_bits(c->in[1]), shape_bits(c->out[0]), shape_bits(c->out[1]));
    print_dut(f, dir, id, c);
    if (!c->in[1].lanes) fprintf(f, "    assign ir[1] = 1'b0;\n");
    if (!c->out[1].lanes) fprintf(f, "    assign ov[1] = 1'b0;\n    assign od1 = '0;\n");
    if (c->unit.kind != UNIT_AXIS_IN) fprintf(f, "    assign err = 1'b0;\n");
    fprintf(f, "  end\n");
}

int main(int argc, char **argv)
{
    static Case c[RIG_MAX_CASE];
    if (argc != 4) return 2;
    int n = rig_cases(argv[1], strtoull(argv[2], NULL, 10), c);
    FILE *f = create(argv[3], "tb.sv");
    fprintf(f, "module tb (input logic clk, input logic rst_n);\n");
    for (int i = 0; i < n; i++) {
        print_case(f, argv[3], i, &c[i]);
        for (int k = 0; k < c[i].unit.n_image; k++) write_image(argv[3], i, &c[i].unit.image[k]);
    }
    fprintf(f, "endmodule\n");
    return fclose(f) != 0;
}
