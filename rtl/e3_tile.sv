// e3_tile.sv - the engine's array: PIn x POut gated adders, two sets of weights, potentials.
//
// What:    V[pos][o] += sum over i of w[o][i] * code[i] for one chunk of weights after another,
//          bit-serial: per step c <- 2c + p (signed codes: c <- -p at the first); the next chunk's
//          weights shift in meanwhile.
// Model:   doc/decisions/005; an engine's twin is to follow.
// Source:  doc/arithmetic.md, 1 Integrate.
// Stream:  w   PortBits of weights a word; PIn * POut * WBits / PortBits words are a chunk, weight
//              w[o][i] in its field o * PIn + i, the first word lowest
//          in  PIn codes of Bits bits, of which the lowest in_steps_i count, with what to do with
//              them: position, held (spikes are 0), first chunk (V starts at 0), last chunk (V
//              leaves), end of the chunk
//          out POut potentials of AccBits bits, two's complement
//          in_pair_i: the word's halves are two positions of a single chunk; two words leave, the
//          lower half's first. It changes only while nothing is on the way; in_steps_i while no word
//          is offered, at the latest a clock before the next.
// Timing:  in_steps_i clocks a word; a chunk's first word waits until its weights are there, 2 clocks
//          after the last of them was taken, and until the last word's potential is back (only for
//          fewer than 4 steps). One enable: all wait while a word that would leave finds the last one
//          still there, the weights' shadow excepted.
// Range:   within a chunk no position comes twice; V modulo 2^AccBits; Words >= 2; Bits >= 3.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_tile #(
  parameter  int Bits      = 8,
  parameter  int PIn       = 64,
  parameter  int POut      = 32,
  parameter  int WBits     = 4,
  parameter  int AccBits   = 24,
  parameter  int Positions = 256,
  parameter  int PortBits  = 512,
  localparam int StepW     = $clog2(Bits + 1),
  localparam int PosW      = $clog2(Positions)
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,

  input  wire  logic                    w_valid_i,
  output       logic                    w_ready_o,
  input  wire  logic [PortBits-1:0]     w_data_i,

  input  wire  logic                    in_valid_i,
  output       logic                    in_ready_o,
  input  wire  logic [PIn*Bits-1:0]     in_data_i,
  input  wire  logic [StepW-1:0]        in_steps_i,
  input  wire  logic                    in_signed_i,
  input  wire  logic                    in_pair_i,
  input  wire  logic                    in_held_i,
  input  wire  logic [PosW-1:0]         in_pos_i,
  input  wire  logic                    in_first_i,
  input  wire  logic                    in_last_i,
  input  wire  logic                    in_end_i,

  output       logic                    out_valid_o,
  input  wire  logic                    out_ready_i,
  output       logic [POut*AccBits-1:0] out_data_o
);

  localparam int Chunk = PIn * POut * WBits;
  localparam int Words = Chunk / PortBits;
  localparam int WordW = $clog2(Words);
  localparam int Half  = (PIn + 1) / 2;
  localparam int HalfW = $clog2(Half << (WBits - 1)) + 1;
  localparam int PW    = HalfW + 1;
  localparam int CW    = (PW + Bits < AccBits) ? PW + Bits : AccBits;
  // Registers from the spikes' to p's, both included (as in e3_array).
  localparam int Lat   = $clog2((Half + 5) / 6) + 4 + $clog2(WBits);

  // What all weights or a stream wait for lies in registers, decided a clock before: advance_q,
  // whether anything moves; load_q, whether the shadow weights become the active ones: they are full
  // and no slot needs those any more (run_q); go_q, whether a word that is offered is a slot. full_q:
  // the next chunk's last word was taken, and is in its shadow weights a clock later.
  logic             advance_q, advance_d, load_q, load_d, go_q, full_q, run_q, run_d, slot, ends;
  logic             w_taken, w_last;
  logic [WordW-1:0] words_q;
  logic [1:0]       wait_q, wait_d; // clocks until the last position's potential may be read again
  assign w_ready_o = !full_q || load_q;
  assign w_taken   = w_valid_i && w_ready_o;
  assign w_last    = words_q == WordW'(Words - 1);
  assign ends      = slot && last_step && in_end_i;
  assign run_d     = advance_q ? (load_q || run_q) && !ends : run_q;
  assign load_d    = advance_d && full_q && !load_q && !run_d && wait_d == '0;
  always_comb begin
    wait_d = wait_q;
    if (ends) wait_d = (in_steps_i < StepW'(4)) ? 2'd0 - in_steps_i[1:0] : '0;
    else if (advance_q && wait_q != '0) wait_d = wait_q - 1'b1;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      advance_q <= 1'b1;
      load_q    <= 1'b0;
      go_q      <= 1'b0;
      full_q    <= 1'b0;
      run_q     <= 1'b0;
      words_q   <= '0;
      wait_q    <= '0;
    end else begin
      advance_q <= advance_d;
      load_q    <= load_d;
      go_q      <= advance_d && (run_d || load_d);
      full_q    <= (full_q && !load_q) || (w_taken && w_last);
      run_q     <= run_d;
      wait_q    <= wait_d;
      if (w_taken) words_q <= w_last ? '0 : words_q + 1'b1;
    end
  end

  // Each output has registers of its own of what moves its slots and its weights: they are far from
  // where that is decided, and many.
  logic             leave, leave_d; // a word of potentials leaves
  logic [POut-1:0]     advance_at, leave_at;
  logic [PortBits-1:0] w_q; // the word taken, on its way into shadow_q
  logic [Chunk-1:0]    shadow_q, shadow_d, active_q;
  localparam int OneW = PIn * WBits;
  assign shadow_d = {w_q, shadow_q[Chunk-1:PortBits]};
  always_ff @(posedge clk_i) w_q <= w_data_i;
  for (genvar o = 0; o < POut; o++) begin : g_at
    logic advance_o, shift_o, load_o, leave_o;
    (* keep *) always_ff @(posedge clk_i or negedge rst_ni)
      if (!rst_ni) {advance_o, shift_o, load_o, leave_o} <= 4'b1000;
      else {advance_o, shift_o, load_o, leave_o} <= {advance_d, w_taken, load_d, leave_d && advance_d};
    assign advance_at[o] = advance_o;
    assign leave_at[o]   = leave_o;
    always_ff @(posedge clk_i) if (shift_o) shadow_q[o*OneW +: OneW] <= shadow_d[o*OneW +: OneW];
    always_ff @(posedge clk_i) if (load_o) active_q[o*OneW +: OneW] <= shadow_q[o*OneW +: OneW];
  end

  // A slot: a step of the word offered. Its spikes meet the weights in the clock after.
  logic [StepW-1:0] bit_q, bit_d; // of the codes: the step's
  logic             first_step, last_step;
  assign slot       = go_q && in_valid_i;
  assign in_ready_o = go_q && last_step;
  assign bit_d      = (slot ? last_step : first_step) ? in_steps_i - 1'b1 : bit_q - StepW'(slot);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bit_q      <= '0;
      first_step <= 1'b1;
      last_step  <= 1'b1;
    end else begin
      bit_q     <= bit_d;
      last_step <= bit_d == '0;
      if (slot) first_step <= last_step;
    end
  end

  logic [PIn-1:0] spike_q;
  always_ff @(posedge clk_i)
    if (advance_q) begin
      if (in_held_i) spike_q <= '0;
      else for (int i = 0; i < PIn; i++) spike_q[i] <= in_data_i[i*Bits + 32'(bit_q)];
    end

  // Two halves, each with its sum; unless in_pair_i their total is p.
  logic [2*Half-1:0]     spike;
  logic [POut*HalfW-1:0] low, high, high_q;
  logic [POut*PW-1:0]    p;
  assign spike = (2*Half)'(spike_q);
  for (genvar o = 0; o < POut; o++) begin : g_dot
    logic [2*Half*WBits-1:0] weight;
    assign weight = (2*Half*WBits)'(active_q[o*PIn*WBits +: PIn*WBits]);
    e3_dot_count #(.N(Half), .WBits(WBits)) u_low
      (.clk_i, .en_i(advance_at[o]), .spike_i(spike[Half-1:0]),
       .weight_i(weight[Half*WBits-1:0]), .p_o(low[o*HalfW +: HalfW]));
    e3_dot_count #(.N(Half), .WBits(WBits)) u_high
      (.clk_i, .en_i(advance_at[o]), .spike_i(spike[2*Half-1:Half]),
       .weight_i(weight[2*Half*WBits-1:Half*WBits]), .p_o(high[o*HalfW +: HalfW]));
    always_ff @(posedge clk_i)
      if (advance_at[o])
        p[o*PW +: PW] <= {low[o*HalfW + HalfW - 1], low[o*HalfW +: HalfW]} +
                         (in_pair_i ? '0 : {high[o*HalfW + HalfW - 1], high[o*HalfW +: HalfW]});
    always_ff @(posedge clk_i)
      if (advance_at[o]) high_q[o*HalfW +: HalfW] <= high[o*HalfW +: HalfW];
  end

  // What travels beside a slot: bit s, or position s, of what was a slot s + 1 clocks ago.
  logic [Lat-1:0]          first_step_q, minus_q, first_q, slot_q;
  logic [Lat:0]            store_q, leave_q; // the position's last step of a chunk, of its last
  logic [(Lat+1)*PosW-1:0] pos_q;
  always_ff @(posedge clk_i)
    if (advance_q) begin
      first_step_q <= {first_step_q[Lat-2:0], first_step};
      minus_q      <= {minus_q[Lat-2:0], in_signed_i && first_step};
      first_q      <= {first_q[Lat-2:0], in_first_i};
      pos_q        <= {pos_q[Lat*PosW-1:0], in_pos_i};
    end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      slot_q  <= '0;
      store_q <= '0;
      leave_q <= '0;
    end else if (advance_q) begin
      slot_q  <= {slot_q[Lat-2:0], slot};
      store_q <= {store_q[Lat-1:0], slot && last_step};
      leave_q <= {leave_q[Lat-1:0], slot && last_step && in_last_i};
    end
  end

  // Potentials: read beside p and c (memory, then a register that a first chunk clears), written
  // one clock after the sum.
  logic [POut*AccBits-1:0] mem [Positions];
  logic [POut*AccBits-1:0] read_q, old_q, v, v_q;
  logic                    write_q;
  logic [PosW-1:0]         at_q;
  always_ff @(posedge clk_i)
    if (advance_q) begin
      read_q <= mem[pos_q[(Lat-2)*PosW +: PosW]];
      if (write_q) mem[at_q] <= v_q;
      at_q <= pos_q[Lat*PosW +: PosW];
    end

  logic [POut*AccBits-1:0] v_high; // of a pair's upper half
  for (genvar o = 0; o < POut; o++) begin : g_out
    logic [CW-1:0]        p_c, h_c, twice, h_twice;
    logic signed [CW-1:0] c_q, h_q;
    assign p_c     = {{(CW - PW){p[o*PW + PW - 1]}}, p[o*PW +: PW]};
    assign h_c     = {{(CW - HalfW){high_q[o*HalfW + HalfW - 1]}}, high_q[o*HalfW +: HalfW]};
    assign twice   = first_step_q[Lat-1] ? '0 : c_q << 1;
    assign h_twice = first_step_q[Lat-1] ? '0 : h_q << 1;
    always_ff @(posedge clk_i)
      if (advance_at[o]) begin
        old_q[o*AccBits +: AccBits] <= first_q[Lat-1] ? '0 : read_q[o*AccBits +: AccBits];
        v_q[o*AccBits +: AccBits]   <= v[o*AccBits +: AccBits];
      end
    always_ff @(posedge clk_i)
      if (advance_at[o] && slot_q[Lat-1]) begin
        c_q <= (minus_q[Lat-1] ? ~p_c : p_c) + twice + CW'(minus_q[Lat-1]);
        h_q <= (minus_q[Lat-1] ? ~h_c : h_c) + h_twice + CW'(minus_q[Lat-1]);
      end
    assign v[o*AccBits +: AccBits]      = AccBits'(c_q) + old_q[o*AccBits +: AccBits];
    assign v_high[o*AccBits +: AccBits] = AccBits'(h_q);
  end

  // One or two words wait to leave; nothing else stops.
  logic                    one_q, two_q, one_d, two_d;
  logic [POut*AccBits-1:0] one_data_q, two_data_q;
  assign leave     = leave_q[Lat] && advance_q;
  assign leave_d   = advance_q ? leave_q[Lat-1] : leave_q[Lat];
  assign advance_d = !leave_d || !(one_d || two_d);
  always_comb begin
    {one_d, two_d} = {one_q, two_q};
    if (leave) {one_d, two_d} = {1'b1, in_pair_i};
    else if (out_ready_i) {one_d, two_d} = {1'b0, one_q && two_q};
  end
  for (genvar o = 0; o < POut; o++) begin : g_leave
    always_ff @(posedge clk_i)
      if (leave_at[o]) begin
        one_data_q[o*AccBits +: AccBits] <= v[o*AccBits +: AccBits];
        two_data_q[o*AccBits +: AccBits] <= v_high[o*AccBits +: AccBits];
      end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_q <= 1'b0;
      one_q   <= 1'b0;
      two_q   <= 1'b0;
    end else begin
      if (advance_q) write_q <= store_q[Lat];
      {one_q, two_q} <= {one_d, two_d};
    end
  end
  assign out_valid_o = one_q || two_q;
  assign out_data_o  = one_q ? one_data_q : two_data_q;

endmodule

`default_nettype wire
