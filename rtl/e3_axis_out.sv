// e3_axis_out.sv - the network's output: logits, then the class, as AXI4-Stream.
//
// What:    logit[k] = value[k] + bias[k] for k = 0..Classes-1, then the k of the greatest logit
//          (the lowest of equals) with tlast. An image whose flag says drop is consumed silently.
// Model:   src/hw/twin_axis_out.c
// Source:  doc/arithmetic.md, 6; doc/hardware.md, interface.
// Stream:  in ready/valid, Lanes values, Classes / Lanes words an image, lowest lane first;
//          flag ready/valid, one word per image, popped with the class word;
//          m_axis AXI4-Stream, 32 bits, sign-extended.
// Timing:  latency 1 cycle; Classes + 1 clocks an image. Nothing moves before the image's flag.
//          The greatest logit so far is updated when the next word is issued.
// Range:   value + bias fits 32 bits.
// Reset:   rst_ni, asynchronous, active low, for at least one clock (bias 0 is fetched); control
//          only.
`default_nettype none

module e3_axis_out #(
  parameter  int Lanes    = 1,
  parameter  int InBits   = 12,
  parameter  int InSigned = 1,
  parameter  int Classes  = 10,
  parameter  int BiasBits = 8,
  parameter      BiasFile = ""
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,

  input  wire  logic                    in_valid_i,
  output       logic                    in_ready_o,
  input  wire  logic [Lanes*InBits-1:0] in_data_i,

  input  wire  logic                    flag_valid_i,
  output       logic                    flag_ready_o,
  input  wire  logic                    flag_drop_i,

  output       logic [31:0]             m_axis_tdata,
  output       logic                    m_axis_tvalid,
  input  wire  logic                    m_axis_tready,
  output       logic                    m_axis_tlast
);

  localparam int ValueW = (InSigned != 0) ? InBits : InBits + 1;
  localparam int ClassW = (Classes > 1) ? $clog2(Classes) : 1;
  localparam int AddW   = ((ValueW > BiasBits) ? ValueW : BiasBits) + 1;
  localparam int WideW  = (AddW > ClassW) ? AddW : ClassW + 1;  // holds a class, too
  localparam int SumW   = (WideW < 32) ? WideW : 32;
  localparam int LaneW  = (Lanes > 1) ? $clog2(Lanes) : 1;

  logic [ClassW-1:0] k_q, k_d, top_q, top;
  logic [LaneW-1:0]  lane_q;
  logic              end_q;                 // all logits are out: the class comes next
  logic              room, step, last_lane, last_class, better;
  logic              valid_q, last_q;
  logic signed [SumW-1:0] sum, word_q, top_sum_q;

  assign room         = !valid_q || m_axis_tready;
  assign last_lane    = lane_q == LaneW'(Lanes - 1);
  assign last_class   = k_q == ClassW'(Classes - 1);
  assign in_ready_o   = flag_valid_i && room && !end_q && last_lane;
  assign flag_ready_o = room && end_q;
  assign step         = flag_valid_i && room && (end_q || in_valid_i);

  always_comb begin
    k_d = k_q;
    if (step && !end_q) k_d = last_class ? '0 : k_q + 1'b1;
  end

  // The value's lane, and its bias, fetched one class ahead.
  logic        [InBits-1:0]   lane;
  logic signed [ValueW-1:0]   value;
  logic signed [BiasBits-1:0] bias;
  if (Lanes > 1) assign lane = in_data_i[lane_q * InBits +: InBits];
  else           assign lane = in_data_i;
  if (InSigned != 0) assign value = lane;
  else               assign value = {1'b0, lane};
  e3_rom #(.Block(0), .Width(BiasBits), .Depth(Classes), .File(BiasFile)) u_bias (
    .clk_i, .en_i(1'b1), .addr_i(k_d), .data_o(bias));
  assign sum = SumW'(value) + SumW'(bias);

  // word_q is the logit before this one, of class top when it wins.
  logic [ClassW-1:0] prev;
  logic              one_q;                 // word_q is the image's first logit
  assign prev = end_q ? ClassW'(Classes - 1) : k_q - 1'b1;
  assign better = one_q || word_q > top_sum_q;
  assign top    = better ? prev : top_q;

  always_ff @(posedge clk_i) if (step) begin
    word_q <= end_q ? SumW'(top) : sum;
    last_q <= end_q;
    one_q  <= !end_q && k_q == '0;
    if (better) begin
      top_q     <= prev;
      top_sum_q <= word_q;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      k_q     <= '0;
      lane_q  <= '0;
      end_q   <= 1'b0;
    end else begin
      k_q <= k_d;
      if (step) valid_q <= !flag_drop_i;
      else if (m_axis_tready) valid_q <= 1'b0;
      if (step) end_q <= !end_q && last_class;
      if (step && !end_q) lane_q <= last_lane ? '0 : lane_q + 1'b1;
    end
  end

  assign m_axis_tvalid = valid_q;
  assign m_axis_tdata  = 32'(word_q);
  assign m_axis_tlast  = last_q;

`ifdef FORMAL
  `include "e3_axis_out_props.svh"
`endif

endmodule

`default_nettype wire
