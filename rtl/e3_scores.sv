// e3_scores.sv - the engine's output: scores, then the class, as AXI4-Stream.
//
// What:    POut scores a word, the lowest first, as 32-bit words, classes_i in all; then the number
//          of the greatest (the lowest of equals) with tlast.
// Model:   doc/arithmetic.md, 6; rtl/e3_axis_out.sv is the pipeline's, with biases of its own.
// Source:  doc/hardware.md, interface.
// Stream:  in POut scores of Width bits; what is left of a word after the last class is dropped;
//          m_axis AXI4-Stream, 32 bits, sign-extended.
// Timing:  one score a clock, latency 3; done_o: the class is handed over.
// Range:   1 <= classes_i; Width <= 32.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_scores #(
  parameter  int POut  = 32,
  parameter  int Width = 26,
  localparam int LaneW = $clog2(POut),
  localparam int Near  = 1 << ((LaneW + 1) / 2),
  localparam int Far   = (POut + Near - 1) / Near
) (
  input  wire  logic                  clk_i,
  input  wire  logic                  rst_ni,
  input  wire  logic [15:0]           classes_i,
  output       logic                  done_o,

  input  wire  logic                  in_valid_i,
  output       logic                  in_ready_o,
  input  wire  logic [POut*Width-1:0] in_data_i,

  output       logic [31:0]           m_axis_tdata,
  output       logic                  m_axis_tvalid,
  input  wire  logic                  m_axis_tready,
  output       logic                  m_axis_tlast
);

  // A score is chosen in two clocks, since all of them come from afar: of every Near of them by the
  // low bits of its number, then of those.
  logic                    pick, near_there_q, near_move, last, near_last_q;
  logic [LaneW-1:0]        lane_q, near_lane_q;
  logic [15:0]             class_q, near_class_q;
  logic [Far*Width-1:0]    near_q;
  assign pick       = in_valid_i && (!near_there_q || near_move);
  assign near_move  = near_there_q && (!there_q || move);
  assign last       = class_q == classes_i - 1'b1;
  assign in_ready_o = pick && (last || lane_q == LaneW'(POut - 1));
  for (genvar f = 0; f < Far; f++) begin : g_far
    localparam int First = f * Near;
    localparam int Last  = (First + Near > POut) ? POut : First + Near;
    logic [Near*Width-1:0] near;
    assign near = (Near*Width)'(in_data_i[Last*Width-1:First*Width]);
    always_ff @(posedge clk_i)
      if (pick) near_q[f*Width +: Width] <= near[(32'(lane_q) % Near)*Width +: Width];
  end

  // What leaves goes through a queue, so that nothing before it waits for m_axis_tready at once.
  logic                    move, room, there_q, last_q, end_q, better;
  logic [15:0]             class_then_q, top_q;
  logic signed [Width-1:0] score_q, best_q;
  assign move   = there_q && room && !end_q;
  assign better = class_then_q == '0 || score_q > best_q;
  assign done_o = m_axis_tvalid && m_axis_tready && m_axis_tlast;
  e3_fifo #(.Width(33), .Depth(2)) u_out
    (.clk_i, .rst_ni, .in_valid_i(there_q || end_q), .in_ready_o(room),
     .in_data_i({end_q, end_q ? 32'(top_q) : 32'(score_q)}), .out_valid_o(m_axis_tvalid),
     .out_ready_i(m_axis_tready), .out_data_o({m_axis_tlast, m_axis_tdata}));

  always_ff @(posedge clk_i) begin
    if (pick) begin
      near_lane_q  <= lane_q;
      near_class_q <= class_q;
      near_last_q  <= last;
    end
    if (near_move) begin
      score_q      <= near_q[(32'(near_lane_q) / Near)*Width +: Width];
      class_then_q <= near_class_q;
      last_q       <= near_last_q;
    end
    if (move && better) begin
      best_q <= score_q;
      top_q  <= class_then_q;
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      near_there_q <= 1'b0;
      there_q      <= 1'b0;
      end_q        <= 1'b0;
      lane_q       <= '0;
      class_q      <= '0;
    end else begin
      near_there_q <= pick || (near_there_q && !near_move);
      there_q      <= near_move || (there_q && !move);
      if (pick) begin
        lane_q  <= in_ready_o ? '0 : lane_q + 1'b1;
        class_q <= last ? '0 : class_q + 1'b1;
      end
      if (move && last_q) end_q <= 1'b1;
      else if (room) end_q <= 1'b0;
    end
  end

endmodule

`default_nettype wire
