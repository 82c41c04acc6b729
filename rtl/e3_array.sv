// e3_array.sv - PIn x POut gated adders: the folded convolution or dense layer.
//
// What:    V[o] = sum over chunks and i of w[o][i] * code[i], bit-serial: per step p = the weights
//          of the spikes, c <- 2c + p (SignedIn: c <- -p at step 0); per chunk V <- V + c.
// Model:   src/hw/twin_array.c
// Source:  doc/arithmetic.md, 1 Integrate.
// Stream:  in  PIn codes of Bits bits, Chunks words an output position; held until its last slot
//          out POut potentials of AccBits bits, two's complement; Groups words a position
// Timing:  one slot (chunk, then group, then step) per clock: Groups * Bits clocks a word. The
//          output follows the last slot's clock by Lat + 2 clocks. One enable: all wait while an
//          output word waits.
// Range:   V modulo 2^AccBits; nothing before it can overflow, whatever the weight fields are.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_array #(
  parameter  int Bits     = 4,
  parameter  int SignedIn = 0,
  parameter  int PIn      = 25,
  parameter  int POut     = 6,
  parameter  int Chunks   = 1,
  parameter  int Groups   = 1,
  parameter  int WBits    = 3,
  parameter  int AccBits  = 12,
  parameter      WFile    = "w.hex"
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,

  input  wire  logic                    in_valid_i,
  output       logic                    in_ready_o,
  input  wire  logic [PIn*Bits-1:0]     in_data_i,

  output       logic                    out_valid_o,
  input  wire  logic                    out_ready_i,
  output       logic [POut*AccBits-1:0] out_data_o
);

  localparam int Depth  = Chunks * Groups;
  localparam int AddrW  = (Depth > 1) ? $clog2(Depth) : 1;
  localparam int StepW  = (Bits > 1) ? $clog2(Bits) : 1;
  localparam int GroupW = (Groups > 1) ? $clog2(Groups) : 1;
  localparam int ChunkW = (Chunks > 1) ? $clog2(Chunks) : 1;
  // Up to 16 weight words: memory and first sums are one LUT level of 6 - clog2(Depth) slots.
  localparam int Tables = (Depth <= 16) ? 1 : 0;
  localparam int Slots  = (Tables != 0) ? 6 - $clog2(Depth) : 6;
  localparam int Planes = (WBits < 2) ? 2 : WBits;
  localparam int PW     = (WBits < 2) ? $clog2(PIn + 1) + 1 : $clog2(PIn << (WBits - 1)) + 1;
  localparam int CW     = (PW + Bits < AccBits) ? PW + Bits : AccBits;
  // Registers from the weights' and spikes' to p's, both included.
  localparam int Lat    = $clog2((PIn + Slots - 1) / Slots)
                        + ((Tables != 0) ? 2 : 3 + $clog2(Planes));

  // The slot: counters run through step, group, chunk while a word is offered.
  logic              advance, slot, step_last, group_last, word_last;
  logic [StepW-1:0]  step_q;
  logic [GroupW-1:0] group_q;
  logic [AddrW-1:0]  addr_q;

  assign advance    = !out_valid_o || out_ready_i;
  assign slot       = advance && in_valid_i;
  assign step_last  = step_q == StepW'(Bits - 1);
  assign group_last = group_q == GroupW'(Groups - 1);
  assign word_last  = addr_q == AddrW'(Depth - 1);
  assign in_ready_o = advance && step_last && group_last;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q  <= '0;
      group_q <= '0;
      addr_q  <= '0;
    end else if (slot) begin
      step_q <= step_last ? '0 : step_q + 1'b1;
      if (step_last) begin
        group_q <= group_last ? '0 : group_q + 1'b1;
        addr_q  <= word_last ? '0 : addr_q + 1'b1;
      end
    end
  end

  // Stage 1: the step's spikes; then the dot products p of all outputs.
  logic [PIn-1:0]     spike_d, spike_q;
  logic [POut*PW-1:0] p;
  for (genvar i = 0; i < PIn; i++) begin : g_spike
    logic [Bits-1:0] code;
    assign code       = in_data_i[i*Bits +: Bits];
    assign spike_d[i] = code[StepW'(Bits - 1) - step_q];
  end
  always_ff @(posedge clk_i) if (advance) spike_q <= spike_d;

  if (Tables != 0) begin : g_table
    (* mem2reg *) logic [POut*PIn*WBits-1:0] mem [Depth]; // constants
    logic [AddrW-1:0] now_q;
    initial $readmemh(WFile, mem);
    always_ff @(posedge clk_i) if (advance) now_q <= addr_q;
    for (genvar o = 0; o < POut; o++) begin : g_dot
      logic [Depth*PIn*WBits-1:0] weight;
      for (genvar d = 0; d < Depth; d++) begin : g_word
        assign weight[d*PIn*WBits +: PIn*WBits] = mem[d][o*PIn*WBits +: PIn*WBits];
      end
      e3_dot_table #(.N(PIn), .WBits(WBits), .Words(Depth)) u_dot
        (.clk_i, .en_i(advance), .addr_i(now_q), .spike_i(spike_q), .weight_i(weight),
         .p_o(p[o*PW +: PW]));
    end
  end else begin : g_rom
    logic [POut*PIn*WBits-1:0] weight;
    e3_rom #(.Width(POut*PIn*WBits), .Depth(Depth), .File(WFile)) u_rom
      (.clk_i, .en_i(advance), .addr_i(addr_q), .data_o(weight));
    for (genvar o = 0; o < POut; o++) begin : g_dot
      e3_dot_count #(.N(PIn), .WBits(WBits)) u_dot
        (.clk_i, .en_i(advance), .spike_i(spike_q),
         .weight_i(weight[o*PIn*WBits +: PIn*WBits]), .p_o(p[o*PW +: PW]));
    end
  end

  // Bit s: a first or last step is in stage s; stage Lat is c's. A word offered stays until it is
  // taken, so that clocks without a slot only come before a first step: c may sum up anything then.
  logic [Lat:0]   last_q;
  logic [Lat-1:0] first_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_q <= '0;
      last_q  <= '0;
    end else if (advance) begin
      first_q <= Lat'({first_q, step_q == '0});
      last_q  <= (Lat + 1)'({last_q, in_valid_i && step_last});
    end
  end

  // The position: which group and chunk the sum in c belongs to.
  logic              item, pos_last, chunk_last;
  logic [GroupW-1:0] og_q, og_d;
  logic [ChunkW-1:0] chunk_q, chunk_d;
  assign item       = advance && last_q[Lat];
  assign pos_last   = og_q == GroupW'(Groups - 1);
  assign chunk_last = chunk_q == ChunkW'(Chunks - 1);
  assign og_d       = !item ? og_q : pos_last ? '0 : og_q + 1'b1;
  assign chunk_d    = !(item && pos_last) ? chunk_q : chunk_last ? '0 : chunk_q + 1'b1;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      og_q        <= '0;
      chunk_q     <= '0;
      out_valid_o <= 1'b0;
    end else begin
      og_q    <= og_d;
      chunk_q <= chunk_d;
      if (advance) out_valid_o <= last_q[Lat] && chunk_last;
    end
  end

  // V of the chunks before, 0 before the first (a register's clear costs no LUT); of several
  // groups it waits in a memory, read one clock ahead and never where it is being written.
  logic [POut*AccBits-1:0] v_old, v;
  if (Chunks == 1) begin : g_none
    assign v_old = '0;
  end else if (Groups == 1) begin : g_register
    always_ff @(posedge clk_i)
      if (chunk_d == '0) v_old <= '0;
      else if (item) v_old <= v;
  end else begin : g_memory
    logic [POut*AccBits-1:0] mem [Groups];
    always_ff @(posedge clk_i) begin
      if (item) mem[og_q] <= v;
      if (chunk_d == '0) v_old <= '0;
      else v_old <= mem[og_d];
    end
  end

  for (genvar o = 0; o < POut; o++) begin : g_out
    logic [CW-1:0]        p_c, twice;
    logic signed [CW-1:0] c_q;
    logic                 minus;
    if (CW > PW) begin : g_wide
      assign p_c = {{(CW - PW){p[o*PW + PW - 1]}}, p[o*PW +: PW]};
    end else begin : g_narrow
      assign p_c = p[o*PW +: CW];
    end
    assign minus = (SignedIn != 0) && first_q[Lat-1];
    assign twice = first_q[Lat-1] ? '0 : c_q << 1;
    always_ff @(posedge clk_i)
      if (advance) c_q <= (minus ? ~p_c : p_c) + twice + CW'(minus);
    assign v[o*AccBits +: AccBits] = AccBits'(c_q) + v_old[o*AccBits +: AccBits];
  end
  always_ff @(posedge clk_i) if (item) out_data_o <= v;

`ifdef FORMAL
  `include "e3_array_props.svh"
`endif

endmodule

`default_nettype wire
