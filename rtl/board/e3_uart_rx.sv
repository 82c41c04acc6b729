// e3_uart_rx.sv - serial line to bytes, 8 data bits, no parity, one stop bit.
//
// What:    waits for a falling edge, samples each bit at its middle, least significant bit first.
// Source:  the UART frame: line idle 1, start bit 0, 8 data bits, stop bit 1.
// Stream:  out_valid_o is 1 for one clock with the byte in out_data_o; there is no ready, the
//          taker has ten bit times until the next. out_err_o is 1 for one clock instead where the
//          stop bit was 0; the next byte then starts at the next falling edge.
// Timing:  out_valid_o rises half a bit after the stop bit began, 3 clocks of delay at most.
// Range:   ClksPerBit = clock / baud, at least 4. A clock of delay is allowed for, the sender's
//          may differ by (1/2 - 1/ClksPerBit) / 9.5: 4 % at 16.
// Reset:   rst_ni, asynchronous, active low; every register is reset.
`default_nettype none

module e3_uart_rx #(
  parameter int ClksPerBit = 42
) (
  input  wire  logic       clk_i,
  input  wire  logic       rst_ni,

  input  wire  logic       rx_i,

  output       logic       out_valid_o,
  output       logic       out_err_o,
  output       logic [7:0] out_data_o
);

  localparam int TickW = $clog2(ClksPerBit);
  localparam logic [TickW-1:0] LastTick = TickW'(ClksPerBit - 1);
  localparam logic [TickW-1:0] HalfTick = TickW'(ClksPerBit / 2 - 1);
  localparam logic [3:0] StopBit = 4'd9;

  logic [2:0]       line_q;                 // synchroniser, then one older sample for the edge
  logic             busy_d, busy_q;
  logic [TickW-1:0] tick_d, tick_q;         // clocks left until the next sample
  logic [3:0]       bit_d, bit_q;           // 0 start, 1..8 data, 9 stop
  logic [7:0]       data_d, data_q;
  logic             valid_d, valid_q;
  logic             err_d, err_q;
  logic             line;

  assign line        = line_q[1];
  assign out_valid_o = valid_q;
  assign out_err_o   = err_q;
  assign out_data_o  = data_q;

  always_comb begin
    busy_d  = busy_q;
    tick_d  = tick_q - 1'b1;
    bit_d   = bit_q;
    data_d  = data_q;
    valid_d = 1'b0;
    err_d   = 1'b0;
    if (!busy_q) begin
      busy_d = line_q[2] && !line;
      tick_d = HalfTick;
      bit_d  = '0;
    end else if (tick_q == '0) begin
      tick_d = LastTick;
      bit_d  = bit_q + 1'b1;
      if (bit_q == '0) busy_d = !line;      // a glitch shorter than half a bit is no start
      else if (bit_q != StopBit) data_d = {line, data_q[7:1]};
      else begin
        busy_d  = 1'b0;
        valid_d = line;
        err_d   = !line;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      line_q  <= '1;
      busy_q  <= 1'b0;
      tick_q  <= '0;
      bit_q   <= '0;
      data_q  <= '0;
      valid_q <= 1'b0;
      err_q   <= 1'b0;
    end else begin
      line_q  <= {line_q[1:0], rx_i};
      busy_q  <= busy_d;
      tick_q  <= tick_d;
      bit_q   <= bit_d;
      data_q  <= data_d;
      valid_q <= valid_d;
      err_q   <= err_d;
    end
  end

endmodule

`default_nettype wire
