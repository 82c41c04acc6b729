// e3_uart_reply.sv - the reply side of e3_uart_shell: the core's words to bytes.
//
// What:    when asked, sends sync, count, words, status and crc; the words are the core's, or what
//          the shell was built for. Protocol: e3_uart_shell.sv.
// Source:  e3_uart_shell.sv.
// Stream:  ask_*    valid/ready: kind and status of the reply due; taken with its last byte
//          m_axis_* from the core; taken and thrown away while no reply is due
//          out_*    bytes, valid/ready
// Timing:  a word is taken as the byte before it has been handed over, so bytes follow without gap.
// Range:   OutWords 1..255.
// Reset:   rst_ni, asynchronous, active low; every register is reset.
`default_nettype none

module e3_uart_reply #(
  parameter int Pixels      = 784,
  parameter int PixelBytes  = 1,
  parameter int OutWords    = 11,
  parameter int TimeoutBits = 21
) (
  input  wire  logic        clk_i,
  input  wire  logic        rst_ni,

  input  wire  logic        ask_valid_i,
  output       logic        ask_ready_o,
  input  wire  logic        ask_infer_i,
  input  wire  logic [7:0]  ask_status_i,

  input  wire  logic [31:0] m_axis_tdata,
  input  wire  logic        m_axis_tvalid,
  output       logic        m_axis_tready,
  input  wire  logic        m_axis_tlast,

  output       logic        out_valid_o,
  input  wire  logic        out_ready_i,
  output       logic [7:0]  out_data_o,

  output       logic        error_o,    // the last reply's status was not ok
  output       logic [3:0]  class_o     // lowest bits of the last good image's last word
);

  typedef enum logic [2:0] {Wait, Sync, Count, Fetch, Send, Status, Crc} state_e;

  state_e               state_d, state_q;
  logic [7:0]           status_d, status_q;
  logic [7:0]           crc_d, crc_q, crc_next;
  logic [7:0]           left_d, left_q;      // words to be fetched yet
  logic [31:0]          word_d, word_q;      // the word being sent, next byte lowest
  logic [1:0]           byte_d, byte_q;      // its bytes sent so far
  logic                 error_d, error_q;
  logic [3:0]           class_d, class_q;
  logic [TimeoutBits:0] timer_d, timer_q;    // clocks without progress; top bit: too many
  logic                 late, go, take;
  logic [31:0]          identity;

  e3_crc8 u_crc (.crc_i(crc_q), .data_i(out_data_o), .crc_o(crc_next));

  assign go          = out_valid_o && out_ready_i;
  assign take        = m_axis_tvalid && m_axis_tready;
  assign late        = timer_q[TimeoutBits];
  assign ask_ready_o = state_q == Crc && out_ready_i;
  assign error_o     = error_q;
  assign class_o     = class_q;
  assign m_axis_tready = (state_q == Wait) ? !ask_valid_i :
                         state_q == Fetch && ask_infer_i && status_q == e3_uart_pkg::Ok;

  always_comb begin
    case (left_q)
      8'd3:    identity = Pixels;
      8'd2:    identity = PixelBytes;
      default: identity = OutWords;
    endcase
    case (state_q)
      Sync:    out_data_o = e3_uart_pkg::SyncOut;
      Count:   out_data_o = left_q;
      Send:    out_data_o = word_q[7:0];
      Status:  out_data_o = status_q;
      default: out_data_o = crc_q;
    endcase
    out_valid_o = state_q != Wait && state_q != Fetch;
  end

  always_comb begin
    state_d  = state_q;
    status_d = status_q;
    left_d   = left_q;
    word_d   = word_q;
    byte_d   = byte_q;
    class_d  = class_q;
    case (state_q)
      Wait: begin
        status_d = ask_status_i;
        left_d   = (ask_status_i != e3_uart_pkg::Ok) ? '0 : ask_infer_i ? 8'(OutWords) : 8'd3;
        if (ask_valid_i) state_d = Sync;
      end
      Sync:  if (go) state_d = Count;
      Count: if (go) begin
        state_d = Fetch;
        if (left_q == '0) state_d = Status;
      end
      Fetch: begin
        word_d = !ask_infer_i ? identity : (status_q == e3_uart_pkg::Ok) ? m_axis_tdata : '0;
        if (take && m_axis_tlast != (left_q == 8'd1)) status_d = e3_uart_pkg::CoreError;
        if (m_axis_tready && !take && late) status_d = e3_uart_pkg::CoreError;
        if (take && m_axis_tlast && left_q == 8'd1) class_d = m_axis_tdata[3:0];
        if (take || !m_axis_tready) begin
          left_d  = left_q - 1'b1;
          state_d = Send;
        end
      end
      Send: if (go) begin
        word_d = word_q >> 8;
        byte_d = byte_q + 1'b1;
        if (byte_q == 2'd3) begin
          state_d = Fetch;
          if (left_q == '0) state_d = Status;
        end
      end
      Status:  if (go) state_d = Crc;
      default: if (go) state_d = Wait;
    endcase
  end

  always_comb begin
    crc_d   = !go ? crc_q : (state_q == Sync) ? e3_uart_pkg::CrcStart : crc_next;
    error_d = (state_q == Status) ? status_q != e3_uart_pkg::Ok : error_q;
    timer_d = timer_q + (TimeoutBits + 1)'(!late);
    if (state_q == Wait || go || take) timer_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q  <= Wait;
      status_q <= e3_uart_pkg::Ok;
      crc_q    <= e3_uart_pkg::CrcStart;
      left_q   <= '0;
      word_q   <= '0;
      byte_q   <= '0;
      error_q  <= 1'b0;
      class_q  <= '0;
      timer_q  <= '0;
    end else begin
      state_q  <= state_d;
      status_q <= status_d;
      crc_q    <= crc_d;
      left_q   <= left_d;
      word_q   <= word_d;
      byte_q   <= byte_d;
      error_q  <= error_d;
      class_q  <= class_d;
      timer_q  <= timer_d;
    end
  end

endmodule

`default_nettype wire
