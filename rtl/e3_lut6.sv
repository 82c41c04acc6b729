// e3_lut6.sv - N words of Bits functions of six inputs each, as tables.
//
// What:    bit j of word n is bit at_i[n] of the table at (n*Bits + j) * 64 of luts_i.
// Model:   none of its own: part of e3_array.
// Source:  doc/decisions/001. Halving a table six times: where it is constant, a
//          mapper makes one LUT6 of it.
// Stream:  none.
// Timing:  combinational.
// Range:   any.
// Reset:   none.
`default_nettype none

module e3_lut6 #(
  parameter int N    = 1,
  parameter int Bits = 3
) (
  input  wire  logic [64*N*Bits-1:0] luts_i,
  input  wire  logic [6*N-1:0]       at_i,
  output       logic [N*Bits-1:0]    word_o
);

  function automatic logic pick(input logic [63:0] lut, input logic [5:0] sel);
    logic [31:0] a;
    logic [15:0] b;
    logic [7:0]  c;
    logic [3:0]  d;
    logic [1:0]  e;
    a    = sel[5] ? lut[63:32] : lut[31:0];
    b    = sel[4] ? a[31:16] : a[15:0];
    c    = sel[3] ? b[15:8] : b[7:0];
    d    = sel[2] ? c[7:4] : c[3:0];
    e    = sel[1] ? d[3:2] : d[1:0];
    pick = sel[0] ? e[1] : e[0];
  endfunction

  always_comb
    for (int k = 0; k < N * Bits; k++)
      word_o[k] = pick(luts_i[k*64 +: 64], at_i[(k / Bits)*6 +: 6]);

endmodule

`default_nettype wire
