// Promises of e3_maxtree, proved by tests/rtl/prove.sh.
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

// The greatest of the window, found one after another, travels along.
logic [OutW-1:0] ref_d;
for (genvar c = 0; c < C; c++) begin : g_ref
  logic signed [Bits:0] top [0:Taps-1];
  for (genvar i = 0; i < Taps; i++) begin : g_tap
    logic [Bits-1:0]      code;
    logic signed [Bits:0] value;
    assign code  = in_data_i[(i*C + c)*Bits +: Bits];
    assign value = {(Signed != 0) ? code[Bits-1] : 1'b0, code};
    if (i == 0) assign top[i] = value;
    else        assign top[i] = (value > top[i-1]) ? value : top[i-1];
  end
  assign ref_d[c*Bits +: Bits] = top[Taps-1][Bits-1:0];
end
logic [Stages*OutW-1:0] ref_q;
always_ff @(posedge clk_i) if (move) ref_q <= {ref_q, ref_d};
always_comb if (out_valid_o) assert (out_data_o == ref_q[(Stages-1)*OutW +: OutW]);

// A waiting word neither disappears nor changes.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(out_valid_o && !out_ready_i)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(out_data_o));
  end
