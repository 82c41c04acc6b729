// tiny_sum.sv - a running sum over registers: the unit of the test design that has only logic.
`default_nettype none

module tiny_sum #(
  parameter int Bits = 8
) (
  input  wire  logic            clk_i,
  input  wire  logic            rst_ni,
  input  wire  logic            in_valid_i,
  input  wire  logic [Bits-1:0] in_data_i,
  output       logic            out_valid_o,
  output       logic [Bits-1:0] out_data_o
);

  logic [Bits-1:0] turned;

  assign turned = in_data_i ^ {in_data_i[0], in_data_i[Bits-1:1]};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) out_valid_o <= 1'b0;
    else         out_valid_o <= in_valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (in_valid_i) out_data_o <= (in_data_i[0] ? out_data_o : '0) + turned;
  end

endmodule

`default_nettype wire
