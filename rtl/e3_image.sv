// e3_image.sv - the engine's image memory and the map words of the first layer.
//
// What:    keeps an image as it arrives, up to tlast; then, row after row of the first layer's
//          output, shifts the padded image's columns, KH pixels each from top to bottom, into a
//          register of PIn codes (at the top, channels_i codes a pixel) and writes it to the map
//          after column KW - 1 + n * stride. pair_i: the register's upper half at an even position
//          is the word's lower half, at the odd position its upper one. Without windows_i each
//          pixel is a map word.
// Model:   doc/engine.md, Windows; tests/engine/core_tb.cpp.
// Source:  doc/decisions/005: the first layer's taps come side by side.
// Stream:  s_axis AXI4-Stream, a pixel a word, channel c in bits c * Bits up; map writes in order of
//          address, word 0 first.
// Timing:  a pixel a clock in; windows: KH clocks a column; pixels: one a clock, from start_i on,
//          each when it is there. An image stays until keep_i was given and its words are written,
//          or until drop_i, after which start_i begins anew; then the next may come. busy_o: from
//          the clock after start_i to the last word's; words below waddr_o are there. All waits in
//          a clock with hold_i.
// Range:   good_o, where full_o: tlast came with pixel pixels_i - 1; a clock after the fields. origin_i: pad_top * in_w + pad_left; step_y_i:
//          stride_h * in_w; row_words_i: map words an output row; the fields stay while it runs.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_image #(
  parameter  int PIn       = 64,
  parameter  int Bits      = 8,
  parameter  int Pixels    = 2304,
  parameter  int PixelBits = 24,
  parameter  int AddrW     = 9,
  localparam int DataW     = 8 * ((PixelBits + 7) / 8),
  localparam int ChanMost  = PixelBits / Bits,
  localparam int PixW      = $clog2(Pixels)
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,

  input  wire  logic [DataW-1:0]    s_axis_tdata,
  input  wire  logic                s_axis_tvalid,
  output       logic                s_axis_tready,
  input  wire  logic                s_axis_tlast,

  output       logic                full_o,
  output       logic                good_o,
  input  wire  logic                drop_i,
  input  wire  logic                start_i,
  input  wire  logic                keep_i,
  input  wire  logic                hold_i,
  output       logic                busy_o,
  input  wire  logic                windows_i,
  input  wire  logic                pair_i,
  input  wire  logic [15:0]         pixels_i,
  input  wire  logic [15:0]         positions_i,
  input  wire  logic [AddrW-1:0]    row_words_i,
  input  wire  logic [7:0]          channels_i,
  input  wire  logic [3:0]          kernel_h_i,
  input  wire  logic [3:0]          kernel_w_i,
  input  wire  logic [3:0]          stride_h_i,
  input  wire  logic [3:0]          stride_w_i,
  input  wire  logic [3:0]          pad_top_i,
  input  wire  logic [3:0]          pad_left_i,
  input  wire  logic [7:0]          in_h_i,
  input  wire  logic [7:0]          in_w_i,
  input  wire  logic [15:0]         step_y_i,
  input  wire  logic [15:0]         origin_i,

  output       logic                we_o,
  output       logic [AddrW-1:0]    waddr_o,
  output       logic [PIn*Bits-1:0] wdata_o
);

  // An image comes in; count_q stops above every right number of pixels.
  (* ram_style = "block" *) logic [PixelBits-1:0] mem [Pixels];
  logic [15:0] count_q;
  logic [15:0] count_d;
  logic        take, done, kept_q;
  assign s_axis_tready = !full_o;
  assign take          = s_axis_tvalid && !full_o;
  assign count_d       = count_q + 16'(take && count_q != '1);
  always_ff @(posedge clk_i)
    if (take && count_q < 16'(Pixels)) mem[count_q[PixW-1:0]] <= s_axis_tdata[PixelBits-1:0];
  always_ff @(posedge clk_i) good_o <= count_d == pixels_i;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      full_o  <= 1'b0;
      count_q <= '0;
      kept_q  <= 1'b0;
    end else if (done || drop_i) begin
      full_o  <= 1'b0;
      count_q <= '0;
      kept_q  <= 1'b0;
    end else begin
      if (take) full_o <= s_axis_tlast;
      count_q <= count_d;
      if (keep_i) kept_q <= 1'b1;
    end
  end
  if (DataW > PixelBits) begin : g_pad
    logic unused;
    assign unused = ^s_axis_tdata[DataW-1:PixelBits];
  end

  // Pixels in the windows' order, one a clock.
  logic             run_q, u_last, hit, row_last, all_last, outside, waits, move;
  logic [3:0]       u_q, u_most, gap_q;
  logic [AddrW:0]   in_row_q, row_most;
  logic [15:0]      window_q, window_most, addr_q, column_q, row_q, next_row;
  logic [11:0]      y_q, y0_q, x_q;
  assign u_last   = u_q == u_most || !windows_i;
  assign hit      = u_last && (gap_q == '0 || !windows_i);
  // Last values: registers, a clock after the fields.
  always_ff @(posedge clk_i) begin
    u_most      <= kernel_h_i - 1'b1;
    row_most    <= pair_i ? {row_words_i, 1'b0} - 1'b1 : {1'b0, row_words_i} - 1'b1;
    window_most <= (windows_i ? positions_i : pixels_i) - 1'b1;
  end
  assign row_last = in_row_q == row_most && windows_i;
  assign all_last = hit && window_q == window_most;
  assign next_row = row_q + step_y_i;
  always_ff @(posedge clk_i)
    if (start_i) begin
      u_q      <= '0;
      gap_q    <= kernel_w_i - 1'b1;
      in_row_q <= '0;
      window_q <= '0;
      {addr_q, column_q, row_q} <= windows_i ? {3{16'd0 - origin_i}} : '0;
      y_q      <= 12'd0 - 12'(pad_top_i);
      y0_q     <= 12'd0 - 12'(pad_top_i);
      x_q      <= 12'd0 - 12'(pad_left_i);
    end else if (!u_last && move) begin
      u_q    <= u_q + 1'b1;
      y_q    <= y_q + 1'b1;
      addr_q <= addr_q + 16'(in_w_i);
    end else if (move) begin
      u_q   <= '0;
      gap_q <= hit ? (row_last ? kernel_w_i - 1'b1 : stride_w_i - 1'b1) : gap_q - 1'b1;
      if (hit) begin
        window_q <= window_q + 1'b1;
        in_row_q <= row_last ? '0 : in_row_q + 1'b1;
      end
      if (hit && row_last) begin
        x_q  <= 12'd0 - 12'(pad_left_i);
        y_q  <= y0_q + 12'(stride_h_i);
        y0_q <= y0_q + 12'(stride_h_i);
        {addr_q, column_q, row_q} <= {3{next_row}};
      end else begin
        x_q <= x_q + 1'b1;
        y_q <= y0_q;
        {addr_q, column_q} <= {2{column_q + 16'd1}};
      end
    end

  // Read, register, shift; bit s of these belongs to the pixel of s + 1 clocks ago.
  logic [2:0]           there_q, hit_q;
  logic                 outside_q;
  logic [PixelBits-1:0] read_q, pixel_q;
  logic [PIn*Bits-1:0]  window;
  assign outside = windows_i && !(y_q < 12'(in_h_i) && x_q < 12'(in_w_i));
  assign waits   = run_q && !full_o && !outside && addr_q >= count_q;
  assign move    = !hold_i && !waits;
  always_ff @(posedge clk_i) if (!hold_i) begin
    hit_q     <= {hit_q[1:0], hit};
    outside_q <= outside;
    read_q    <= mem[addr_q[PixW-1:0]];
    pixel_q   <= outside_q ? '0 : read_q;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q   <= 1'b0;
      there_q <= '0;
    end else begin
      if (start_i || move) run_q <= start_i || (run_q && !all_last);
      if (start_i) there_q <= '0;
      else if (!hold_i) there_q <= {there_q[1:0], run_q && !waits};
    end
  end

  // Stage 2 shifts the pixel in; stage 3 writes the word.
  logic [PIn*Bits-1:0] shifted;
  always_comb begin
    shifted = (PIn*Bits)'({pixel_q, window} >> Bits);
    for (int c = 2; c <= ChanMost; c++)
      if (channels_i == 8'(c)) shifted = (PIn*Bits)'({pixel_q, window} >> (c * Bits));
  end
  always_ff @(posedge clk_i)
    if (there_q[1] && !hold_i) window <= windows_i ? shifted : (PIn*Bits)'(pixel_q);

  logic                  odd_q, word;
  logic [PIn*Bits/2-1:0] low_q;
  assign word    = there_q[2] && hit_q[2] && !hold_i;
  assign we_o    = word && (!pair_i || odd_q);
  assign wdata_o = pair_i ? {window[PIn*Bits-1:PIn*Bits/2], low_q} : window;
  always_ff @(posedge clk_i) begin
    if (word) low_q <= window[PIn*Bits-1:PIn*Bits/2];
    if (start_i) begin
      odd_q   <= 1'b0;
      waddr_o <= '0;
    end else if (word) begin
      odd_q <= !odd_q;
      if (we_o) waddr_o <= waddr_o + 1'b1;
    end
  end

  logic written;
  assign written = !run_q && there_q == '0;
  assign done    = kept_q && written;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) busy_o <= 1'b0;
    else busy_o <= start_i || (busy_o && !written);
  end

endmodule

`default_nettype wire
