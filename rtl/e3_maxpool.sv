// e3_maxpool.sv - max pooling in raster order, windows side by side.
//
// What:    out[i][j][c] = max over u < KH, v < KW of in[i*KH + u][j*KW + v][c].
// Model:   src/hw/twin_maxpool.c
// Source:  doc/arithmetic.md, 7. A running maximum for every window of a row of windows is kept
//          in one memory, read one word ahead; with a single group the maximum of a window's
//          row of pixels stays in a register meanwhile.
// Stream:  in ready/valid, Lanes codes; pixel (raster), then group: Groups words a pixel.
//          out the same, for floor(H/KH) x floor(W/KW) pixels. Left-over rows and columns are
//          taken and ignored.
// Timing:  latency 1 cycle after a window's last word; one word per clock in.
// Range:   Bits-bit codes, unsigned or (Signed) two's complement; W >= KW, H >= KH.
// Reset:   rst_ni, asynchronous, active low; counters and out_valid_o. Words are not reset.
`default_nettype none

module e3_maxpool #(
  parameter  int Bits   = 4,
  parameter  int Signed = 0,
  parameter  int Lanes  = 2,
  parameter  int Groups = 1,
  parameter  int H      = 4,
  parameter  int W      = 4,
  parameter  int KH     = 2,
  parameter  int KW     = 2,
  localparam int WordW  = Lanes * Bits
) (
  input  wire  logic             clk_i,
  input  wire  logic             rst_ni,

  input  wire  logic             in_valid_i,
  output       logic             in_ready_o,
  input  wire  logic [WordW-1:0] in_data_i,

  output       logic             out_valid_o,
  input  wire  logic             out_ready_i,
  output       logic [WordW-1:0] out_data_o
);

  localparam int OutW  = W / KW;
  localparam int Depth = OutW * Groups;  // windows in flight x groups
  localparam int GrpW  = (Groups > 1) ? $clog2(Groups) : 1;
  localparam int ColW  = (W > 1) ? $clog2(W) : 1;
  localparam int RowW  = (H > 1) ? $clog2(H) : 1;
  localparam int WinCW = (KW > 1) ? $clog2(KW) : 1;
  localparam int WinRW = (KH > 1) ? $clog2(KH) : 1;
  localparam int IdxW  = (Depth > 1) ? $clog2(Depth) : 1;
  // XORed to a code, makes it compare unsigned.
  localparam logic [Bits-1:0] Flip = (Signed != 0) ? (Bits'(1) << (Bits - 1)) : '0;

  logic [GrpW-1:0]  g_q;
  logic [ColW-1:0]  col_q;
  logic [RowW-1:0]  row_q;
  logic [WinCW-1:0] v_q;
  logic [WinRW-1:0] u_q;
  logic [IdxW-1:0]  idx_d, idx_q;
  logic             valid_q;
  logic [WordW-1:0] old, best, out_q;
  logic             take, g_last, col_last, row_last, v_last, u_last, in_cols, first, done;

  assign in_ready_o  = !valid_q || out_ready_i;
  assign out_valid_o = valid_q;
  assign out_data_o  = out_q;
  assign take        = in_valid_i && in_ready_o;

  // Where the word lies in its window, and the window in the map.
  // The counters of whole columns and rows are there only if some are left over.
  assign g_last = g_q == GrpW'(Groups - 1);
  assign v_last = v_q == WinCW'(KW - 1);
  assign u_last = u_q == WinRW'(KH - 1);
  if (W % KW != 0) begin : g_cols
    assign in_cols  = col_q < ColW'(OutW * KW);
    assign col_last = col_q == ColW'(W - 1);
  end else begin : g_cols
    assign in_cols  = 1'b1;
    assign col_last = v_last && idx_q == IdxW'(Depth - 1);
  end
  assign row_last = H % KH != 0 && row_q == RowW'(H - 1);
  assign first    = u_q == '0 && v_q == '0;
  assign done     = u_last && v_last;  // never in a left-over row or column

  // Index of the window's word: back to the pixel's first group until the window's last column.
  always_comb begin
    idx_d = idx_q;
    if (in_cols) begin
      if (g_last && !v_last)               idx_d = idx_q - IdxW'(Groups - 1);
      else if (idx_q == IdxW'(Depth - 1))  idx_d = '0;
      else                                 idx_d = idx_q + 1'b1;
    end
  end

  for (genvar l = 0; l < Lanes; l++) begin : g_lane
    logic [Bits-1:0] a, b;
    assign a = in_data_i[l*Bits +: Bits];
    assign b = old[l*Bits +: Bits];
    assign best[l*Bits +: Bits] = (!first && (b ^ Flip) > (a ^ Flip)) ? b : a;
  end

  if (Depth > 1 && KH * Groups > 1) begin : g_mem
    logic [WordW-1:0] mem_q [0:Depth-1];
    logic [WordW-1:0] rd_q;
    // Written and read word always differ (a single group is written with its last column), so
    // that no tool has to imitate a read of the old word.
    logic             keep;
    assign keep = take && ((Groups > 1) ? in_cols : v_last);
    always_ff @(posedge clk_i) if (keep) mem_q[idx_q] <= best;
    always_ff @(posedge clk_i) if (take) rd_q <= mem_q[idx_d];
    if (Groups == 1 && KW > 1) begin : g_run
      logic [WordW-1:0] run_q;
      always_ff @(posedge clk_i) if (take) run_q <= best;
      assign old = (v_q == '0) ? rd_q : run_q;
    end else begin : g_direct
      assign old = rd_q;
    end
  end else begin : g_one
    logic [WordW-1:0] run_q;
    always_ff @(posedge clk_i) if (take && in_cols) run_q <= best;
    assign old = run_q;
  end

  always_ff @(posedge clk_i) if (take && done) out_q <= best;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      g_q     <= '0;
      col_q   <= '0;
      row_q   <= '0;
      v_q     <= '0;
      u_q     <= '0;
      idx_q   <= '0;
    end else if (in_ready_o) begin
      valid_q <= in_valid_i && done;
      if (in_valid_i) begin
        idx_q <= idx_d;
        g_q   <= g_last ? '0 : g_q + 1'b1;
      end
      if (in_valid_i && g_last) begin
        col_q <= col_last ? '0 : col_q + 1'b1;
        v_q   <= (v_last || (W % KW != 0 && col_last)) ? '0 : v_q + 1'b1;
      end
      if (in_valid_i && g_last && col_last) begin
        row_q <= row_last ? '0 : row_q + 1'b1;
        u_q   <= (u_last || row_last) ? '0 : u_q + 1'b1;
      end
    end
  end

`ifdef FORMAL
  `include "e3_maxpool_props.svh"
`endif

endmodule

`default_nettype wire
