// e3_uart_tx.sv - bytes to a serial line, 8 data bits, no parity, one stop bit.
//
// What:    sends start bit 0, the byte with its least significant bit first, stop bit 1.
// Source:  the UART frame, as in e3_uart_rx.sv.
// Stream:  in ready/valid, one byte; tx_o idles at 1.
// Timing:  the start bit begins in the clock after the transfer; a byte takes 10 * ClksPerBit
//          clocks and the next is taken in the last of them, so that bytes follow without a gap.
// Range:   ClksPerBit = clock / baud, at least 2.
// Reset:   rst_ni, asynchronous, active low; every register is reset.
`default_nettype none

module e3_uart_tx #(
  parameter int ClksPerBit = 42
) (
  input  wire  logic       clk_i,
  input  wire  logic       rst_ni,

  input  wire  logic       in_valid_i,
  output       logic       in_ready_o,
  input  wire  logic [7:0] in_data_i,

  output       logic       tx_o
);

  localparam int TickW = $clog2(ClksPerBit);
  localparam logic [TickW-1:0] LastTick = TickW'(ClksPerBit - 1);

  logic [8:0]       bits_d, bits_q;         // the bit on the line and those to come, then stop
  logic [3:0]       left_d, left_q;         // bits on the line or to come
  logic [TickW-1:0] tick_d, tick_q;         // clocks left of the bit on the line

  assign in_ready_o = left_q == '0 || (left_q == 4'd1 && tick_q == '0);
  assign tx_o       = bits_q[0];

  always_comb begin
    bits_d = bits_q;
    left_d = left_q;
    tick_d = tick_q - 1'b1;
    if (in_valid_i && in_ready_o) begin
      bits_d = {in_data_i, 1'b0};
      left_d = 4'd10;
      tick_d = LastTick;
    end else if (left_q != '0 && tick_q == '0) begin
      bits_d = {1'b1, bits_q[8:1]};
      left_d = left_q - 1'b1;
      tick_d = LastTick;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bits_q <= '1;
      left_q <= '0;
      tick_q <= '0;
    end else begin
      bits_q <= bits_d;
      left_q <= left_d;
      tick_q <= tick_d;
    end
  end

endmodule

`default_nettype wire
