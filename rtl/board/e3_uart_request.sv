// e3_uart_request.sv - the request side of e3_uart_shell: bytes to an image in the core.
//
// What:    takes a request apart, feeds its pixels to the core with two held back until the crc is
//          right, then asks for a reply. A request that goes wrong makes the core drop its image:
//          the next pixel carries tlast too early. Protocol: e3_uart_shell.sv.
// Source:  e3_uart_shell.sv; a misplaced tlast drops an image: doc/hardware.md.
// Stream:  in_*     bytes, no ready; in_err_i: a byte was lost on the line
//          s_axis_* to the core, valid and data stay until taken
//          ask_*    valid/ready: a reply is due, of this kind and status; taken when it is sent
// Timing:  a pixel is offered the clock after the first byte of the next but one came.
// Range:   Pixels, PixelBytes at least 1.
// Reset:   rst_ni, asynchronous, active low; every register is reset.
`default_nettype none

module e3_uart_request #(
  parameter  int Pixels      = 784,
  parameter  int PixelBytes  = 1,
  parameter  int TimeoutBits = 21,
  localparam int PixelW      = 8 * PixelBytes
) (
  input  wire  logic              clk_i,
  input  wire  logic              rst_ni,

  input  wire  logic              in_valid_i,
  input  wire  logic              in_err_i,
  input  wire  logic [7:0]        in_data_i,

  output       logic [PixelW-1:0] s_axis_tdata,
  output       logic              s_axis_tvalid,
  input  wire  logic              s_axis_tready,
  output       logic              s_axis_tlast,

  output       logic              ask_valid_o,
  input  wire  logic              ask_ready_i,
  output       logic              ask_infer_o,   // else identify
  output       logic [7:0]        ask_status_o,

  output       logic              idle_o
);

  localparam int PixelCntW = $clog2(Pixels + 1);
  localparam int ByteCntW  = $clog2(PixelBytes + 1);
  localparam logic [PixelCntW-1:0] LastPixel = PixelCntW'(Pixels - 1);
  localparam logic [ByteCntW-1:0]  LastByte  = ByteCntW'(PixelBytes - 1);

  typedef enum logic [3:0] {
    Idle, Command, Payload, Check,  // the request's parts
    Held, Last,                     // the two pixels held back enter the core
    Abort, Silence,                 // the core drops the image; the line falls silent
    Ask
  } state_e;

  state_e               state_d, state_q;
  logic [7:0]           status_d, status_q;
  logic                 infer_d, infer_q;
  logic [7:0]           crc_d, crc_q, crc_next;
  logic [PixelCntW-1:0] pixel_d, pixel_q;            // pixels received whole
  logic [ByteCntW-1:0]  byte_d, byte_q;              // bytes received of the next one
  logic [PixelW-1:0]    new_d, new_q, old_d, old_q;  // the pixels held back
  logic [1:0]           held_d, held_q;              // how many are whole, 0..2
  logic [PixelW-1:0]    out_d, out_q;                // the word offered to the core
  logic                 out_valid_d, out_valid_q, out_last_d, out_last_q;
  logic                 entered_d, entered_q;        // words offered since the last tlast
  logic [TimeoutBits:0] timer_d, timer_q;            // clocks without progress; top bit: too many
  logic                 late, out_free, push;

  e3_crc8 u_crc (.crc_i(crc_q), .data_i(in_data_i), .crc_o(crc_next));

  assign s_axis_tdata  = out_q;
  assign s_axis_tvalid = out_valid_q;
  assign s_axis_tlast  = out_last_q;
  assign ask_valid_o   = state_q == Ask;
  assign ask_infer_o   = infer_q;
  assign ask_status_o  = status_q;
  assign idle_o        = state_q == Idle;
  assign out_free      = !out_valid_q || s_axis_tready;
  assign late          = timer_q[TimeoutBits];

  // What enters the core: the older pixel, or the newer one where it ends a good image.
  always_comb begin
    case (state_q)
      Payload: push = in_valid_i && byte_q == '0 && held_q == 2'd2;
      Held:    push = held_q == 2'd2;
      Last:    push = 1'b1;
      Abort:   push = entered_q;
      default: push = 1'b0;
    endcase
    out_d       = out_q;
    out_last_d  = out_last_q;
    out_valid_d = out_valid_q && !s_axis_tready;
    entered_d   = entered_q;
    if (push && out_free) begin
      out_d       = (state_q == Last) ? new_q : old_q;
      out_last_d  = state_q == Last || state_q == Abort;
      out_valid_d = 1'b1;
      entered_d   = !out_last_d;
    end
  end

  // The image's bytes into the two pixels held back.
  always_comb begin
    pixel_d = pixel_q;
    byte_d  = byte_q;
    new_d   = new_q;
    old_d   = old_q;
    held_d  = held_q;
    if (state_q == Idle) begin
      pixel_d = '0;
      byte_d  = '0;
      held_d  = '0;
    end else if (state_q == Payload && in_valid_i) begin
      new_d  = PixelW'({in_data_i, new_q} >> 8);
      byte_d = byte_q + 1'b1;
      if (byte_q == '0) old_d = new_q;
      if (byte_q == LastByte) begin
        byte_d  = '0;
        pixel_d = pixel_q + 1'b1;
        if (held_q != 2'd2) held_d = held_q + 1'b1;
      end
    end
  end

  always_comb begin
    state_d  = state_q;
    status_d = status_q;
    infer_d  = infer_q;
    case (state_q)
      Idle: begin
        status_d = e3_uart_pkg::Ok;
        if (in_valid_i && in_data_i == e3_uart_pkg::SyncIn) state_d = Command;
      end
      Command: if (in_valid_i && in_data_i != e3_uart_pkg::SyncIn) begin
        infer_d = in_data_i == e3_uart_pkg::Infer;
        if (infer_d) state_d = Payload;
        else if (in_data_i == e3_uart_pkg::Identify) state_d = Check;
        else status_d = e3_uart_pkg::Unknown;
      end
      Payload: if (in_valid_i) begin
        if (push && !out_free) status_d = e3_uart_pkg::Overrun;
        if (byte_q == LastByte && pixel_q == LastPixel) state_d = Check;
      end
      Check: if (in_valid_i) begin
        if (crc_next != '0) status_d = e3_uart_pkg::BadCrc;
        if (infer_q) state_d = Held;
        else state_d = Ask;
      end
      Held:    if (!push || out_free) state_d = Last;
      Last:    if (out_free) state_d = Ask;
      Abort:   if (!push || out_free) state_d = Silence;
      Silence: if (late) state_d = Ask;
      default: if (ask_ready_i) state_d = Idle;
    endcase
    if (state_q == Command || state_q == Payload || state_q == Check) begin
      if (in_err_i) status_d = e3_uart_pkg::LineError;
      else if (late && !in_valid_i) status_d = e3_uart_pkg::Incomplete;
      if (status_d != e3_uart_pkg::Ok) state_d = Abort;
    end
    if ((state_q == Held || state_q == Last || state_q == Abort) && late && push && !out_free) begin
      status_d = e3_uart_pkg::CoreError;
      state_d  = Ask;
    end
  end

  always_comb begin
    crc_d = crc_q;
    if (state_q == Idle) crc_d = e3_uart_pkg::CrcStart;
    else if (in_valid_i && state_d != Command) crc_d = crc_next;
    timer_d = timer_q + (TimeoutBits + 1)'(!late);
    if (in_valid_i || in_err_i || (push && out_free)) timer_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q     <= Idle;
      status_q    <= e3_uart_pkg::Ok;
      infer_q     <= 1'b0;
      crc_q       <= e3_uart_pkg::CrcStart;
      pixel_q     <= '0;
      byte_q      <= '0;
      new_q       <= '0;
      old_q       <= '0;
      held_q      <= '0;
      out_q       <= '0;
      out_valid_q <= 1'b0;
      out_last_q  <= 1'b0;
      entered_q   <= 1'b0;
      timer_q     <= '0;
    end else begin
      state_q     <= state_d;
      status_q    <= status_d;
      infer_q     <= infer_d;
      crc_q       <= crc_d;
      pixel_q     <= pixel_d;
      byte_q      <= byte_d;
      new_q       <= new_d;
      old_q       <= old_d;
      held_q      <= held_d;
      out_q       <= out_d;
      out_valid_q <= out_valid_d;
      out_last_q  <= out_last_d;
      entered_q   <= entered_d;
      timer_q     <= timer_d;
    end
  end

endmodule

`default_nettype wire
