// Promises of e3_fifo, proved by tests/rtl/prove.sh (yosys sat -tempinduct).
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

// The fill count is the distance of the pointers.
always_comb begin
  assert (count_q <= Full && wr_q <= Last && rd_q <= Last);
  assert ((32'(rd_q) + 32'(count_q)) % Depth == 32'(wr_q));
end

// Order: a plain shift queue holds the same words, the oldest at 0.
logic [Width-1:0] ref_q [0:Depth-1];
for (genvar i = 0; i < Depth; i++) begin : g_ref
  logic [CountW-1:0] to;  // where a pushed word goes
  assign to = pop ? count_q - 1'b1 : count_q;
  always_ff @(posedge clk_i) begin
    if (pop && i + 1 < Depth) ref_q[i] <= ref_q[(i + 1) % Depth];
    if (push && 32'(to) == i) ref_q[i] <= in_data_i;
  end
  logic [PtrW-1:0] at;
  assign at = PtrW'((32'(rd_q) + i) % Depth);
  always_comb if (i < 32'(count_q)) assert (mem_q[at] == ref_q[i]);
end
always_comb if (out_valid_o) assert (out_data_o == ref_q[0]);

// A waiting word neither disappears nor changes.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(out_valid_o && !out_ready_i)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(out_data_o));
  end

// A word pushed is at the output one cycle later, if no other is before it.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(push && count_q == '0)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(in_data_i));
  end
