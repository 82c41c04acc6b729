// Promises of e3_window, proved by tests/rtl/prove.sh.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

// Counters, and the steps to the next output row and column, from the place in the map.
always_comb begin
  assert (row < Hp && col < Wp && 32'(part_q) < Parts);
  assert (have_q || part_q == '0);
  assert (32'(row_due_q) == ((row < KH) ? KH - 1 - row : (SH - (row - KH + 1) % SH) % SH));
  assert (32'(col_due_q) == ((col < KW) ? KW - 1 - col : (SW - (col - KW + 1) % SW) % SW));
end

// History: hist[k] is the pixel of k steps ago, padding included; seen_q of them are known.
localparam int Len = KH * Wp;
logic [Len*PixW-1:0] hist_q;
int                  seen_q;
always_ff @(posedge clk_i or negedge rst_ni)
  if (!rst_ni) seen_q <= 0;
  else if (step && seen_q < Hp * Wp) seen_q <= seen_q + 1;
always_ff @(posedge clk_i)
  if (step) hist_q <= (Len*PixW)'({hist_q, pad ? {C{Bits'(PadCode)}} : in_data_i});
always_comb assert (seen_q >= row * Wp + col && seen_q <= Hp * Wp);

// A window pixel is hist of its distance in the raster; so are the line memory's.
for (genvar u = 0; u < KH; u++) begin : g_ref_u
  for (genvar v = 0; v < KW; v++) begin : g_ref_v
    localparam int Ago = (KH - 1 - u) * Wp + KW - 1 - v;
    always_comb if (seen_q > Ago)
      assert (window_q[v*ColW + u*PixW +: PixW] == hist_q[Ago*PixW +: PixW]);
  end
end
for (genvar j = 0; j < KH - 1; j++) begin : g_ref_j
  localparam int Ago = (KH - 1 - j) * Wp - 1;
  always_comb if (seen_q > Ago)
    assert (g_lines.above[j*PixW +: PixW] == hist_q[Ago*PixW +: PixW]);
  for (genvar i = 0; i < Wp; i++) begin : g_ref_i
    if (Wp > 1) begin : g_word
      int ago;
      assign ago = (KH - 2 - j) * Wp + (col - 1 - i + Wp) % Wp;
      always_comb if (seen_q > ago)
        assert (g_lines.g_memory.mem[i][j*PixW +: PixW] == PixW'(hist_q >> (ago * PixW)));
    end
  end
end

// A window is offered exactly after the step that ends at an output position.
int  end_row, end_col;
always_ff @(posedge clk_i) if (step) begin
  end_row <= row;
  end_col <= col;
end
logic at_output;
assign at_output = end_row >= KH - 1 && end_col >= KW - 1
                && (end_row - KH + 1) % SH == 0 && (end_col - KW + 1) % SW == 0;
always_comb if (have_q) begin
  assert (end_row >= KH - 1 && end_col >= KW - 1 && end_row < Hp && end_col < Wp);
  assert (at_output);
  assert (row * Wp + col == (end_row * Wp + end_col + 1) % (Hp * Wp));
  assert (seen_q > end_row * Wp + end_col);
end
always_ff @(posedge clk_i)
  if (past && $past(past)) begin
    if ($past(step)) assert (have_q == at_output);
    if ($past(room && !step)) assert (!have_q);
  end

// Its words are the window's codes in order, then zeros.
logic [Parts*PIn*Bits-1:0] ref_vector;
for (genvar k = 0; k < KH * KW; k++) begin : g_vector
  localparam int Ago = (KH - 1 - k / KW) * Wp + KW - 1 - k % KW;
  assign ref_vector[k*PixW +: PixW] = hist_q[Ago*PixW +: PixW];
end
if (Parts * PIn > KH * KW * C) begin : g_zeros
  assign ref_vector[Parts*PIn*Bits-1:KH*KW*PixW] = '0;
end
always_comb if (out_valid_o)
  assert (out_data_o == (PIn*Bits)'(ref_vector >> (32'(part_q) * PIn * Bits)));

// A waiting word neither disappears nor changes; padding takes no word.
always_comb assert (!(in_ready_o && pad));
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(out_valid_o && !out_ready_i)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(out_data_o));
  end
