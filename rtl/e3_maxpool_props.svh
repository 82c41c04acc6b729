// Promises of e3_maxpool, proved by tests/rtl/prove.sh.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

// Counters: place in the window is place in the map modulo the window; the index counts windows.
logic [31:0] col, row, at;
assign col = 32'(col_q);
assign row = 32'(row_q);
assign at  = in_cols ? (col / KW) * Groups + 32'(g_q) : 0;
always_comb begin
  assert (32'(g_q) < Groups && col < W && row < H);
  assert (32'(v_q) == col % KW && 32'(u_q) == row % KH);
  assert (32'(idx_q) == at);
end

// One running maximum per window and group, in plain registers, compared as numbers.
logic [WordW-1:0] ref_q [0:Depth-1];
logic [WordW-1:0] ref_best;
for (genvar l = 0; l < Lanes; l++) begin : g_ref
  logic [Bits-1:0] a, b;
  logic signed [Bits:0] x, y;
  assign a = in_data_i[l*Bits +: Bits];
  assign b = ref_q[at][l*Bits +: Bits];
  assign x = {(Signed != 0) ? a[Bits-1] : 1'b0, a};
  assign y = {(Signed != 0) ? b[Bits-1] : 1'b0, b};
  assign ref_best[l*Bits +: Bits] = (first || x > y) ? a : b;
end
logic inside;
assign inside = col < OutW * KW && row < (H / KH) * KH;
always_ff @(posedge clk_i) if (take && in_cols) ref_q[at] <= ref_best;

// Which windows of ref_q have been begun since reset, and has a row of pixels been finished?
logic [Depth-1:0] live_q;
logic             wrapped_q;
always_ff @(posedge clk_i or negedge rst_ni)
  if (!rst_ni) begin
    live_q    <= '0;
    wrapped_q <= 1'b0;
  end else if (take) begin
    if (in_cols) live_q[at] <= 1'b1;
    if (g_last && col_last) wrapped_q <= 1'b1;
  end
for (genvar i = 0; i < Depth; i++) begin : g_live
  always_comb begin
    if (wrapped_q || !in_cols) assert (live_q[i]);
    if (i < at || (v_q != '0 && i < at - 32'(g_q) + Groups)) assert (live_q[i]);
  end
end
always_comb if (row != 0) assert (wrapped_q);

// The unit's memory and registers hold the same maxima.
always_comb if (live_q[at] && (Depth == 1 || (in_cols && !first))) assert (old == ref_q[at]);
always_comb if (in_cols && !first) assert (live_q[at]);
if (Depth > 1 && KH * Groups > 1) begin : g_mem_ref
  for (genvar i = 0; i < Depth; i++) begin : g_i
    always_comb if (live_q[i] && !(Groups == 1 && at == i && v_q != '0))
      assert (g_mem.mem_q[i] == ref_q[i]);
  end
  always_comb if (g_mem.keep) assert (idx_d != idx_q);
  always_comb if (live_q[idx_q] && (Groups > 1 || v_q == '0 || !in_cols))
    assert (g_mem.rd_q == g_mem.mem_q[idx_q]);
end

// A word leaves exactly when a window inside the map is complete, and it is the maximum.
always_ff @(posedge clk_i)
  if (past && $past(past)) begin
    if ($past(take))
      assert (out_valid_o == $past(inside && col % KW == KW - 1 && row % KH == KH - 1));
    if ($past(take) && out_valid_o) assert (out_data_o == $past(ref_best));
    if ($past(!take && out_ready_i)) assert (!out_valid_o);
    if ($past(out_valid_o && !out_ready_i)) begin
      assert (out_valid_o);
      assert (out_data_o == $past(out_data_o));
    end
  end
