// e3_lut6.sv - one function of six inputs as a table.
//
// What:    o = lut_i[at_i], by halving: mappers make one LUT6 of it where lut_i is constant, and a
//          simulator six selections of whole words.
// Model:   none of its own: part of e3_array.
// Source:  doc/decisions on the array's adders.
// Stream:  none.
// Timing:  combinational.
// Range:   any.
// Reset:   none.
`default_nettype none

module e3_lut6 (
  input  wire  logic [63:0] lut_i,
  input  wire  logic [5:0]  at_i,
  output       logic        o
);

  logic [31:0] a;
  logic [15:0] b;
  logic [7:0]  c;
  logic [3:0]  d;
  logic [1:0]  e;
  assign a = at_i[5] ? lut_i[63:32] : lut_i[31:0];
  assign b = at_i[4] ? a[31:16] : a[15:0];
  assign c = at_i[3] ? b[15:8] : b[7:0];
  assign d = at_i[2] ? c[7:4] : c[3:0];
  assign e = at_i[1] ? d[3:2] : d[1:0];
  assign o = at_i[0] ? e[1] : e[0];

endmodule

`default_nettype wire
