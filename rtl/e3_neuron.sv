// e3_neuron.sv - bias, thresholds, firing: POut integrate-and-fire neurons.
//
// What:    U = (V << FracBits) + bias, then step by step, MSB first, trial = U - (theta <<
//          (Bits-1-t)), spike = trial >= 0, U <- spike ? trial : U. SignedOut: step 0 is U < 0
//          and adds theta << (Bits-1).
// Model:   src/hw/twin_neuron.c (as written above; here the trial is never undone, see below)
// Source:  doc/arithmetic.md, 2 Fire and 5 Signed output codes; non-restoring division.
// Stream:  in  POut potentials of AccBits bits, two's complement; groups take turns
//          out POut codes of Bits bits
// Timing:  a word per Bits clocks; the code follows its potential by Bits + 1 clocks.
// Range:   everything modulo 2^PotBits; spike = the trial's sign bit is 0.
// Reset:   rst_ni, asynchronous, active low; control only. The first word is taken in the third
//          clock after it at the earliest: until then the first thresholds are read.
//
// R holds the trial of the present step. U = R where it spiked and R + theta_t where not; as
// theta_t = 2 * theta_(t+1), the next trial is R - theta_(t+1) or R + theta_(t+1): one adder, no
// way back. The first trial's operand K = bias - theta_0 (SignedOut: bias) comes with V.
`default_nettype none

module e3_neuron #(
  parameter  int POut      = 6,
  parameter  int Groups    = 1,
  parameter  int AccBits   = 12,
  parameter  int Bits      = 4,
  parameter  int SignedOut = 0,
  parameter  int FracBits  = 4,
  parameter  int ThetaBits = 8,
  parameter  int BiasBits  = 10,
  parameter  int PotBits   = 18,
  parameter      ThetaFile = "theta.hex",
  parameter      BiasFile  = "bias.hex"
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,

  input  wire  logic                    in_valid_i,
  output       logic                    in_ready_o,
  input  wire  logic [POut*AccBits-1:0] in_data_i,

  output       logic                    out_valid_o,
  input  wire  logic                    out_ready_i,
  output       logic [POut*Bits-1:0]    out_data_o
);

  localparam int TopW   = (ThetaBits + Bits - 1 > PotBits) ? ThetaBits + Bits - 1 : PotBits;
  localparam int StepW  = (Bits > 1) ? $clog2(Bits) : 1;
  localparam int GroupW = (Groups > 1) ? $clog2(Groups) : 1;

  // step_q: whose operand comes next; 0: that of a new word, while the last spike is judged.
  logic              busy_q, take, last, emit;
  logic [1:0]        warm_q;
  logic [StepW-1:0]  step_q, step_d;
  logic [GroupW-1:0] group_q, group_d;

  assign last       = step_q == '0;
  assign emit       = busy_q && last && (!out_valid_o || out_ready_i);
  assign in_ready_o = last && (!busy_q || emit) && warm_q[1];
  assign take       = in_valid_i && in_ready_o;
  assign group_d    = !take ? group_q : (group_q == GroupW'(Groups - 1)) ? '0 : group_q + 1'b1;
  assign step_d     = (last && !take || step_q == StepW'(Bits - 1)) ? '0 : step_q + 1'b1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      warm_q      <= '0;
      busy_q      <= 1'b0;
      step_q      <= '0;
      group_q     <= '0;
      out_valid_o <= 1'b0;
    end else begin
      warm_q      <= {warm_q[0], 1'b1};
      busy_q      <= take || (busy_q && !emit);
      step_q      <= step_d;
      group_q     <= group_d;
      out_valid_o <= emit || (out_valid_o && !out_ready_i);
    end
  end

  // The tables hold the next word's thresholds and biases.
  logic [POut*ThetaBits-1:0] theta;
  logic [POut*BiasBits-1:0]  bias;
  e3_rom #(.Block(0), .Width(POut*ThetaBits), .Depth(Groups), .File(ThetaFile)) u_theta
    (.clk_i, .en_i(1'b1), .addr_i(group_d), .data_o(theta));
  e3_rom #(.Block(0), .Width(POut*BiasBits), .Depth(Groups), .File(BiasFile)) u_bias
    (.clk_i, .en_i(1'b1), .addr_i(group_d), .data_o(bias));

  for (genvar o = 0; o < POut; o++) begin : g_neuron
    logic [TopW-1:0]    first, top, by;
    logic [PotBits-1:0] from, add, r_q;
    logic               spike;
    logic [Bits-1:0]    code;

    // top = theta << (Bits-1); first = K; by = the operand of this clock.
    assign top   = TopW'(theta[o*ThetaBits +: ThetaBits]) << (Bits - 1);
    assign first = TopW'($signed(bias[o*BiasBits +: BiasBits])) - ((SignedOut != 0) ? '0 : top);
    if (Groups == 1 || Bits == 1) begin : g_select
      assign by = last ? first : top >> step_q;
    end else begin : g_shift
      always_ff @(posedge clk_i)
        by <= (step_d == '0) ? first : last ? top >> 1 : by >> 1;
    end

    if (TopW > PotBits) begin : g_wrap
      logic unused;
      assign unused = &by[TopW-1:PotBits];
    end

    assign spike = !r_q[PotBits-1];
    assign from  = last ? PotBits'($signed(in_data_i[o*AccBits +: AccBits])) <<< FracBits : r_q;
    assign add   = (!last && spike) ? ~by[PotBits-1:0] : by[PotBits-1:0];
    always_ff @(posedge clk_i)
      if (take || !last) r_q <= from + add + PotBits'(!last && spike);

    // The spikes before this one; step 0 of a signed code is its sign.
    if (Bits == 1) begin : g_single
      assign code = spike;
    end else begin : g_train
      logic [Bits-2:0] train_q;
      logic            flip;
      assign flip = (SignedOut != 0) && step_q == StepW'(1);
      always_ff @(posedge clk_i)
        if (!last) train_q <= (Bits - 1)'({train_q, spike ^ flip});
      assign code = {train_q, spike};
    end
    always_ff @(posedge clk_i) if (emit) out_data_o[o*Bits +: Bits] <= code;
  end

`ifdef FORMAL
  `include "e3_neuron_props.svh"
`endif

endmodule

`default_nettype wire
