// Promises of e3_axis_out, proved by tests/rtl/prove.sh.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

always_comb begin
  assert (32'(k_q) < Classes && 32'(lane_q) < Lanes);
  assert (32'(lane_q) == 32'(k_q) % Lanes);
  assert (!end_q || k_q == '0);
end

// The class is the first of the greatest logits, found by comparing them as they are issued.
logic signed [SumW-1:0] ref_sum_q;
logic [ClassW-1:0]      ref_top_q;
always_ff @(posedge clk_i)
  if (step && !end_q && (k_q == '0 || sum > ref_sum_q)) begin
    ref_sum_q <= sum;
    ref_top_q <= k_q;
  end
always_comb if (end_q || k_q != '0) begin
  assert (top == ref_top_q);
  assert ((better ? word_q : top_sum_q) == ref_sum_q);
  assert (one_q == (32'(prev) == 0));
end

// Words: Classes logits, then the class with tlast; nothing for a dropped image.
always_ff @(posedge clk_i)
  if (past && $past(past)) begin
    if ($past(step)) begin
      assert (m_axis_tvalid == !$past(flag_drop_i));
      assert (m_axis_tlast == $past(end_q));
      assert (m_axis_tdata == ($past(end_q) ? 32'($past(ref_top_q)) : 32'($past(sum))));
    end
    if ($past(!step && m_axis_tready)) assert (!m_axis_tvalid);
    if ($past(flag_valid_i && flag_ready_o)) assert (k_q == '0 && !end_q);
  end

// No value moves without a flag; a flag leaves with the class alone; a word with its last lane.
always_comb begin
  if (in_valid_i && in_ready_o) assert (flag_valid_i && step && last_lane && !end_q);
  if (flag_valid_i && flag_ready_o) assert (step && end_q);
  if (step && !end_q && last_lane) assert (in_ready_o);
end

// A waiting word neither disappears nor changes.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(m_axis_tvalid && !m_axis_tready)) begin
    assert (m_axis_tvalid);
    assert (m_axis_tdata == $past(m_axis_tdata));
    assert (m_axis_tlast == $past(m_axis_tlast));
  end
