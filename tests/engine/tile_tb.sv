// tile_tb.sv - e3_tile against sums by the book: random weights, codes, signs, steps and stalls on
// all three streams. Prints PASS or what was wrong first.
`timescale 1ns / 1ps
`default_nettype none

module tile_tb;
  localparam int Bits = 4, PIn = `TB_PIN, POut = `TB_POUT, WBits = `TB_WBITS, AccBits = 20;
  localparam int Positions = 16, PortBits = `TB_PORT, Tiles = 12, MaxChunks = 5;
  localparam int Chunk = PIn * POut * WBits, Words = Chunk / PortBits;

  logic clk = 0, rst_n = 0;
  always #5 clk = !clk;

  logic                    w_valid = 0, w_ready, in_valid = 0, in_ready, out_valid, out_ready = 0;
  logic [PortBits-1:0]     w_data = 0;
  logic [PIn*Bits-1:0]     in_data = 0;
  logic [2:0]              in_steps = 0;
  logic                    in_signed = 0, in_held = 0, in_first = 0, in_last = 0, in_end = 0;
  logic [3:0]              in_pos = 0;
  logic [POut*AccBits-1:0] out_data;

  e3_tile #(.Bits(Bits), .PIn(PIn), .POut(POut), .WBits(WBits), .AccBits(AccBits),
            .Positions(Positions), .PortBits(PortBits)) dut
    (.clk_i(clk), .rst_ni(rst_n), .w_valid_i(w_valid), .w_ready_o(w_ready), .w_data_i(w_data),
     .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_data), .in_steps_i(in_steps),
     .in_signed_i(in_signed), .in_pair_i(1'b0), .in_held_i(in_held), .in_pos_i(in_pos), .in_first_i(in_first), .in_last_i(in_last),
     .in_end_i(in_end), .out_valid_o(out_valid), .out_ready_i(out_ready), .out_data_o(out_data));

  // What will be sent, in order: words of weights, codes with what to do; and the answers.
  typedef struct packed {
    logic [PIn*Bits-1:0] data;
    logic [2:0]          steps;
    logic                sign, held, first, last, ends;
    logic [3:0]          pos;
  } slot_t;
  localparam int Most = Tiles * MaxChunks;
  logic [Chunk-1:0]        weight [Most];
  slot_t                   slots  [Most * Positions];
  logic [POut*AccBits-1:0] want   [Tiles * Positions];
  int n_weight = 0, n_slot = 0, n_want = 0;

  function automatic int field(input logic [Chunk-1:0] w, input int at);
    logic signed [WBits-1:0] f;
    f = w[at*WBits +: WBits];
    return int'(f);
  endfunction

  function automatic int value(input slot_t s, input int at);
    int v;
    if (s.held) return 0;
    v = int'(s.data[at*Bits +: Bits]) & ((1 << s.steps) - 1);
    return (s.sign && v >= (1 << (s.steps - 1))) ? v - (1 << s.steps) : v;
  endfunction

  // One tile: chunks pass over all positions, one after another.
  task automatic make_tile();
    int chunks, positions, steps, sum;
    bit sign;
    chunks    = 1 + int'($urandom_range(MaxChunks - 1));
    positions = 1 + int'($urandom_range(Positions - 1));
    steps     = 1 + int'($urandom_range(Bits - 1));
    sign      = steps > 1 && $urandom_range(1) == 1;
    for (int p = 0; p < positions; p++) want[n_want+p] = '0;
    for (int k = 0; k < chunks; k++) begin
      for (int b = 0; b < Chunk; b++) weight[n_weight][b] = $urandom_range(1) == 1;
      for (int p = 0; p < positions; p++) begin
        for (int b = 0; b < PIn*Bits; b++) slots[n_slot].data[b] = $urandom_range(1) == 1;
        slots[n_slot].steps = 3'(steps);
        slots[n_slot].sign  = sign;
        slots[n_slot].held  = $urandom_range(7) == 0;
        slots[n_slot].pos   = 4'(p);
        slots[n_slot].first = k == 0;
        slots[n_slot].last  = k == chunks - 1;
        slots[n_slot].ends  = p == positions - 1;
        for (int o = 0; o < POut; o++) begin
          sum = 0;
          for (int i = 0; i < PIn; i++)
            sum += field(weight[n_weight], o*PIn+i) * value(slots[n_slot], i);
          want[n_want+p][o*AccBits +: AccBits] += AccBits'(sum);
        end
        n_slot++;
      end
      n_weight++;
    end
    n_want += positions;
  endtask

  // The three sides move at the falling edge, by what the rising edge took.
  int  stall = 0; // of 8: clocks in which a side does nothing
  int  at_word = 0, at_slot = 0, at_want = 0, round = 0, reset = 4;
  bit  w_taken, in_taken, out_taken;
  logic [POut*AccBits-1:0] out_q;
  always @(posedge clk) begin
    w_taken  <= w_valid && w_ready;
    in_taken <= in_valid && in_ready;
    out_taken <= rst_n && out_valid && out_ready;
    out_q     <= out_data;
  end

  function automatic bit goes();
    return int'($urandom_range(7)) >= stall;
  endfunction

  initial for (int t = 0; t < Tiles; t++) make_tile();
  int idle = 0;
  always @(negedge clk)
    if (reset > 0) begin
      reset--;
      rst_n = reset == 0;
    end else begin
      if (w_taken) at_word++;
      if (in_taken) at_slot++;
      if (out_taken && out_q !== want[at_want]) begin
        $display("FAIL: round %0d, output %0d is %h, not %h", round, at_want, out_q, want[at_want]);
        $finish;
      end
      if (out_taken) at_want++;
      w_valid   = (w_valid && !w_taken) || (at_word < n_weight * Words && goes());
      // Other steps are there a clock before the first word that has them.
      in_valid  = (in_valid && !in_taken) ||
                  (at_slot < n_slot && slots[at_slot].steps == in_steps && goes());
      if (at_slot < n_slot) in_steps = slots[at_slot].steps;
      out_ready = goes();
      if (w_valid) w_data = weight[at_word/Words][(at_word%Words)*PortBits +: PortBits];
      if (in_valid) begin
        in_data   = slots[at_slot].data;
        in_signed = slots[at_slot].sign;
        in_pos    = slots[at_slot].pos;
        in_held   = slots[at_slot].held;
        in_first  = slots[at_slot].first;
        in_last   = slots[at_slot].last;
        in_end    = slots[at_slot].ends;
      end
      idle = (w_taken || in_taken) ? 0 : idle + 1;
      if (idle > 1000) begin
        $display("FAIL: round %0d hangs at output %0d of %0d", round, at_want, n_want);
        $finish;
      end
      // A round ends when all is out; the last but one ends in the middle of an image.
      if (at_want == n_want || (round == 2 && at_want == n_want / 2)) begin
        round++;
        stall    = (round == 3) ? 3 : 2 * round;
        reset    = 4;
        rst_n    = 0;
        {w_valid, in_valid, out_ready} = '0; // the reset's clocks clear what was taken
        {at_word, at_slot, at_want}    = '0;
        if (round == 4) begin
          $display("PASS: %0d potentials of %0d outputs, four times", n_want, POut);
          $finish;
        end
      end
    end
endmodule

`default_nettype wire
