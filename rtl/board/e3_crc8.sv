// e3_crc8.sv - CRC-8 of one more byte.
//
// What:    crc_o = the remainder after data_i of x^8 + x^2 + x + 1 (07), most significant bit
//          first; over a message and its own crc together the remainder is 00.
// Source:  CRC-8 with polynomial 07; start value and use: e3_uart_shell.sv.
// Stream:  none.
// Timing:  combinational.
// Range:   any.
// Reset:   none, no registers.
`default_nettype none

module e3_crc8 (
  input  wire  logic [7:0] crc_i,
  input  wire  logic [7:0] data_i,
  output       logic [7:0] crc_o
);

  always_comb begin
    crc_o = crc_i ^ data_i;
    for (int i = 0; i < 8; i++) crc_o = {crc_o[6:0], 1'b0} ^ (crc_o[7] ? 8'h07 : 8'h00);
  end

endmodule

`default_nettype wire
