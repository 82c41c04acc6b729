// e3_chip_ice40_hx8k.sv - chip top for the iCE40-HX8K breakout board: e3_top behind its USB port.
//
// What:    PLL, reset, serial shell, the compiled core, LEDs. Protocol: e3_uart_shell.sv. The core's
//          module is e3_top, or what E3_TOP is defined as.
//          LEDs: 3..0 the last class in binary, 4 the core's err_o (sticky), 5 the last reply was
//          an error, 6 a request or reply is under way, 7 heartbeat.
// Source:  Lattice's iCE40 PLL: f = 12 MHz * (DIVF + 1) / 2^DIVQ / (DIVR + 1), VCO 533..1066 MHz.
//          Pins: e3_chip_ice40_hx8k.pcf.
// Stream:  UART 8N1 at Baud, no flow control.
// Timing:  core clock 750 kHz * (PllDivF + 1): 42 MHz as delivered; PllDivF 44..87 is what the VCO
//          allows (33.75..66 MHz).
// Range:   clock / Baud must be near a whole number, at least 4 (42 MHz: 3, 1 Mbaud and slower).
//          With E3_SIM defined the PLL is left out and clk_12mhz_i is the core clock.
// Reset:   from the PLL's lock, through two registers; the board has no reset button.
`default_nettype none
`ifndef E3_TOP
`define E3_TOP e3_top
`endif

module e3_chip_ice40_hx8k #(
  parameter      MemDir      = "mem",      // folder of the core's memory images
  parameter  int Pixels      = 784,        // words of an image
  parameter  int PixelBytes  = 1,          // bytes of a word: e3_top's s_axis_tdata
  parameter  int OutWords    = 11,         // classes + 1
  parameter  int PllDivF     = 55,
  parameter  int Baud        = 1_000_000,
  parameter  int TimeoutBits = 21,         // silence that ends a request: 2^21 clocks, 50 ms
  localparam int ClkHz       = 750_000 * (PllDivF + 1),
  localparam int ClksPerBit  = (ClkHz + Baud / 2) / Baud
) (
  input  wire  logic       clk_12mhz_i,
  input  wire  logic       uart_rx_i,
  output       logic       uart_tx_o,
  output       logic [7:0] led_o
);

  logic clk, locked;

`ifdef E3_SIM
  logic [1:0] lock_q = '0;
  assign clk    = clk_12mhz_i;
  assign locked = lock_q[1];
  always_ff @(posedge clk) lock_q <= {lock_q[0], 1'b1};
`else
  SB_PLL40_CORE #(
    .FEEDBACK_PATH("SIMPLE"), .PLLOUT_SELECT("GENCLK"), .FILTER_RANGE(3'b001),
    .DIVR(4'd0), .DIVF(7'(PllDivF)), .DIVQ(3'd4)
  ) u_pll (
    .REFERENCECLK(clk_12mhz_i), .PLLOUTCORE(), .PLLOUTGLOBAL(clk), .LOCK(locked),
    .RESETB(1'b1), .BYPASS(1'b0));
`endif

  logic [1:0]  reset_q;                    // goes low at once, high with the clock
  logic [23:0] beat_q;
  logic        rst_n;

  logic [8*PixelBytes-1:0] s_tdata;
  logic                    s_tvalid, s_tready, s_tlast;
  logic [31:0]             m_tdata;
  logic                    m_tvalid, m_tready, m_tlast;
  logic                    core_err, busy, error;
  logic [3:0]              class_no;

  assign rst_n = reset_q[1];
  assign led_o = {beat_q[23], busy, error, core_err, class_no};

  always_ff @(posedge clk or negedge locked) begin
    if (!locked) reset_q <= '0;
    else         reset_q <= {reset_q[0], 1'b1};
  end

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) beat_q <= '0;
    else        beat_q <= beat_q + 1'b1;
  end

  e3_uart_shell #(
    .Pixels(Pixels), .PixelBytes(PixelBytes), .OutWords(OutWords),
    .ClksPerBit(ClksPerBit), .TimeoutBits(TimeoutBits)
  ) u_shell (
    .clk_i(clk), .rst_ni(rst_n), .rx_i(uart_rx_i), .tx_o(uart_tx_o),
    .s_axis_tdata(s_tdata), .s_axis_tvalid(s_tvalid),
    .s_axis_tready(s_tready), .s_axis_tlast(s_tlast),
    .m_axis_tdata(m_tdata), .m_axis_tvalid(m_tvalid),
    .m_axis_tready(m_tready), .m_axis_tlast(m_tlast),
    .busy_o(busy), .error_o(error), .class_o(class_no));

  `E3_TOP #(.MemDir(MemDir)) u_core (
    .clk_i(clk), .rst_ni(rst_n),
    .s_axis_tdata(s_tdata), .s_axis_tvalid(s_tvalid),
    .s_axis_tready(s_tready), .s_axis_tlast(s_tlast),
    .m_axis_tdata(m_tdata), .m_axis_tvalid(m_tvalid),
    .m_axis_tready(m_tready), .m_axis_tlast(m_tlast),
    .err_o(core_err));

endmodule

`default_nettype wire
