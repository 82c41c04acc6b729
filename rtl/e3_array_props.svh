// Promises of e3_array, proved by tests/rtl/prove.sh: order and control. The sums are compared with
// the twin in lockstep.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

// The caller's word neither disappears nor comes late: a slot follows a slot within a word.
always_comb if (past && step_q != '0) assume (in_valid_i);

// The slot's counters stay inside the position, and the weight word is chunk * Groups + group.
always_comb begin
  assert (32'(step_q) < Bits && 32'(group_q) < Groups && 32'(addr_q) < Depth);
  assert (32'(addr_q) % Groups == 32'(group_q));
  assert (32'(og_q) < Groups && 32'(chunk_q) < Chunks);
end

// A last step is a slot, and between a first and a last step nothing overtakes: the stages hold
// the steps in order, the oldest in stage 0, Bits slots a sum.
logic [Lat-1:0] valid_q;
always_ff @(posedge clk_i or negedge rst_ni)
  if (!rst_ni) valid_q <= '0;
  else if (advance) valid_q <= Lat'({valid_q, in_valid_i});
for (genvar s = 0; s < Lat; s++) begin : g_stage
  int at_q;    // the slot's own number of its step
  int younger; // step of the next slot behind it
  int oldest;  // step of the oldest slot in stages 0..s, or of the one to enter
  if (s == 0) begin : g_in
    always_ff @(posedge clk_i) if (advance) at_q <= 32'(step_q);
    assign younger = 32'(step_q);
  end else begin : g_shift
    always_ff @(posedge clk_i) if (advance) at_q <= g_stage[s-1].at_q;
    assign younger = g_stage[s-1].oldest;
  end
  assign oldest = valid_q[s] ? at_q : younger;
  always_comb if (valid_q[s]) begin
    assert (at_q < Bits && first_q[s] == (at_q == 0) && last_q[s] == (at_q == Bits - 1));
    assert (younger == (at_q + 1) % Bits);
  end else assert (!last_q[s] && younger == 0);
end

// The sums under way lead from the position that leaves to the position that enters.
for (genvar s = 0; s <= Lat; s++) begin : g_ends
  int n; // last steps in stages 0..s
  if (s == 0) begin : g_one
    assign n = 32'(last_q[0]);
  end else begin : g_more
    assign n = g_ends[s-1].n + 32'(last_q[s]);
  end
end
always_comb
  assert ((32'(chunk_q) * Groups + 32'(og_q) + g_ends[Lat].n) % Depth == 32'(addr_q));

// A word is consumed with its last slot, an output word leaves after the last chunk's sum.
always_comb if (in_ready_o) assert (step_last && group_last && (!out_valid_o || out_ready_i));
always_ff @(posedge clk_i)
  if (past && $past(past)) begin
    if ($past(advance)) assert (out_valid_o == $past(last_q[Lat] && chunk_q == ChunkW'(Chunks - 1)));
    if ($past(out_valid_o && !out_ready_i)) begin
      assert (out_valid_o);
      assert (out_data_o == $past(out_data_o));
    end
  end
