// e3_addtree.sv - sum of N words, one register after each adder.
//
// What:    sum = words_i[0] + ... + words_i[N-1] modulo 2^OutW.
// Model:   none of its own: part of e3_array (src/hw/twin_array.c, LATENCY).
// Source:  doc/decisions/001: registered levels keep one LUT per sum bit, where
//          a combinational tree becomes carry-save logic of two.
// Stream:  none; all registers load in a clock with en_i.
// Timing:  latency clog2(N) enabled clocks (N = 1: none, a wire), one sum per clock.
// Range:   words of Width bits, two's complement if Signed; OutW >= Width.
// Reset:   none.
`default_nettype none

module e3_addtree #(
  parameter  int N      = 5,
  parameter  int Width  = 4,
  parameter  int Signed = 1,
  parameter  int OutW   = 7,
  localparam int Levels = $clog2(N)
) (
  input  wire  logic               clk_i,
  input  wire  logic               en_i,
  input  wire  logic [N*Width-1:0] words_i,
  output       logic [OutW-1:0]    sum_o
);

  for (genvar l = 0; l <= Levels; l++) begin : g_level
    // Cnt words of W bits; the level above it in the text has twice as many of one bit less.
    localparam int Cnt = (N + (1 << l) - 1) >> l;
    localparam int W   = (Width + l < OutW) ? Width + l : OutW;
    logic [Cnt*W-1:0] s;
    if (l == 0) begin : g_in
      assign s = words_i;
    end else begin : g_add
      localparam int From  = (N + (1 << (l - 1)) - 1) >> (l - 1);
      localparam int FromW = (Width + l - 1 < OutW) ? Width + l - 1 : OutW;
      for (genvar i = 0; i < Cnt; i++) begin : g_word
        logic [FromW-1:0] a, b;
        logic             xa, xb; // what extends them
        assign a  = g_level[l-1].s[2*i*FromW +: FromW];
        assign xa = (Signed != 0) && a[FromW-1];
        if (2 * i + 1 < From) begin : g_pair
          assign b = g_level[l-1].s[(2*i+1)*FromW +: FromW];
        end else begin : g_lone
          assign b = '0;
        end
        assign xb = (Signed != 0) && b[FromW-1];
        always_ff @(posedge clk_i)
          if (en_i) s[i*W +: W] <= W'({xa, a}) + W'({xb, b});
      end
    end
  end

  if (N == 1) begin : g_wire
    logic unused;
    assign unused = clk_i && en_i;
  end

  localparam int TopW = (Width + Levels < OutW) ? Width + Levels : OutW;
  logic [TopW-1:0] top;
  assign top = g_level[Levels].s;
  if (OutW > TopW) begin : g_extend
    assign sum_o = {{(OutW - TopW){(Signed != 0) && top[TopW-1]}}, top};
  end else begin : g_fit
    assign sum_o = top;
  end

endmodule

`default_nettype wire
