// Promises of e3_axi_reader, proved by tests/engine/prove.sh (yosys sat -tempinduct).
logic past = 1'b0;
always_ff @(posedge clk_i) past <= 1'b1;
always_comb if (!past) assume (!rst_ni); else assume (rst_ni);

// A burst stays within its 4 KB, has at most 256 words of the port's size, and starts on a word.
logic [12:0] after;  // its end's place in the page where it starts
assign after = {1'b0, m_axi_araddr[11:0]} + ((13'(m_axi_arlen) + 1'b1) << ByteW);
always_comb if (m_axi_arvalid) begin
  assert (after <= 13'd4096);
  assert (32'(m_axi_arlen) < Burst && 32'(m_axi_arlen) < 256);
  assert (m_axi_araddr[ByteW-1:0] == '0);
  assert (m_axi_arsize == 3'(ByteW) && m_axi_arburst == 2'b01);
end

// A request that waits neither disappears nor changes.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(m_axi_arvalid && !m_axi_arready)) begin
    assert (m_axi_arvalid);
    assert (m_axi_araddr == $past(m_axi_araddr) && m_axi_arlen == $past(m_axi_arlen));
  end

// Bursts of a run follow each other without gap; together they are as long as the run.
logic [32:0] left;
logic [31:0] run_q, sent_q;
assign left = span_q - 33'(next_q[BurstW-1:0]);
always_comb if (active_q) assert (left != '0);
logic [WordW-1:0] from_q;
always_ff @(posedge clk_i)
  if (cmd_valid_i && cmd_ready_o) begin
    run_q  <= cmd_words_i;
    from_q <= base_i + WordW'(cmd_addr_i);
    sent_q <= '0;
  end else if (issue) sent_q <= sent_q + 32'(words);
always_comb if (active_q) begin
  assert (33'(sent_q) + left == 33'(run_q));
  assert (next_q == from_q + WordW'(sent_q));
  assert (sent_q <= run_q);
end

// Nothing is asked for, or handed on, while a fault stands.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(fault_o != Fault_none)) begin
    assert (!out_valid_o);
    assert (!(m_axi_arvalid && $past(!m_axi_arvalid || m_axi_arready)));
  end

// A word waiting at the output stays, unless everything is dropped.
always_ff @(posedge clk_i)
  if (past && $past(past) && $past(out_valid_o && !out_ready_i && !stop)) begin
    assert (out_valid_o);
    assert (out_data_o == $past(out_data_o));
  end
