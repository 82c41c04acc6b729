// tiny_mem.sv - a table and a small memory: the unit of the test design that has storage.
// Depth chooses what the table becomes: 4096 words are block RAM, 16 are not.
`default_nettype none

module tiny_mem #(
  parameter int Bits  = 8,
  parameter int Depth = 4096,
  parameter     File  = "tiny.hex"
) (
  input  wire  logic            clk_i,
  input  wire  logic            in_valid_i,
  input  wire  logic [Bits-1:0] in_data_i,
  output       logic [Bits-1:0] out_data_o
);

  localparam int AddrW = $clog2(Depth);

  logic [Bits-1:0]  table_q [Depth];
  logic [Bits-1:0]  ring_q  [32];
  logic [AddrW-1:0] addr_q;
  logic [Bits-1:0]  word_q, raw_q;

  initial $readmemh(File, table_q);

  always_ff @(posedge clk_i) begin
    addr_q <= in_valid_i ? AddrW'(in_data_i) : addr_q + 1'b1;
    raw_q  <= table_q[addr_q];
    word_q <= raw_q;
    if (in_valid_i) ring_q[in_data_i[4:0]] <= word_q;
    out_data_o <= ring_q[addr_q[4:0]];
  end

endmodule

`default_nettype wire
