// e3_dot_count.sv - one output's gated adders for weights that come from a register.
//
// What:    p = sum over i of w[i] * spike[i].
// Model:   none of its own: part of e3_array (src/hw/twin_array.c).
// Source:  doc/decisions/001. A spike that is 0 clears its weight's register (no
//          LUT); of six slots, three LUT6 count the bits of equal weight; the counts of each bit
//          plane are added up, then the planes, the sign plane with minus.
// Stream:  none; all registers load in a clock with en_i.
// Timing:  latency 2 + clog2(ceil(N/6)) + clog2(planes) enabled clocks, planes = max(WBits, 2);
//          one sum per clock.
// Range:   any weight field, -2^(WBits-1) included: OutW holds N times that, so no sum overflows.
//          WBits = 1: the field 0 is +1, 1 is -1; it enters as the two-bit number {field, 1}.
// Reset:   none.
`default_nettype none

module e3_dot_count #(
  parameter  int N      = 16,
  parameter  int WBits  = 3,
  localparam int Planes = (WBits < 2) ? 2 : WBits,
  localparam int OutW   = (WBits < 2) ? $clog2(N + 1) + 1 : $clog2(N << (WBits - 1)) + 1
) (
  input  wire  logic               clk_i,
  input  wire  logic               en_i,
  input  wire  logic [N-1:0]       spike_i,
  input  wire  logic [N*WBits-1:0] weight_i,
  output       logic [OutW-1:0]    p_o
);

  // The weights as two's complement of at least two bits.
  logic [N*Planes-1:0] w;
  for (genvar i = 0; i < N; i++) begin : g_weight
    if (WBits == 1) begin : g_sign
      assign w[i*2 +: 2] = {weight_i[i], 1'b1};
    end else begin : g_field
      assign w[i*WBits +: WBits] = weight_i[i*WBits +: WBits];
    end
  end

  localparam int Cnt    = (N + 5) / 6;
  localparam int CountW = $clog2(N + 1);
  localparam int SixW   = (CountW < 3) ? CountW : 3;

  // Bit j of the number of ones in each pattern of six, at j*64.
  localparam logic [191:0] Ones = {64'hfee8_e880_e880_8000, 64'h8117_177e_177e_7ee8,
                                   64'h6996_9669_9669_6996};

  logic [N*Planes-1:0] gated_q;
  for (genvar i = 0; i < N; i++) begin : g_gate
    always_ff @(posedge clk_i)
      if (en_i) gated_q[i*Planes +: Planes] <= spike_i[i] ? w[i*Planes +: Planes] : '0;
  end

  logic [Planes*CountW-1:0] count;
  for (genvar b = 0; b < Planes; b++) begin : g_count
    logic [6*Cnt-1:0]    six;
    logic [Cnt*SixW-1:0] six_d, six_q;
    for (genvar i = 0; i < 6 * Cnt; i++) begin : g_six
      if (i < N) begin : g_in
        assign six[i] = gated_q[i*Planes + b];
      end else begin : g_none
        assign six[i] = 1'b0;
      end
    end
`ifdef SYNTHESIS  // Yosys needs 24 GB for the look-ups of an engine
    e3_lut6 #(.N(Cnt), .Bits(SixW)) u_luts
      (.luts_i({Cnt{Ones[64*SixW-1:0]}}), .at_i(six), .word_o(six_d));
`else  // what simulators do three times faster
    always_comb
      for (int k = 0; k < Cnt; k++)
        for (int j = 0; j < SixW; j++) six_d[k*SixW + j] = Ones[8'(j*64) + 8'(six[k*6 +: 6])];
`endif
    always_ff @(posedge clk_i) if (en_i) six_q <= six_d;
    e3_addtree #(.N(Cnt), .Width(SixW), .Signed(0), .OutW(CountW)) u_tree
      (.clk_i, .en_i, .words_i(six_q), .sum_o(count[b*CountW +: CountW]));
  end

  // Neighbouring planes are joined pair by pair: low + 2^d * high; the sign plane counts minus.
  localparam int Joins = $clog2(Planes);
  for (genvar l = 0; l <= Joins; l++) begin : g_join
    localparam int Terms = (Planes + (1 << l) - 1) >> l;
    logic [Terms*OutW-1:0] s;
    for (genvar e = 0; e < Terms; e++) begin : g_term
      if (l == 0) begin : g_in
        assign s[e*OutW +: OutW] = OutW'(count[e*CountW +: CountW]);
      end else begin : g_add
        localparam int D     = 1 << (l - 1);        // planes of the low term
        localparam int High  = (2 * e + 1) * D;     // first plane of the high term
        logic [OutW-1:0] low;
        assign low = g_join[l-1].s[2*e*OutW +: OutW];
        if (High < Planes) begin : g_pair
          logic [OutW-1:0] high;
          assign high = OutW'(g_join[l-1].s[(2*e+1)*OutW +: OutW] << D);
          always_ff @(posedge clk_i)
            if (en_i) s[e*OutW +: OutW] <= (High == Planes - 1) ? low - high : low + high;
        end else begin : g_lone
          always_ff @(posedge clk_i) if (en_i) s[e*OutW +: OutW] <= low;
        end
      end
    end
  end
  assign p_o = g_join[Joins].s;

endmodule

`default_nettype wire
