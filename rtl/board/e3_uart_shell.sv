// e3_uart_shell.sv - runs an e3_top from a serial line: one request, one reply.
//
// What:    takes an image over UART, feeds it to the core's s_axis, sends back the core's words.
//
//          Request                                  Reply
//            A5            sync                       5A      sync
//            49 or 3F      infer or identify          n       number of words
//            pixels        (infer only)               words   n times 4 bytes, low byte first
//            crc           of all after A5            status  one byte
//                                                     crc     of all after 5A
//          infer:    Pixels words of PixelBytes bytes, low byte first: s_axis_tdata as it enters
//                    the core, raster order. n = OutWords: the core's m_axis words in their order
//                    (logits, then the class).
//          identify: no pixels. n = 3: Pixels, PixelBytes, OutWords.
//          crc:      CRC-8, polynomial x^8+x^2+x+1 (07), most significant bit first, start value
//                    FF, not inverted; over the bytes and the crc together it gives 00.
//          status:   0 ok
//                    1 wrong crc
//                    2 request incomplete: no byte for 2^TimeoutBits clocks inside it
//                    3 unknown command
//                    4 overrun: the core was still busy when the next pixel came
//                    5 line error: a stop bit was 0
//                    6 core: it gave no word or took none for 2^TimeoutBits clocks, or its tlast
//                      was not with the last word; words that never came are 0
//                    With 1 to 5, n is 0. With 6 it is 0 or OutWords: go by n.
//          Host:     send one request, wait for its reply, then the next may follow at once. Bytes
//                    sent in between are lost. Bytes before a sync are skipped. The replies 1 to 5
//                    come when the line has been silent for 2^TimeoutBits clocks, so that what is
//                    left of a damaged request is not taken for a new one. No reply at all: the
//                    sync was lost; send again after as long a silence.
//          Bad image: two pixels are held back until the crc is right. Otherwise, if any pixel is
//                    in the core, the next one carries tlast, too early, so the core drops the
//                    image (doc/hardware.md) and sets its sticky err_o, not an error of its own.
// Source:  protocol our own; AXI4-Stream for the core's side (doc/hardware.md).
// Stream:  s_axis_* into the core, m_axis_* out of it, valid/ready; a word stays until taken.
//          Words that the core offers while no reply is due are taken and thrown away.
// Timing:  a pixel enters the core when two more have come. The core may stall for one pixel's time
//          on the line (PixelBytes * 10 bits) without an overrun. The reply starts when the core
//          has the last pixel; a word takes 40 bit times.
// Range:   Pixels, PixelBytes at least 1; OutWords 1..255; ClksPerBit at least 4; 2^TimeoutBits
//          clocks well above one byte's time, the gaps of the host's driver and the core's latency.
// Reset:   rst_ni, asynchronous, active low; every register is reset.
`default_nettype none

module e3_uart_shell #(
  parameter  int Pixels      = 784,
  parameter  int PixelBytes  = 1,
  parameter  int OutWords    = 11,
  parameter  int ClksPerBit  = 42,
  parameter  int TimeoutBits = 21,
  localparam int PixelW      = 8 * PixelBytes
) (
  input  wire  logic              clk_i,
  input  wire  logic              rst_ni,

  input  wire  logic              rx_i,
  output       logic              tx_o,

  output       logic [PixelW-1:0] s_axis_tdata,
  output       logic              s_axis_tvalid,
  input  wire  logic              s_axis_tready,
  output       logic              s_axis_tlast,

  input  wire  logic [31:0]       m_axis_tdata,
  input  wire  logic              m_axis_tvalid,
  output       logic              m_axis_tready,
  input  wire  logic              m_axis_tlast,

  output       logic              busy_o,     // between a sync and the end of its reply
  output       logic              error_o,    // the last reply's status was not 0
  output       logic [3:0]        class_o     // lowest bits of the last good image's last word
);

  logic              rx_valid, rx_err;
  logic [7:0]        rx_data;
  logic              ask_valid, ask_ready, ask_infer;
  logic [7:0]        ask_status;
  logic              tx_valid, tx_ready;
  logic [7:0]        tx_data;
  logic              idle;

  assign busy_o = !idle;

  e3_uart_rx #(.ClksPerBit(ClksPerBit)) u_rx (
    .clk_i, .rst_ni, .rx_i, .out_valid_o(rx_valid), .out_err_o(rx_err), .out_data_o(rx_data));

  e3_uart_request #(
    .Pixels(Pixels), .PixelBytes(PixelBytes), .TimeoutBits(TimeoutBits)
  ) u_request (
    .clk_i, .rst_ni,
    .in_valid_i(rx_valid), .in_err_i(rx_err), .in_data_i(rx_data),
    .s_axis_tdata, .s_axis_tvalid, .s_axis_tready, .s_axis_tlast,
    .ask_valid_o(ask_valid), .ask_ready_i(ask_ready),
    .ask_infer_o(ask_infer), .ask_status_o(ask_status),
    .idle_o(idle));

  e3_uart_reply #(
    .Pixels(Pixels), .PixelBytes(PixelBytes), .OutWords(OutWords), .TimeoutBits(TimeoutBits)
  ) u_reply (
    .clk_i, .rst_ni,
    .ask_valid_i(ask_valid), .ask_ready_o(ask_ready),
    .ask_infer_i(ask_infer), .ask_status_i(ask_status),
    .m_axis_tdata, .m_axis_tvalid, .m_axis_tready, .m_axis_tlast,
    .out_valid_o(tx_valid), .out_ready_i(tx_ready), .out_data_o(tx_data),
    .error_o, .class_o);

  e3_uart_tx #(.ClksPerBit(ClksPerBit)) u_tx (
    .clk_i, .rst_ni, .in_valid_i(tx_valid), .in_ready_o(tx_ready), .in_data_i(tx_data), .tx_o);

endmodule

`default_nettype wire
