// Promises of e3_axis_in, proved by tests/rtl/prove.sh.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

// Place of the next word in the sender's frame, as the sender counts it (stops at Pixels).
int at;
logic accept;
assign accept = s_axis_tvalid && s_axis_tready;
always_ff @(posedge clk_i or negedge rst_ni)
  if (!rst_ni) at <= 0;
  else if (accept) at <= s_axis_tlast ? 0 : (at == Pixels) ? Pixels : at + 1;

// In step with the sender whenever words pass: the next image is right again.
always_comb begin
  assert (state_q != 2'd3 && 32'(count_q) < Pixels);
  if (state_q == Run)  assert (at == 32'(count_q));
  if (state_q == Fill) assert (at == 0 && count_q != '0);
  if (state_q == Skip) assert (at == Pixels && count_q == '0);
end

// One flag per Pixels words, and it says drop unless exactly these had arrived with tlast.
always_ff @(posedge clk_i)
  if (past && $past(past)) begin
    if ($past(step && last)) assert (flag_valid_o);
    if ($past(accept && s_axis_tlast && at == Pixels - 1)) assert (flag_valid_o && !flag_drop_o);
    if ($past(accept && !s_axis_tlast && at == Pixels - 1)) assert (flag_valid_o && flag_drop_o);
    if ($past(state_q == Fill && step && last)) assert (flag_drop_o);
    if ($past(!(step && last) && flag_ready_i)) assert (!flag_valid_o);
    if ($past(accept && (s_axis_tlast != (at == Pixels - 1)) && at < Pixels)) assert (err_o);
    if ($past(err_o)) assert (err_o);
    if ($past(accept && at < Pixels)) assert (out_valid_o);
    if ($past(accept && at == Pixels && out_ready_i)) assert (!out_valid_o);
  end
always_comb if ((flag_valid_q && flag_drop_q) || state_q != Run) assert (err_o);

// The word that leaves is the word that came.
if (Raw == 0) begin : g_same
  always_ff @(posedge clk_i)
    if (past && $past(past) && $past(accept && at < Pixels))
      assert (out_data_o == $past(s_axis_tdata[C*Bits-1:0]));
end

// A waiting word and a waiting flag neither disappear nor change.
always_ff @(posedge clk_i) begin
  if (past && $past(past) && $past(out_valid_o && !out_ready_i)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(out_data_o));
  end
  if (past && $past(past) && $past(flag_valid_o && !flag_ready_i)) begin
    assert (flag_valid_o);
    assert (flag_drop_o == $past(flag_drop_o));
  end
end
