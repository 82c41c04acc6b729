// e3_fifo_head.sv - e3_fifo with its oldest word in a register.
//
// What:    clock for clock what e3_fifo of the same Width and Depth is, for words that have a long
//          way to go.
// Model:   src/hw/twin_fifo.c
// Source:  a word that comes while no other waits goes into the register at once.
// Stream:  in, out ready/valid, Width bits; out_valid_o and out_data_o are registers.
// Timing:  latency 1 cycle; one word per clock in and out.
// Range:   Depth 3..65.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_fifo_head #(
  parameter int Width = 8,
  parameter int Depth = 3
) (
  input  wire  logic             clk_i,
  input  wire  logic             rst_ni,

  input  wire  logic             in_valid_i,
  output       logic             in_ready_o,
  input  wire  logic [Width-1:0] in_data_i,

  output       logic             out_valid_o,
  input  wire  logic             out_ready_i,
  output       logic [Width-1:0] out_data_o
);

  logic             take, second_valid;
  logic [Width-1:0] second;
  assign take = !out_valid_o || out_ready_i;
  e3_fifo #(.Width(Width), .Depth(Depth - 1)) u_others
    (.clk_i, .rst_ni, .in_valid_i(in_valid_i && (second_valid || !take)), .in_ready_o, .in_data_i,
     .out_valid_o(second_valid), .out_ready_i, .out_data_o(second));
  always_ff @(posedge clk_i) if (take) out_data_o <= second_valid ? second : in_data_i;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) out_valid_o <= 1'b0;
    else if (take) out_valid_o <= second_valid || in_valid_i;
  end

endmodule

`default_nettype wire
