// e3_walk.sv - the engine's positions: which map word meets which weights, in order of work.
//
// What:    for each tile, for each chunk (tap row u, tap column v, channel group g; g fastest), the
//          output positions in pooling-window order. Position (y, x) reads map word
//          (y stride_h + u - pad_top) row_pitch + (x stride_w + v - pad_left) in_groups + g.
//          A position whose tap lies outside the map is held in a tile's first and last chunk and
//          left out in the others; a chunk that none would meet gets one held position.
// Model:   doc/engine.md, Convolution; tests/engine/core_tb.cpp.
// Source:  doc/decisions/005: taps in the padding take no clock.
// Stream:  out one position: address, number of the visit in its chunk, held, first and last chunk
//          of the tile, end of the chunk.
// Timing:  start_i, then one position is tested per clock; the answer is known a position later,
//          since the last of a chunk is marked. 8 positions wait in a fifo.
// Range:   the layer's fields stay from start_i to the last position; every count is at least 1;
//          flat_i: no tap (windows): word y row_pitch + x, all inside.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_walk #(
  parameter int AddrW = 9,
  parameter int PosW  = 8
) (
  input  wire  logic             clk_i,
  input  wire  logic             rst_ni,

  input  wire  logic             start_i,
  input  wire  logic             flat_i,
  input  wire  logic [3:0]       kernel_h_i,
  input  wire  logic [3:0]       kernel_w_i,
  input  wire  logic [3:0]       pad_top_i,
  input  wire  logic [3:0]       pad_left_i,
  input  wire  logic [7:0]       in_h_i,
  input  wire  logic [7:0]       in_w_i,
  input  wire  logic [7:0]       in_groups_i,
  input  wire  logic [3:0]       stride_h_i,
  input  wire  logic [3:0]       stride_w_i,
  input  wire  logic [3:0]       pool_h_i,
  input  wire  logic [3:0]       pool_w_i,
  input  wire  logic [7:0]       pooled_h_i,
  input  wire  logic [7:0]       pooled_w_i,
  input  wire  logic [15:0]      tiles_i,
  input  wire  logic [AddrW-1:0] row_pitch_i,
  input  wire  logic [AddrW-1:0] step_x_i,
  input  wire  logic [AddrW-1:0] step_y_i,
  input  wire  logic [AddrW-1:0] origin_i,

  output       logic             out_valid_o,
  input  wire  logic             out_ready_i,
  output       logic [AddrW-1:0] out_addr_o,
  output       logic [PosW-1:0]  out_pos_o,
  output       logic             out_held_o,
  output       logic             out_first_o,
  output       logic             out_last_o,
  output       logic             out_end_o
);

  logic go; // the fifo has room: everything moves

  // Each counter's last value, and whether it is there: registers, since a chain of counters is long
  // without them. Where a counter begins, its field decides.
  logic [3:0]  ku_most, kv_most, py_most, px_most;
  logic [7:0]  g_most, wy_most, wx_most;
  logic [15:0] tile_most;
  always_ff @(posedge clk_i) begin
    g_most    <= in_groups_i - 1'b1;
    kv_most   <= kernel_w_i - 1'b1;
    ku_most   <= kernel_h_i - 1'b1;
    px_most   <= pool_w_i - 1'b1;
    py_most   <= pool_h_i - 1'b1;
    wx_most   <= pooled_w_i - 1'b1;
    wy_most   <= pooled_h_i - 1'b1;
    tile_most <= tiles_i - 1'b1;
  end

  // The tap: chunk after chunk.
  logic [3:0]       u_q, v_q;
  logic [7:0]       g_q;
  logic [11:0]      cy_q, cx_q;           // u - pad_top, v - pad_left
  logic [AddrW-1:0] row_q, tap_q;         // of the tap row's first word, of the chunk's
  logic             u_last, v_last, g_last, chunk_first, chunk_last, scanned;
  assign chunk_first = g_q == '0 && v_q == '0 && u_q == '0;
  assign chunk_last  = g_last && v_last && u_last;

  logic        run_q, flush_q;
  logic [15:0] tile_q;
  logic        tile_last;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q   <= 1'b0;
      flush_q <= 1'b0;
    end else if (start_i) begin
      run_q   <= 1'b1;
    end else if (go) begin
      run_q   <= run_q && !(scanned && chunk_last && tile_last);
      flush_q <= run_q && scanned && chunk_last && tile_last;
    end
  end

  always_ff @(posedge clk_i)
    if (start_i) begin
      tile_q    <= '0;
      tile_last <= tiles_i == 16'd1;
    end else if (go && scanned && chunk_last) begin
      tile_q    <= tile_q + 1'b1;
      tile_last <= tile_q + 1'b1 == tile_most;
    end
  always_ff @(posedge clk_i)
    if (start_i || (go && scanned && chunk_last)) begin
      {u_q, v_q, g_q} <= '0;
      g_last <= flat_i || in_groups_i == 8'd1;
      v_last <= flat_i || kernel_w_i == 4'd1;
      u_last <= flat_i || kernel_h_i == 4'd1;
      cy_q  <= 12'd0 - 12'(pad_top_i);
      cx_q  <= 12'd0 - 12'(pad_left_i);
      row_q <= flat_i ? '0 : '0 - origin_i;
      tap_q <= flat_i ? '0 : '0 - origin_i;
    end else if (go && scanned) begin
      g_q   <= g_last ? '0 : g_q + 1'b1;
      g_last <= flat_i || (g_last ? in_groups_i == 8'd1 : g_q + 1'b1 == g_most);
      tap_q <= tap_q + 1'b1;
      if (g_last) begin
        v_q  <= v_last ? '0 : v_q + 1'b1;
        v_last <= flat_i || (v_last ? kernel_w_i == 4'd1 : v_q + 1'b1 == kv_most);
        cx_q <= v_last ? 12'd0 - 12'(pad_left_i) : cx_q + 1'b1;
      end
      if (g_last && v_last) begin
        u_q   <= u_q + 1'b1;
        u_last <= flat_i || u_q + 1'b1 == ku_most;
        cy_q  <= cy_q + 1'b1;
        row_q <= row_q + row_pitch_i;
        tap_q <= row_q + row_pitch_i;
      end
    end

  // The position: rows and columns have counters of their own, the present one and that of the
  // pooling window's first.
  logic [3:0]       py_q, px_q;
  logic [7:0]       wy_q, wx_q;
  logic [11:0]      y_q, y0_q, x_q, x0_q, y_next, x_next;
  logic [AddrW-1:0] ay_q, ay0_q, ax_q, ax0_q, ay_next, ax_next, step_y, step_x;
  logic [PosW-1:0]  pos_q;
  logic             py_last, px_last, wy_last, wx_last;
  assign scanned = px_last && py_last && wx_last && wy_last;
  assign step_x  = flat_i ? AddrW'(1) : step_x_i;
  assign step_y  = flat_i ? row_pitch_i : step_y_i;
  assign x_next  = x_q + 12'(stride_w_i);
  assign y_next  = y_q + 12'(stride_h_i);
  assign ax_next = ax_q + step_x;
  assign ay_next = ay_q + step_y;
  always_ff @(posedge clk_i)
    if (start_i || (go && scanned)) begin
      {py_q, px_q, wy_q, wx_q} <= '0;
      px_last <= pool_w_i == 4'd1;
      py_last <= pool_h_i == 4'd1;
      wx_last <= pooled_w_i == 8'd1;
      wy_last <= pooled_h_i == 8'd1;
      {y_q, y0_q, x_q, x0_q} <= '0;
      {ay_q, ay0_q, ax_q, ax0_q} <= '0;
      pos_q <= '0;
    end else if (go && run_q) begin
      pos_q <= pos_q + 1'b1;
      px_q  <= px_last ? '0 : px_q + 1'b1;
      px_last <= px_last ? pool_w_i == 4'd1 : px_q + 1'b1 == px_most;
      if (!px_last) begin
        {x_q, ax_q} <= {x_next, ax_next};
      end else if (!py_last) begin
        py_q        <= py_q + 1'b1;
        py_last     <= py_q + 1'b1 == py_most;
        {x_q, ax_q} <= {x0_q, ax0_q};
        {y_q, ay_q} <= {y_next, ay_next};
      end else begin
        py_q          <= '0;
        py_last       <= pool_h_i == 4'd1;
        wx_q          <= wx_last ? '0 : wx_q + 1'b1;
        wx_last       <= wx_last ? pooled_w_i == 8'd1 : wx_q + 1'b1 == wx_most;
        {x_q, ax_q}   <= wx_last ? '0 : {x_next, ax_next};
        {x0_q, ax0_q} <= wx_last ? '0 : {x_next, ax_next};
        {y_q, ay_q}   <= wx_last ? {y_next, ay_next} : {y0_q, ay0_q};
        if (wx_last) begin
          wy_q          <= wy_q + 1'b1;
          wy_last       <= wy_q + 1'b1 == wy_most;
          {y0_q, ay0_q} <= {y_next, ay_next};
        end
      end
    end

  // One clock later: does the tap lie on the map?
  logic [11:0]      y_at, x_at;
  logic [AddrW-1:0] addr_q, tap_then_q;
  logic [PosW-1:0]  pos_then_q;
  logic             valid_q, begin_q, first_q, last_q, on_map, visit;
  always_ff @(posedge clk_i)
    if (go) begin
      y_at       <= y_q + cy_q;
      x_at       <= x_q + cx_q;
      addr_q     <= ay_q + ax_q;
      tap_then_q <= tap_q;
      pos_then_q <= pos_q;
      begin_q    <= flush_q || pos_first_q;
      first_q    <= chunk_first && run_q;
      last_q     <= chunk_last && run_q;
    end
  assign on_map = flat_i || (y_at < 12'(in_h_i) && x_at < 12'(in_w_i));
  assign visit  = on_map || first_q || last_q;

  logic pos_first_q; // the next position is its chunk's first
  always_ff @(posedge clk_i)
    if (start_i || (go && scanned)) pos_first_q <= 1'b1;
    else if (go && run_q) pos_first_q <= 1'b0;

  // The last position found waits until it is known whether its chunk has another.
  logic             flushed_q, open_q, hold_q, push;
  logic [AddrW-1:0] hold_addr_q;
  logic [PosW-1:0]  hold_pos_q;
  logic [2:0]       hold_flags_q;
  assign push = valid_q && (begin_q ? open_q : visit && hold_q);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q   <= 1'b0;
      flushed_q <= 1'b0;
      open_q    <= 1'b0;
      hold_q    <= 1'b0;
    end else if (go) begin
      valid_q   <= run_q || flush_q;
      flushed_q <= flush_q;
      if (valid_q) begin
        open_q <= !flushed_q;
        hold_q <= !flushed_q && (visit || (hold_q && !begin_q));
      end
    end
  end
  always_ff @(posedge clk_i)
    if (go && valid_q && (visit || begin_q)) begin
      hold_addr_q  <= addr_q + tap_then_q;
      hold_pos_q   <= pos_then_q;
      hold_flags_q <= {!on_map, first_q, last_q};
    end

  e3_fifo #(.Width(AddrW + PosW + 4), .Depth(8)) u_fifo
    (.clk_i, .rst_ni, .in_valid_i(push), .in_ready_o(go),
     .in_data_i({hold_addr_q, hold_pos_q, hold_flags_q, begin_q}),
     .out_valid_o, .out_ready_i,
     .out_data_o({out_addr_o, out_pos_o, out_held_o, out_first_o, out_last_o, out_end_o}));

endmodule

`default_nettype wire
