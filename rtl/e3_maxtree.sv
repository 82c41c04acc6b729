// e3_maxtree.sv - the greatest code of a whole window, per channel.
//
// What:    out[c] = max over tap < Taps of in[tap*C + c].
// Model:   src/hw/twin_maxtree.c
// Source:  doc/arithmetic.md, 7. A binary tree, registered after every second level.
// Stream:  in ready/valid, Taps x C codes, one whole window a word; out C codes.
// Timing:  latency max(1, ceil(log2(Taps) / 2)) cycles; one word per clock. The pipeline moves as
//          one: in_ready_o = !out_valid_o || out_ready_i.
// Range:   Bits-bit codes, unsigned or (Signed) two's complement.
// Reset:   rst_ni, asynchronous, active low; valid bits. Words are not reset.
`default_nettype none

module e3_maxtree #(
  parameter  int Bits   = 4,
  parameter  int Signed = 0,
  parameter  int C      = 2,
  parameter  int Taps   = 9,
  localparam int InW    = Taps * C * Bits,
  localparam int OutW   = C * Bits
) (
  input  wire  logic            clk_i,
  input  wire  logic            rst_ni,

  input  wire  logic            in_valid_i,
  output       logic            in_ready_o,
  input  wire  logic [InW-1:0]  in_data_i,

  output       logic            out_valid_o,
  input  wire  logic            out_ready_i,
  output       logic [OutW-1:0] out_data_o
);

  localparam int Levels = $clog2(Taps);
  localparam int Stages = (Levels > 1) ? (Levels + 1) / 2 : 1;
  localparam logic [Bits-1:0] Flip = (Signed != 0) ? (Bits'(1) << (Bits - 1)) : '0;

  logic [Stages-1:0] valid_q;
  logic              move;

  assign move        = !out_valid_o || out_ready_i;
  assign in_ready_o  = move;
  assign out_valid_o = valid_q[Stages-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)   valid_q <= '0;
    else if (move) valid_q <= Stages'({valid_q, in_valid_i});
  end

  // Stage s takes the ceil(Taps / 4^s) candidates that are left, and leaves a quarter of them.
  for (genvar s = 0; s < Stages; s++) begin : g_stage
    localparam int NIn  = (Taps + (1 << (2 * s)) - 1) >> (2 * s);
    localparam int NMid = (NIn + 1) / 2;
    localparam int NOut = (NMid + 1) / 2;
    logic [NIn*OutW-1:0]  in;
    logic [NMid*OutW-1:0] mid;
    logic [NOut*OutW-1:0] best, data_q;

    if (s == 0) begin : g_in
      assign in = in_data_i;
    end else begin : g_in
      assign in = g_stage[s-1].data_q;
    end

    for (genvar i = 0; i < NMid; i++) begin : g_mid
      for (genvar c = 0; c < C; c++) begin : g_c
        localparam int A = (2 * i * C + c) * Bits;
        localparam int B = (2 * i + 1 < NIn) ? A + OutW : A;  // no partner: itself
        assign mid[(i*C + c)*Bits +: Bits] =
          ((in[B +: Bits] ^ Flip) > (in[A +: Bits] ^ Flip)) ? in[B +: Bits] : in[A +: Bits];
      end
    end
    for (genvar i = 0; i < NOut; i++) begin : g_best
      for (genvar c = 0; c < C; c++) begin : g_c
        localparam int A = (2 * i * C + c) * Bits;
        localparam int B = (2 * i + 1 < NMid) ? A + OutW : A;
        assign best[(i*C + c)*Bits +: Bits] =
          ((mid[B +: Bits] ^ Flip) > (mid[A +: Bits] ^ Flip)) ? mid[B +: Bits] : mid[A +: Bits];
      end
    end

    always_ff @(posedge clk_i) if (move) data_q <= best;
  end

  assign out_data_o = g_stage[Stages-1].data_q;

`ifdef FORMAL
  `include "e3_maxtree_props.svh"
`endif

endmodule

`default_nettype wire
