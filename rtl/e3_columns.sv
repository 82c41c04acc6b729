// e3_columns.sv - the input codes of a dense layer, one a column of weights.
//
// What:    walks a map's words 0, 1, ... and hands out each code, its column's place on the tape and
//          whether it is the first or last handed out. Of a position's last word only in_lanes_i
//          codes have a column. skip_i: columns of code 0 are left out, the very last one excepted.
// Model:   doc/engine.md, Dense; tests/engine/core_tb.cpp.
// Source:  issue of zero skipping: what has no spike needs no weights.
// Stream:  req, rsp: map words (e3_mapmem); out: a code as a number of Bits + 1 bits, two's
//          complement, and its column's first port word.
// Timing:  one column a clock, none in the clock after a map word's last; a code is judged in the
//          clock after it was read.
// Range:   the fields stay from start_i until done_o; columns_i >= 1; 1 <= steps_i <= Bits.
//          done_o: the last column was read; words read ahead must then be dropped.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_columns #(
  parameter  int PIn   = 64,
  parameter  int Bits  = 8,
  parameter  int AddrW = 9,
  localparam int StepW = $clog2(Bits + 1),
  localparam int LaneW = $clog2(PIn)
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,

  input  wire  logic                start_i,
  output       logic                done_o,
  input  wire  logic                skip_i,
  input  wire  logic                signed_i,
  input  wire  logic [StepW-1:0]    steps_i,
  input  wire  logic [15:0]         columns_i,
  input  wire  logic [7:0]          in_groups_i,
  input  wire  logic [7:0]          in_lanes_i,
  input  wire  logic [31:0]         start_word_i,
  input  wire  logic [15:0]         column_words_i,

  output       logic                req_valid_o,
  input  wire  logic                req_ready_i,
  output       logic [AddrW-1:0]    req_addr_o,
  input  wire  logic                rsp_valid_i,
  output       logic                rsp_ready_o,
  input  wire  logic [PIn*Bits-1:0] rsp_data_i,

  output       logic                out_valid_o,
  input  wire  logic                out_ready_i,
  output       logic [Bits:0]       out_code_o,
  output       logic [31:0]         out_word_o,
  output       logic                out_first_o,
  output       logic                out_last_o
);

  logic             run_q, room, step, over_q, word_last, last, keep;
  logic [LaneW-1:0] lane_q, lane_d;
  logic [7:0]       group_q, group_d, group_most, lane_most;  // last values: registers, a clock after the fields
  logic [15:0]      column_q, column_most;
  logic [31:0]      word_q;

  // One column a clock into registers, and from there, if it is kept, into the queue.
  logic [Bits-1:0] raw_q, code, mask_q, sign_q;
  logic [31:0]     word_then_q;
  logic            there_q, last_q;
  assign step      = run_q && rsp_valid_i && !over_q && (!there_q || room);
  always_ff @(posedge clk_i) begin
    group_most  <= in_groups_i - 1'b1;
    lane_most   <= in_lanes_i - 1'b1;
    column_most <= columns_i - 1'b1;
  end
  function automatic logic ends(input logic [7:0] group, input logic [LaneW-1:0] lane);
    ends = (group == group_most) ? 8'(lane) == lane_most : lane == LaneW'(PIn - 1);
  endfunction
  assign lane_d      = word_last ? '0 : lane_q + 1'b1;
  assign group_d     = !word_last ? group_q : (group_q == group_most) ? '0 : group_q + 1'b1;
  assign last        = column_q == column_most;
  assign rsp_ready_o = over_q; // a clock after the word's last column: the map's registers are far
  always_comb
    for (int b = 0; b < Bits; b++) code[b] = raw_q[b] && mask_q[b];
  always_ff @(posedge clk_i)
    for (int b = 0; b < Bits; b++) begin
      mask_q[b] <= b < 32'(steps_i);
      sign_q[b] <= signed_i && b == 32'(steps_i) - 1;
    end
  assign keep = !skip_i || code != '0 || last_q;

  logic first_q; // no column has been handed out
  always_ff @(posedge clk_i) begin
    word_last <= step ? ends(group_d, lane_d) : ends(group_q, lane_q);
    if (start_i) begin
      lane_q   <= '0;
      group_q  <= '0;
      column_q <= '0;
      word_q   <= start_word_i;
    end else if (step) begin
      lane_q   <= lane_d;
      group_q  <= group_d;
      column_q <= column_q + 1'b1;
      word_q   <= word_q + 32'(column_words_i);
    end
    if (step) begin
      raw_q       <= rsp_data_i[lane_q*Bits +: Bits];
      word_then_q <= word_q;
      last_q      <= last;
    end
    first_q <= start_i || (first_q && !(there_q && keep && room));
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q   <= 1'b0;
      there_q <= 1'b0;
      over_q  <= 1'b0;
    end else begin
      over_q  <= step && word_last;
      there_q <= step || (there_q && !room);
      if (start_i) run_q <= 1'b1;
      else if (step && last) run_q <= 1'b0;
    end
  end
  // Above the sign all bits are its copies: code - 2 * (code & sign_q) of Bits + 1 bits.
  e3_fifo #(.Width(Bits + 35), .Depth(2)) u_out
    (.clk_i, .rst_ni, .in_valid_i(there_q && keep), .in_ready_o(room),
     .in_data_i({{1'b0, code} - {code & sign_q, 1'b0}, word_then_q, first_q, last_q}),
     .out_valid_o, .out_ready_i, .out_data_o({out_code_o, out_word_o, out_first_o, out_last_o}));
  assign done_o = step && last;

  assign req_valid_o = run_q;
  always_ff @(posedge clk_i)
    if (start_i) req_addr_o <= '0;
    else if (req_valid_o && req_ready_i) req_addr_o <= req_addr_o + 1'b1;

endmodule

`default_nettype wire
