// e3_window.sv - line buffers and window registers: every window of a padded map, in chunks.
//
// What:    walks the padded map (Hp x Wp) in raster order, one pixel a step, and keeps the last
//          KH x KW of it; at each output position the window leaves as the vector of codes
//          [(u*KW + v)*C + c], PIn codes a word, the last word filled up with 0 bits.
// Model:   src/hw/twin_window.c
// Source:  doc/hardware.md, pipeline streams.
// Stream:  in  one word of C codes per pixel, raster; padding pixels take no word
//          out ceil(KH*KW*C / PIn) words of PIn codes per output position, raster
// Timing:  a step per clock, chunk words of one position one per clock, the last one in the clock
//          of the next step; the first word follows the step that completes it by one clock.
// Range:   any stride; rows and columns left over at the end are consumed.
// Reset:   rst_ni, asynchronous, active low; control only. Stale pixels reach no output position.
`default_nettype none

module e3_window #(
  parameter  int Bits    = 4,
  parameter  int C       = 6,
  parameter  int H       = 14,
  parameter  int W       = 14,
  parameter  int KH      = 5,
  parameter  int KW      = 5,
  parameter  int SH      = 1,
  parameter  int SW      = 1,
  parameter  int PT      = 0,
  parameter  int PL      = 0,
  parameter  int PB      = 0,
  parameter  int PR      = 0,
  parameter  int PadCode = 0,
  parameter  int PIn     = 50
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,

  input  wire  logic                in_valid_i,
  output       logic                in_ready_o,
  input  wire  logic [C*Bits-1:0]   in_data_i,

  output       logic                out_valid_o,
  input  wire  logic                out_ready_i,
  output       logic [PIn*Bits-1:0] out_data_o
);

  localparam int Hp    = H + PT + PB;
  localparam int Wp    = W + PL + PR;
  localparam int PixW  = C * Bits;
  localparam int ColW  = KH * PixW;       // a window column: KH pixels, the upper one lowest
  localparam int Parts = (KH*KW*C + PIn - 1) / PIn;
  localparam int RowW  = (Hp > 1) ? $clog2(Hp) : 1;
  localparam int PosW  = (Wp > 1) ? $clog2(Wp) : 1;
  localparam int PartW = (Parts > 1) ? $clog2(Parts) : 1;
  // Steps until the next output row or column: KH-1 (KW-1) at the start, then the stride.
  localparam int DueH  = (KH > SH) ? KH : SH;
  localparam int DueV  = (KW > SW) ? KW : SW;
  localparam int DueHW = (DueH > 1) ? $clog2(DueH) : 1;
  localparam int DueVW = (DueV > 1) ? $clog2(DueV) : 1;

  logic [RowW-1:0]  row_q;
  logic [PosW-1:0]  col_q, col_d;
  logic [DueHW-1:0] row_due_q;
  logic [DueVW-1:0] col_due_q;
  logic [PartW-1:0] part_q;
  int               row, col;
  logic             have_q, pad, room, step, row_end, map_end, part_last;

  assign row_end    = col_q == PosW'(Wp - 1);
  assign map_end    = row_end && row_q == RowW'(Hp - 1);
  assign col_d      = row_end ? '0 : col_q + 1'b1;
  assign row        = 32'(row_q);
  assign col        = 32'(col_q);
  assign pad        = row < PT || row >= PT + H || col < PL || col >= PL + W;
  assign part_last  = part_q == PartW'(Parts - 1);
  assign room       = !have_q || (out_ready_i && part_last);
  assign in_ready_o = room && !pad;
  assign step       = room && (pad || in_valid_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      row_q     <= '0;
      col_q     <= '0;
      row_due_q <= DueHW'(KH - 1);
      col_due_q <= DueVW'(KW - 1);
    end else if (step) begin
      col_q     <= col_d;
      col_due_q <= row_end ? DueVW'(KW - 1)
                 : (col_due_q == '0) ? DueVW'(SW - 1) : col_due_q - 1'b1;
      if (row_end) begin
        row_q     <= map_end ? '0 : row_q + 1'b1;
        row_due_q <= map_end ? DueHW'(KH - 1)
                   : (row_due_q == '0) ? DueHW'(SH - 1) : row_due_q - 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      have_q <= 1'b0;
      part_q <= '0;
    end else begin
      if (room) have_q <= step && row_due_q == '0 && col_due_q == '0;
      if (have_q && out_ready_i) part_q <= part_last ? '0 : part_q + 1'b1;
    end
  end

  // The column under the window's right edge: the line memory's pixels, then the new one.
  logic [PixW-1:0] pixel;
  logic [ColW-1:0] column;
  for (genvar c = 0; c < C; c++) begin : g_pixel
    assign pixel[c*Bits +: Bits] = pad ? Bits'(PadCode) : in_data_i[c*Bits +: Bits];
  end
  if (KH == 1) begin : g_row
    assign column = pixel;
  end else begin : g_lines
    logic [ColW-PixW-1:0] above;
    if (Wp == 1) begin : g_forward
      always_ff @(posedge clk_i) if (step) above <= column[ColW-1:PixW];
    end else begin : g_memory
      logic [ColW-PixW-1:0] mem [Wp];
      always_ff @(posedge clk_i) if (step) begin
        mem[col_q] <= column[ColW-1:PixW];
        above      <= mem[col_d];
      end
    end
    assign column = {pixel, above};
  end

  // The window: column v at v * ColW, the oldest lowest.
  logic [KW*ColW-1:0] window_q;
  if (KW == 1) begin : g_one
    always_ff @(posedge clk_i) if (step) window_q <= column;
  end else begin : g_shift
    always_ff @(posedge clk_i) if (step) window_q <= {column, window_q[KW*ColW-1:ColW]};
  end

  logic [Parts*PIn*Bits-1:0] vector;
  for (genvar u = 0; u < KH; u++) begin : g_u
    for (genvar v = 0; v < KW; v++) begin : g_v
      assign vector[(u*KW + v)*PixW +: PixW] = window_q[v*ColW + u*PixW +: PixW];
    end
  end
  if (Parts*PIn > KH*KW*C) begin : g_fill
    assign vector[Parts*PIn*Bits-1:KH*KW*PixW] = '0;
  end

  assign out_valid_o = have_q;
  if (Parts == 1) begin : g_whole
    assign out_data_o = vector;
  end else begin : g_parts
    always_comb begin
      out_data_o = vector[PIn*Bits-1:0];
      for (int n = 1; n < Parts; n++)
        if (part_q == PartW'(n)) out_data_o = vector[n*PIn*Bits +: PIn*Bits];
    end
  end

`ifdef FORMAL
  `include "e3_window_props.svh"
`endif

endmodule

`default_nettype wire
