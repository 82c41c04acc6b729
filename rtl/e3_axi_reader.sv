// e3_axi_reader.sv - reads runs of words from external memory: AXI4 read master.
//
// What:    a command is a run of port words; the words leave in the order of the commands. A run
//          is cut into INCR bursts at every 4 KB or 256 words, so no burst crosses 4 KB. An error
//          response or an RLAST in the wrong place stops everything: a fault, no more requests,
//          what is still to come is taken and dropped.
// Source:  AMBA AXI4, A3.4 (bursts, responses). One ID: data come in the order of the requests.
// Stream:  cmd ready/valid: first word, counted from base_i, and number of words (0: nothing)
//          out ready/valid, PortBits bits
// Timing:  a burst a clock, the first 2 clocks after its command; words 1 clock. At most
//          Outstanding + 1 bursts wait for data.
// Faults:  fault_o is a code of src/hw/tape.def until clear_i. clear_i, held until idle_o, drops
//          commands, requests and words in flight; afterwards all is as after reset. Behind an
//          RLAST in the wrong place nobody knows what is still to come: idle_o waits for Quiet
//          clocks without data.
// Range:   PortBits 64, 128, 256, 512; base_i a multiple of the port's bytes, it and the runs
//          within 64 bits; Outstanding 2..64.
// Reset:   rst_ni, asynchronous, active low; control only. Data that nobody asked for are dropped.
`default_nettype none

module e3_axi_reader #(
  parameter  int PortBits    = 512,
  parameter  int Outstanding = 64,
  parameter  int Quiet       = 1024,
  localparam int ByteW       = $clog2(PortBits / 8)
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,
  input  wire  logic                clear_i,
  output       logic                idle_o,
  output       logic [7:0]          fault_o,

  input  wire  logic [63:ByteW]     base_i,
  input  wire  logic                cmd_valid_i,
  output       logic                cmd_ready_o,
  input  wire  logic [31:0]         cmd_addr_i,
  input  wire  logic [31:0]         cmd_words_i,

  output       logic                out_valid_o,
  input  wire  logic                out_ready_i,
  output       logic [PortBits-1:0] out_data_o,

  output       logic                m_axi_arvalid,
  input  wire  logic                m_axi_arready,
  output       logic [63:0]         m_axi_araddr,
  output       logic [7:0]          m_axi_arlen,
  output       logic [2:0]          m_axi_arsize,
  output       logic [1:0]          m_axi_arburst,
  input  wire  logic                m_axi_rvalid,
  output       logic                m_axi_rready,
  input  wire  logic [PortBits-1:0] m_axi_rdata,
  input  wire  logic [1:0]          m_axi_rresp,
  input  wire  logic                m_axi_rlast
);

  `include "e3_tape.svh"
  localparam int PageWords = 4096 * 8 / PortBits;
  localparam int Burst     = (PageWords < 256) ? PageWords : 256;
  localparam int BurstW    = $clog2(Burst);
  localparam int WordW     = 64 - ByteW;
  localparam int QuietW    = $clog2(Quiet);

  logic stop;  // nothing more is asked for, what comes is dropped
  assign stop = clear_i || fault_o != Fault_none;

  // Requests: the run's next burst reaches to its end or to the next multiple of Burst words. The
  // end is kept as span_q, counted from the multiple at or below next_q.
  logic              active_q, issue, last, asked_ready, asked;
  logic [WordW-1:0]  first, next_q;
  logic [32:0]       span_q;
  logic [BurstW:0]   words;
  logic [7:0]        beats;  // of the burst, less 1
  assign first       = base_i + WordW'(cmd_addr_i);
  assign last        = span_q <= 33'(Burst);
  assign words       = (last ? span_q[BurstW:0] : (BurstW + 1)'(Burst)) - {1'b0, next_q[BurstW-1:0]};
  assign beats       = 8'(words - 1'b1);
  assign issue       = active_q && asked_ready && (!m_axi_arvalid || m_axi_arready) && !stop;
  assign cmd_ready_o = (!active_q || (issue && last)) && !stop;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q      <= 1'b0;
      m_axi_arvalid <= 1'b0;
    end else begin
      if (stop) active_q <= 1'b0;
      else if (cmd_valid_i && cmd_ready_o) active_q <= cmd_words_i != '0;
      else if (issue && last) active_q <= 1'b0;
      if (issue) m_axi_arvalid <= 1'b1;
      else if (m_axi_arready) m_axi_arvalid <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    if (cmd_valid_i && cmd_ready_o) begin
      next_q <= first;
      span_q <= 33'(cmd_words_i) + 33'(first[BurstW-1:0]);
    end else if (issue) begin
      next_q <= {next_q[WordW-1:BurstW] + 1'b1, {BurstW{1'b0}}};
      span_q <= span_q - 33'(Burst);
    end
    if (issue) begin
      m_axi_araddr <= {next_q, {ByteW{1'b0}}};
      m_axi_arlen  <= beats;
    end
  end
  assign m_axi_arsize  = 3'(ByteW);
  assign m_axi_arburst = 2'b01;  // INCR

  // Bursts asked for whose data are not all here: the oldest one's beats, less 1.
  logic       pop;
  logic [7:0] wanted;
  e3_fifo #(.Width(8), .Depth(Outstanding)) u_asked
    (.clk_i, .rst_ni, .in_valid_i(issue), .in_ready_o(asked_ready), .in_data_i(beats),
     .out_valid_o(asked), .out_ready_i(pop), .out_data_o(wanted));

  // Data. Once RLAST has slipped, beats are counted no more.
  logic [7:0]        beat_q;
  logic              beat, end_beat, wrong_last, good, slipped_q;
  logic [QuietW-1:0] quiet_q;
  assign m_axi_rready = stop || !asked || !out_valid_o || out_ready_i;
  assign beat         = m_axi_rvalid && m_axi_rready && asked && !slipped_q;
  assign end_beat     = beat_q == wanted;
  assign wrong_last   = beat && m_axi_rlast != end_beat;
  assign good         = beat && !m_axi_rresp[1] && !wrong_last && !stop;
  assign pop          = slipped_q || (beat && end_beat);
  assign idle_o       = !active_q && !m_axi_arvalid && !asked && !out_valid_o
                        && (!slipped_q || quiet_q == QuietW'(Quiet - 1));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      out_valid_o <= 1'b0;
      beat_q      <= '0;
      fault_o     <= Fault_none;
      slipped_q   <= 1'b0;
    end else begin
      if (stop) out_valid_o <= 1'b0;
      else if (good) out_valid_o <= 1'b1;
      else if (out_ready_i) out_valid_o <= 1'b0;

      if (slipped_q) beat_q <= '0;
      else if (beat) beat_q <= end_beat ? '0 : beat_q + 1'b1;

      if (clear_i && idle_o) fault_o <= Fault_none;
      else if (beat && !stop && m_axi_rresp[1]) fault_o <= Fault_response;
      else if (wrong_last && !stop) fault_o <= Fault_rlast;

      if (wrong_last) slipped_q <= 1'b1;
      else if (idle_o) slipped_q <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    if (good) out_data_o <= m_axi_rdata;
    if (!slipped_q || m_axi_rvalid || m_axi_arvalid) quiet_q <= '0;
    else if (!idle_o) quiet_q <= quiet_q + 1'b1;
  end

  logic unused;
  assign unused = m_axi_rresp[0];  // tells only which error, or exclusive access

`ifdef FORMAL
  `include "e3_axi_reader_props.svh"
`endif

endmodule

`default_nettype wire
