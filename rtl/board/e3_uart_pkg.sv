// e3_uart_pkg.sv - the bytes of the serial protocol; its meaning: e3_uart_shell.sv.
`default_nettype none

package e3_uart_pkg;

  localparam logic [7:0] SyncIn   = 8'hA5;
  localparam logic [7:0] SyncOut  = 8'h5A;
  localparam logic [7:0] Infer    = 8'h49;
  localparam logic [7:0] Identify = 8'h3F;
  localparam logic [7:0] CrcStart = 8'hFF;

  localparam logic [7:0] Ok         = 8'd0;
  localparam logic [7:0] BadCrc     = 8'd1;
  localparam logic [7:0] Incomplete = 8'd2;
  localparam logic [7:0] Unknown    = 8'd3;
  localparam logic [7:0] Overrun    = 8'd4;
  localparam logic [7:0] LineError  = 8'd5;
  localparam logic [7:0] CoreError  = 8'd6;

endpackage

`default_nettype wire
