// e3_dot_table.sv - one output's gated adders for few, constant weight words: tables.
//
// What:    p = sum over i of w[addr][i] * spike[i].
// Model:   none of its own: part of e3_array (src/hw/twin_array.c).
// Source:  doc/decisions/001; distributed arithmetic. The weights are constants,
//          so K slots' sum is a function of K spikes and the address: with K = 6 - clog2(Words)
//          each bit of it is one LUT6, weight memory and first adders included.
// Stream:  none; all registers load in a clock with en_i.
// Timing:  latency 1 + clog2(ceil(N/K)) enabled clocks, one sum per clock.
// Range:   any weight field, -2^(WBits-1) included: OutW holds N times that, so no sum overflows.
//          WBits = 1: the field 0 is +1, 1 is -1. Words 1..32.
// Reset:   none.
`default_nettype none

module e3_dot_table #(
  parameter  int N     = 25,
  parameter  int WBits = 3,
  parameter  int Words = 1,
  localparam int AddrW = (Words > 1) ? $clog2(Words) : 1,
  localparam int OutW  = (WBits < 2) ? $clog2(N + 1) + 1 : $clog2(N << (WBits - 1)) + 1
) (
  input  wire  logic                     clk_i,
  input  wire  logic                     en_i,
  input  wire  logic [AddrW-1:0]         addr_i,
  input  wire  logic [N-1:0]             spike_i,
  input  wire  logic [Words*N*WBits-1:0] weight_i, // constant
  output       logic [OutW-1:0]          p_o
);

  localparam int K    = 6 - $clog2(Words);
  localparam int Cnt  = (N + K - 1) / K;
  localparam int Most = (N < K) ? N : K;
  localparam int SumW = (WBits < 2) ? $clog2(Most + 1) + 1 : $clog2(Most << (WBits - 1)) + 1;

  // Truth tables over six inputs, the spikes lowest, then the address: table t*64 + e is bit t of
  // the groups' sums (bit j of group g: t = g*SumW + j) for the inputs e. Tables are added as
  // numbers are, slot by slot; the weights are constant, and so is all of it. One loop, that
  // simulators keep as one: k is (group * K + slot) * SumW + bit.
  localparam logic [383:0] Inputs = {64'hffff_ffff_0000_0000, 64'hffff_0000_ffff_0000,
                                     64'hff00_ff00_ff00_ff00, 64'hf0f0_f0f0_f0f0_f0f0,
                                     64'hcccc_cccc_cccc_cccc, 64'haaaa_aaaa_aaaa_aaaa};
  logic [64*Cnt*SumW-1:0] luts;
  logic [63:0]            carry, w, s;
  always_comb begin
    luts  = '0;
    carry = '0;
    w     = '0;
    s     = '0;
    for (int k = 0; k < N * SumW; k++) begin
      if (k % SumW == 0) carry = '0;
      for (int d = 0; d < Words; d++)
        w[d << K +: 1 << K] = {(1 << K){(WBits == 1 && k % SumW == 0)
          || weight_i[(d*N + k/SumW)*WBits + ((k % SumW < WBits) ? k % SumW : WBits - 1)]}};
      w = w & Inputs[(k / SumW % K)*64 +: 64];
      s = luts[(k / SumW / K * SumW + k % SumW)*64 +: 64];
      luts[(k / SumW / K * SumW + k % SumW)*64 +: 64] = s ^ w ^ carry;
      carry = (s & w) | (carry & (s ^ w));
    end
  end

  logic [6*Cnt-1:0] at;
  for (genvar g = 0; g < Cnt; g++) begin : g_group
    localparam int Here = ((g + 1) * K < N) ? K : N - g * K; // slots of this group
    assign at[g*6 +: 6] = 6'(6'(addr_i) << K) | 6'(spike_i[g*K +: Here]);
  end

  logic [Cnt*SumW-1:0] sum_d, sum_q;
  e3_lut6 #(.N(Cnt), .Bits(SumW)) u_luts (.luts_i(luts), .at_i(at), .word_o(sum_d));
  always_ff @(posedge clk_i) if (en_i) sum_q <= sum_d;
  e3_addtree #(.N(Cnt), .Width(SumW), .Signed(1), .OutW(OutW)) u_tree
    (.clk_i, .en_i, .words_i(sum_q), .sum_o(p_o));

endmodule

`default_nettype wire
