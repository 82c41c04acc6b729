// tiny_top.sv - the test design: two units in a row.
`default_nettype none

module tiny_top (
  input  wire  logic       clk_i,
  input  wire  logic       rst_ni,
  input  wire  logic       in_valid_i,
  input  wire  logic [7:0] in_data_i,
  output       logic       out_valid_o,
  output       logic [7:0] out_data_o
);

  logic [7:0] mem_data;

  tiny_mem #(.Bits(8), .Depth(4096), .File("tiny.hex")) u_mem (
    .clk_i, .in_valid_i, .in_data_i, .out_data_o(mem_data)
  );

  tiny_sum #(.Bits(8)) u_sum (
    .clk_i, .rst_ni, .in_valid_i, .in_data_i(mem_data), .out_valid_o, .out_data_o
  );

endmodule

`default_nettype wire
