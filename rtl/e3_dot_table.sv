// e3_dot_table.sv - one output's gated adders for few, constant weight words: tables.
//
// What:    p = sum over i of w[addr][i] * spike[i].
// Model:   none of its own: part of e3_array (src/hw/twin_array.c).
// Source:  doc/decisions on the array's adders; distributed arithmetic. The weights are constants,
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

  if (Words == 1) begin : g_one
    logic unused;
    assign unused = &addr_i;
  end

  logic [Cnt*SumW-1:0] sum_q;
  for (genvar g = 0; g < Cnt; g++) begin : g_group
    // sums: by address, then spikes, all 64 constant. A pattern with top spike i is the pattern
    // without it plus weight i.
    logic [64*SumW-1:0] sums;
    logic [SumW-1:0]    w;
    always_comb begin
      sums = '0;
      w    = '0;
      for (int d = 0; d < Words; d++)
        for (int i = 0; i < K; i++) if (g*K + i < N) begin
          if (WBits == 1) w = weight_i[d*N + g*K + i] ? '1 : SumW'(1);
          else w = SumW'($signed(weight_i[(d*N + g*K + i)*WBits +: WBits]));
          for (int p = 0; p < (1 << K); p++) if (p >> i == 1)
            sums[((d << K) + p)*SumW +: SumW] = sums[((d << K) + p - (1 << i))*SumW +: SumW] + w;
        end
    end

    logic [5:0] at;
    for (genvar i = 0; i < 6; i++) begin : g_at
      if (i >= K) begin : g_addr
        assign at[i] = addr_i[i-K];
      end else if (g*K + i < N) begin : g_spike
        assign at[i] = spike_i[g*K + i];
      end else begin : g_none
        assign at[i] = 1'b0;
      end
    end

    for (genvar j = 0; j < SumW; j++) begin : g_bit
      logic [63:0] lut;
      always_comb for (int e = 0; e < 64; e++) lut[e] = sums[e*SumW + j];
      logic bit_d;
      e3_lut6 u_lut (.lut_i(lut), .at_i(at), .o(bit_d));
      always_ff @(posedge clk_i) if (en_i) sum_q[g*SumW + j] <= bit_d;
    end
  end
  e3_addtree #(.N(Cnt), .Width(SumW), .Signed(1), .OutW(OutW)) u_tree
    (.clk_i, .en_i, .words_i(sum_q), .sum_o(p_o));

endmodule

`default_nettype wire
