// Promises of e3_neuron, proved by tests/rtl/prove.sh for parameters where nothing overflows.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

always_comb begin
  assert (32'(step_q) < Bits && 32'(group_q) < Groups);
  assert (busy_q || last);
  assert (warm_q[0] || (!warm_q[1] && !busy_q));
  assert (warm_q[1] || !busy_q);
end

// What the tables hold for the next word, read a second time.
logic [POut*ThetaBits-1:0] theta_ref [0:Groups-1];
logic [POut*BiasBits-1:0]  bias_ref  [0:Groups-1];
initial $readmemh(ThetaFile, theta_ref);
initial $readmemh(BiasFile, bias_ref);
always_comb if (warm_q[0]) assert (theta == theta_ref[group_q] && bias == bias_ref[group_q]);

// The step whose spike is judged, and the contract's own variables in wide integers: u0 the first
// U, u the present one, p the code so far. What is left of U is u = u0 - p * theta * 2^left.
int t, left;
assign t    = last ? Bits - 1 : 32'(step_q) - 1;
assign left = Bits - t;
for (genvar o = 0; o < POut; o++) begin : g_ref
  int   v, b, u0, u, p, th, trial, p_next, u_next;
  logic fires;
  assign v      = 32'($signed(in_data_i[o*AccBits +: AccBits]));
  assign b      = 32'($signed(bias_ref[group_q][o*BiasBits +: BiasBits]));
  assign trial  = (SignedOut != 0 && t == 0) ? u : u - (th << (left - 1));
  assign fires  = (SignedOut != 0 && t == 0) ? u < 0 : trial >= 0;
  assign p_next = (SignedOut != 0 && t == 0) ? (fires ? -1 : 0) : 2 * p + (fires ? 1 : 0);
  assign u_next = !fires ? u : (SignedOut != 0 && t == 0) ? u + (th << (left - 1)) : trial;
  always_ff @(posedge clk_i)
    if (take) begin
      u0 <= (v <<< FracBits) + b;
      u  <= (v <<< FracBits) + b;
      p  <= 0;
      th <= 32'(theta_ref[group_q][o*ThetaBits +: ThetaBits]);
    end else if (!last) begin
      u  <= u_next;
      p  <= p_next;
    end

  // Range of the registers of this proof.
  always_comb if (busy_q) begin
    assert (th >= 0 && th < (1 << ThetaBits));
    assert (u0 < (1 << (AccBits + FracBits)) && u0 >= -(1 << (AccBits + FracBits)));
    assert (u0 == u + p * (th << left));
    if (SignedOut != 0 && t > 0) begin
      assert (p >= -(1 << (t - 1)) && p < (1 << (t - 1)));
      assert (p == -(1 << (t - 1)) || u >= 0);
      assert (p == (1 << (t - 1)) - 1 || u < (th << left));
    end else begin
      assert (p >= 0 && p < (1 << t));
      assert (SignedOut != 0 || p == 0 || u >= 0);
      assert (SignedOut != 0 || p == (1 << t) - 1 || u < (th << left));
    end
  end

  // The unit's register holds the trial, its train the code so far, its operand the threshold.
  always_comb if (busy_q) begin
    assert (32'($signed(g_neuron[o].r_q)) == trial);
    if (!last) assert (g_neuron[o].by == TopW'(th << (left - 2)));
  end
  if (Bits > 1) begin : g_train
    always_comb if (busy_q) assert (((32'(g_neuron[o].g_train.train_q) ^ p) & ((1 << t) - 1)) == 0);
  end
  always_comb if (warm_q[1] && last) assert (g_neuron[o].by == g_neuron[o].first);

  // code = clamp(floor(u0 / theta)).
  int code;
  localparam int Top = (SignedOut != 0) ? (1 << (Bits - 1)) - 1 : (1 << Bits) - 1;
  localparam int Low = (SignedOut != 0) ? -(1 << (Bits - 1)) : 0;
  assign code = (SignedOut != 0) ? 32'($signed(g_neuron[o].code)) : 32'(g_neuron[o].code);
  always_comb if (busy_q && last) begin
    assert (code == Top || u0 < (code + 1) * th);
    assert (code == Low || u0 >= code * th);
  end
  always_ff @(posedge clk_i)
    if (past && $past(past) && $past(emit))
      assert (out_data_o[o*Bits +: Bits] == $past(g_neuron[o].code));
end

// A waiting word neither disappears nor changes; a word judged leaves as soon as it can.
always_ff @(posedge clk_i)
  if (past && $past(past)) begin
    if ($past(out_valid_o && !out_ready_i)) begin
      assert (out_valid_o);
      assert (out_data_o == $past(out_data_o));
    end
    assert (out_valid_o == $past(emit || (out_valid_o && !out_ready_i)));
  end
