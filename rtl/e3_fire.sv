// e3_fire.sv - POut neurons of any layer: firing, pooling, write-back; or raw scores.
//
// What:    U = (V << FracBits) + bias, steps_i spikes by halving thresholds (doc/arithmetic.md, 2
//          and 5); the greatest code of each pooling window goes to map word
//          window * out_groups + (tile / Parts), part tile mod Parts. raw_i: V + bias leave as they
//          are. Codes are kept as code + 2^(steps-1) while they are compared, if they are signed.
// Model:   doc/engine.md, Fire, pool; tests/engine/core_tb.cpp.
// Source:  rtl/e3_neuron.sv (non-restoring: the trial is never undone).
// Stream:  in POut potentials, positions_i a tile; a set of params (e3_params) a tile; map writes;
//          raw POut values of AccBits + 2 bits.
// Timing:  a word per steps_i clocks, at least 2: it waits a clock or more in a register, so that no
//          path leads from a stream to the neurons. Its map word is written 3 clocks after its last
//          step. A raw one stays until it is taken. done_o: with the layer's last map write.
// Range:   U and trials fit PotBits = AccBits + FracBits + 2; the fields stay from start_i to done_o.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_fire #(
  parameter  int PIn      = 64,
  parameter  int POut     = 32,
  parameter  int Bits     = 8,
  parameter  int AccBits  = 24,
  parameter  int FracBits = 8,
  parameter  int AddrW    = 9,
  localparam int PotBits  = AccBits + FracBits + 2,
  localparam int RawW     = AccBits + 2,
  localparam int StepW    = $clog2(Bits + 1),
  localparam int Parts    = PIn / POut
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,

  input  wire  logic                    start_i,
  output       logic                    done_o,
  input  wire  logic                    raw_i,
  input  wire  logic                    signed_i,
  input  wire  logic [StepW-1:0]        steps_i,
  input  wire  logic [3:0]              pool_h_i,
  input  wire  logic [3:0]              pool_w_i,
  input  wire  logic [15:0]             positions_i,
  input  wire  logic [15:0]             tiles_i,
  input  wire  logic [AddrW-1:0]        out_groups_i,

  output       logic                    want_o,
  input  wire  logic                    set_valid_i,
  output       logic                    set_drop_o,
  input  wire  logic [POut*PotBits-1:0] top_i,
  input  wire  logic [POut*PotBits-1:0] first_i,

  input  wire  logic                    in_valid_i,
  output       logic                    in_ready_o,
  input  wire  logic [POut*AccBits-1:0] in_data_i,

  output       logic [Parts-1:0]        we_o,
  output       logic [AddrW-1:0]        waddr_o,
  output       logic [POut*Bits-1:0]    wdata_o,

  output       logic                    raw_valid_o,
  input  wire  logic                    raw_ready_i,
  output       logic [POut*RawW-1:0]    raw_data_o
);

  // Which step; how many positions the tile's params still serve; how many sets are wanted.
  logic             busy_q, last, last_d, emit, take, there_q, tile_taken, single_q;
  logic             busy_d, free_q; // the next word may be taken
  logic             raw_q;          // busy, with a word for the scores
  logic [StepW-1:0] step_q;
  logic [15:0]      taken_q, sets_q, position_most;
  assign last_d      = take ? single_q : last || step_q == StepW'(1);
  assign raw_valid_o = raw_q;
  assign emit        = busy_q && last && (!raw_q || raw_ready_i);
  assign in_ready_o  = !there_q;
  assign take        = there_q && set_valid_i && free_q;
  assign busy_d      = take || (busy_q && !emit);
  assign tile_taken  = taken_q == position_most;
  assign set_drop_o  = take && tile_taken;
  assign want_o      = sets_q != '0;
  logic [POut*AccBits-1:0] in_q;
  always_ff @(posedge clk_i) begin
    position_most <= positions_i - 1'b1;
    single_q      <= raw_i || steps_i == StepW'(1);
    if (!there_q) in_q <= in_data_i;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      there_q <= 1'b0;
      busy_q  <= 1'b0;
      raw_q   <= 1'b0;
      last    <= 1'b1;
      free_q  <= 1'b1;
      step_q  <= '0;
      taken_q <= '0;
      sets_q  <= '0;
    end else begin
      there_q <= there_q ? !take : in_valid_i;
      busy_q  <= busy_d;
      raw_q   <= busy_d && raw_i;
      last    <= last_d;
      free_q  <= !busy_d || (last_d && !raw_i);
      if (take) step_q <= raw_i ? '0 : steps_i - 1'b1;
      else if (!last) step_q <= step_q - 1'b1;
      if (take) taken_q <= tile_taken ? '0 : taken_q + 1'b1;
      if (start_i) sets_q <= tiles_i;
      else if (set_drop_o) sets_q <= sets_q - 1'b1;
    end
  end

  // Between words r_q takes whatever is offered: only what waits for the scores must stay. last_q is
  // last, near what it serves.
  logic [POut*Bits-1:0] code_q;
  for (genvar o = 0; o < POut; o++) begin : g_neuron
    logic [PotBits-1:0] by_q, r_q, from, add;
    logic [Bits-2:0]    train_q;
    logic               spike, last_q;
    assign spike = !r_q[PotBits-1];
    assign from  = last_q ? PotBits'($signed(in_q[o*AccBits +: AccBits])) << FracBits : r_q;
    assign add   = last_q ? first_i[o*PotBits +: PotBits] : spike ? ~by_q : by_q;
    (* keep *) always_ff @(posedge clk_i or negedge rst_ni)
      if (!rst_ni) last_q <= 1'b1;
      else last_q <= last_d;
    always_ff @(posedge clk_i) begin
      if (!raw_q) begin
        r_q  <= from + add + PotBits'(!last_q && spike);
        by_q <= (last_q ? top_i[o*PotBits +: PotBits] : by_q) >> 1;
      end
      train_q <= last_q ? '0 : (Bits-1)'({train_q, spike});
      if (busy_q && last_q) code_q[o*Bits +: Bits] <= {train_q, spike};
    end
    assign raw_data_o[o*RawW +: RawW] = r_q[PotBits-1:FracBits];
  end

  // The running maximum, one clock later.
  logic                 code_there_q, in_first, in_last, px_last, py_last;
  logic [3:0]           px_q, py_q;
  logic [POut*Bits-1:0] best_q;
  assign in_first = px_q == '0 && py_q == '0;
  assign px_last  = px_q == pool_w_i - 1'b1;
  assign py_last  = py_q == pool_h_i - 1'b1;
  assign in_last  = px_last && py_last;
  for (genvar o = 0; o < POut; o++) begin : g_best
    logic [Bits-1:0] a, b;
    assign a = code_q[o*Bits +: Bits];
    assign b = best_q[o*Bits +: Bits];
    always_ff @(posedge clk_i)
      if (code_there_q && (in_first || a > b)) best_q[o*Bits +: Bits] <= a;
  end

  // Where it goes.
  logic [15:0]      position_q, tile_q;
  logic [AddrW-1:0] group_q, at_q;
  logic [Parts-1:0] part_q;              // one bit: the part that is written
  logic [Parts-1:0] part_then_q;
  logic             tile_last, write_d, write_q;
  assign tile_last = position_q == position_most;
  always_ff @(posedge clk_i)
    if (start_i) begin
      {position_q, tile_q, group_q, at_q, px_q, py_q} <= '0;
      part_q <= Parts'(1);
    end else begin
      if (code_there_q) begin
        position_q <= tile_last ? '0 : position_q + 1'b1;
        px_q <= px_last ? '0 : px_q + 1'b1;
        if (px_last) py_q <= py_last ? '0 : py_q + 1'b1;
        if (tile_last) tile_q <= tile_q + 1'b1;
      end
      if (code_there_q && tile_last) begin
        at_q    <= part_q[Parts-1] ? group_q + 1'b1 : group_q;
        group_q <= part_q[Parts-1] ? group_q + 1'b1 : group_q;
        part_q  <= (part_q << 1) | Parts'(part_q[Parts-1]);
      end else if (code_there_q && in_last) begin
        at_q <= at_q + out_groups_i;
      end
    end
  assign write_d = code_there_q && in_last;
  always_ff @(posedge clk_i) begin
    waddr_o <= at_q;
    part_then_q <= part_q;
  end
  assign we_o = write_q ? part_then_q : '0;
  for (genvar o = 0; o < POut; o++) begin : g_write
    always_comb
      for (int b = 0; b < Bits; b++)
        wdata_o[o*Bits + b] = best_q[o*Bits + b] ^ (signed_i && b == 32'(steps_i) - 1);
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      code_there_q <= 1'b0;
      write_q      <= 1'b0;
      done_o       <= 1'b0;
    end else begin
      code_there_q <= emit && !raw_i;
      write_q      <= write_d;
      done_o       <= code_there_q && tile_last && tile_q == tiles_i - 1'b1;
    end
  end
endmodule

`default_nettype wire
