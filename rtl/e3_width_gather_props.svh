// Promises of e3_width when it gathers, proved by tests/rtl/prove.sh.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

always_comb assert (32'(count_q) <= Parts);

// Order: the k-th word of a group is written to place k of a plain array; what has been shifted
// in so far is that array's beginning.
logic [OutW-1:0] ref_q, so_far;
logic [31:0]     place;
assign place  = full ? 0 : 32'(count_q);
assign so_far = data_q >> ((Parts - 32'(count_q)) * InW);
for (genvar k = 0; k < Parts; k++) begin : g_ref
  always_ff @(posedge clk_i) if (take && place == k) ref_q[k*InW +: InW] <= in_data_i;
  always_comb if (k < 32'(count_q)) assert (so_far[k*InW +: InW] == ref_q[k*InW +: InW]);
end
always_comb if (out_valid_o) assert (out_data_o == ref_q);

// A waiting word neither disappears nor changes.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(out_valid_o && !out_ready_i)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(out_data_o));
  end

// Every Parts words taken make one word: a word leaves exactly when its last part came.
always_ff @(posedge clk_i)
  if (past && $past(past)) begin
    if ($past(take && place == Parts - 1)) assert (out_valid_o);
    if ($past(take && place != Parts - 1)) assert (!out_valid_o);
    if ($past(!take && out_ready_i)) assert (!out_valid_o);
  end
