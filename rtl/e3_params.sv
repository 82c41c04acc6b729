// e3_params.sv - thresholds and biases of POut outputs from port words, ready for firing.
//
// What:    theta << (steps - 1) and the operand of the first step, bias - (theta << (steps - 1))
//          (signed codes: bias); with last_i bias << FracBits, for scores.
// Model:   doc/engine.md, Params; tests/engine/core_tb.cpp.
// Source:  rtl/e3_neuron.sv: K and the thresholds of non-restoring division.
// Stream:  in port words, theta (32 bits) and bias (32 bits) of an output after the other; a set
//          stays until drop_i. Words are taken only while want_i.
// Timing:  POut * 64 / PortBits clocks a set (at least 1), one more for the registers before it.
// Range:   modulo 2^PotBits; 1 <= steps_i <= Bits.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_params #(
  parameter  int POut     = 32,
  parameter  int PortBits = 512,
  parameter  int Bits     = 8,
  parameter  int FracBits = 8,
  parameter  int PotBits  = 34,
  localparam int StepW    = $clog2(Bits + 1)
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,
  input  wire  logic                    want_i,
  input  wire  logic                    last_i,
  input  wire  logic                    signed_i,
  input  wire  logic [StepW-1:0]        steps_i,

  input  wire  logic                    in_valid_i,
  output       logic                    in_ready_o,
  input  wire  logic [PortBits-1:0]     in_data_i,

  output       logic                    valid_o,
  input  wire  logic                    drop_i,
  output       logic [POut*PotBits-1:0] top_o,
  output       logic [POut*PotBits-1:0] first_o
);

  localparam int Outs  = (PortBits / 64 < POut) ? PortBits / 64 : POut;  // of a word
  localparam int Words = POut / Outs;
  localparam int CntW  = $clog2(Words + 1);

  logic                    take, valid_q;
  logic [CntW-1:0]         count_q;
  logic [Outs*PotBits-1:0] top_d, first_d;
  assign in_ready_o = want_i && !valid_q;
  assign take       = in_valid_i && in_ready_o;

  // The word's registers, then the set's.
  logic                    late_q;
  logic [StepW-1:0]        shift_q;  // steps_i is there for long
  logic [Outs*32-1:0]      bias_q;
  always_ff @(posedge clk_i) begin
    shift_q <= steps_i - 1'b1;
    if (take)
      for (int o = 0; o < Outs; o++) begin
        top_d[o*PotBits +: PotBits] <= PotBits'(in_data_i[o*64 +: 32]) << shift_q;
        bias_q[o*32 +: 32]          <= in_data_i[o*64 + 32 +: 32];
      end
    if (late_q) begin
      top_o   <= (POut*PotBits)'({top_d, top_o} >> (Outs * PotBits));
      first_o <= (POut*PotBits)'({first_d, first_o} >> (Outs * PotBits));
    end
  end
  for (genvar o = 0; o < Outs; o++) begin : g_out
    logic [PotBits-1:0] bias;
    assign bias = PotBits'($signed(bias_q[o*32 +: 32]));
    assign first_d[o*PotBits +: PotBits] = last_i ? bias << FracBits
                                         : signed_i ? bias : bias - top_d[o*PotBits +: PotBits];
  end
  if (PortBits > 64 * Outs) begin : g_rest
    logic unused;
    assign unused = ^in_data_i[PortBits-1:64*Outs];
  end

  // valid_q: every word of the set is taken; count_q: words taken, or still before the set.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      late_q  <= 1'b0;
      valid_o <= 1'b0;
      valid_q <= 1'b0;
      count_q <= '0;
    end else begin
      late_q  <= take;
      valid_o <= (valid_q && count_q != '0) || (valid_o && !drop_i);
      if (take) begin
        count_q <= count_q + 1'b1;
        valid_q <= count_q == CntW'(Words - 1);
      end else if (valid_q && count_q != '0) begin
        count_q <= '0;
      end else if (drop_i) begin
        valid_q <= 1'b0;
      end
    end
  end

endmodule

`default_nettype wire
