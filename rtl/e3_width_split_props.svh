// Promises of e3_width when it splits, proved by tests/rtl/prove.sh.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

always_comb begin
  assert (32'(part_q) < Parts);
  assert (full_q || part_q == '0);
end

// Order: a shift register loses its lowest lanes with every word that leaves.
logic [InW-1:0] ref_q;
always_ff @(posedge clk_i)
  if (take) ref_q <= in_data_i;
  else if (full_q && out_ready_i) ref_q <= ref_q >> OutW;
always_comb if (full_q) assert (ref_q == data_q >> (32'(part_q) * OutW));
always_comb if (out_valid_o) assert (out_data_o == ref_q[OutW-1:0]);

// A waiting word neither disappears nor changes.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(out_valid_o && !out_ready_i)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(out_data_o));
  end

// A word is Parts words: parts left, counted on their own.
int left;
always_ff @(posedge clk_i or negedge rst_ni)
  if (!rst_ni) left <= 0;
  else left <= (take ? Parts : left) - ((full_q && out_ready_i && !take) ? 1 : 0);
always_comb assert (left == (full_q ? Parts - 32'(part_q) : 0));
always_comb if (take) assert (left == 0 || (left == 1 && out_ready_i));
