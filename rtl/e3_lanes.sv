// e3_lanes.sv - dense layers: every weight of a word meets the column's code at once.
//
// What:    V[word][lane] = sum over columns of w[lane] * code; a column has words_i words. After the
//          last column the potentials leave POut at a time, groups_i of them.
// Model:   doc/engine.md, Dense; tests/engine/core_tb.cpp.
// Source:  w in digits of two bits, each of which picks a multiple of the code, (0, 1, 2, 3) or, the
//          top one, (0, 1, -2, -1); the multiples are made once for all lanes. Potentials lie in LUT
//          RAM, deep ones in block RAM, are read in one clock, added to and written in the next; the
//          same word may come at once and then takes what is being written, or just was.
// Stream:  col  a column's code as a number of Bits + 1 bits; first and last column of the layer
//          w    Lanes weights, ready/valid; w_last_o: the word offered is its column's last
//          out  POut potentials of AccBits bits
// Timing:  one word a clock; potentials leave from 4 clocks after the last word, a word of Lanes in
//          every second clock at most.
// Range:   V modulo 2^AccBits; the wider of Lanes and POut is a multiple of the other;
//          Lanes * Columns >= POut * groups_i.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_lanes #(
  parameter  int Lanes   = 128,
  parameter  int POut    = 32,
  parameter  int WBits   = 4,
  parameter  int Bits    = 8,
  parameter  int AccBits = 24,
  parameter  int Columns = 32,
  localparam int AddrW   = (Columns > 1) ? $clog2(Columns) : 1
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,
  input  wire  logic [AddrW:0]          words_i,
  input  wire  logic [15:0]             groups_i,

  input  wire  logic                    col_valid_i,
  output       logic                    col_ready_o,
  input  wire  logic [Bits:0]           col_code_i,
  input  wire  logic                    col_first_i,
  input  wire  logic                    col_last_i,

  input  wire  logic                    w_valid_i,
  output       logic                    w_ready_o,
  output       logic                    w_last_o,
  input  wire  logic [Lanes*WBits-1:0]  w_data_i,

  output       logic                    out_valid_o,
  input  wire  logic                    out_ready_i,
  output       logic [POut*AccBits-1:0] out_data_o
);

  localparam int Digits = (WBits + 1) / 2;
  localparam int MultW  = Bits + 3;
  localparam int ProdW  = Bits + 1 + 2 * Digits;
  localparam int Wide   = (Lanes > POut) ? Lanes : POut;
  localparam int Parts  = Wide / POut;
  localparam int Joins  = Wide / Lanes;
  localparam int PartW  = (Parts > 1) ? $clog2(Parts) : 1;
  localparam int JoinW  = $clog2(Joins + 1);
  localparam int Near   = (Lanes % 8 == 0) ? 8 : Lanes;
  localparam bit Deep   = Columns > 64;

  // A word, its code's multiples.
  logic                   take, read, read_q, drain_q, one_q, two_q;
  logic [AddrW-1:0]       at_q, at_one_q;
  logic [Lanes*WBits-1:0] w_q;
  logic [MultW-1:0]       code;
  assign w_ready_o   = col_valid_i && !drain_q;
  assign take        = w_valid_i && w_ready_o;
  assign w_last_o    = (AddrW+1)'(at_q) == words_i - 1'b1;
  assign col_ready_o = take && w_last_o;
  assign code        = {{2{col_code_i[Bits]}}, col_code_i};
  always_ff @(posedge clk_i) begin
    w_q      <= w_data_i;
    at_one_q <= at_q;
  end

  // Products beside the potentials read, then their sums. What all lanes need lies in registers of
  // every Near lanes: their memory is wide, and the way there would be most of a clock.
  logic [Lanes*AccBits-1:0] old;
  logic [AddrW-1:0]         out_at_q, from;
  logic                     same_d;
  assign from   = drain_q ? out_at_q : at_q;
  assign same_d = one_q && at_q == at_one_q;
  for (genvar n = 0; n < Lanes / Near; n++) begin : g_near
    logic [MultW-1:0] c1_q, c2_q, c3_q, n1_q, n2_q;
    logic [AddrW-1:0] to_q;
    logic             first_q, same_q, write_q;
    (* keep *) always_ff @(posedge clk_i) begin
      c1_q    <= code;
      c2_q    <= code << 1;
      c3_q    <= (code << 1) + code;
      n1_q    <= '0 - code;
      n2_q    <= '0 - (code << 1);
      to_q    <= at_one_q;
      first_q <= col_first_i;
      same_q  <= same_d;
      write_q <= one_q;
    end
    // was: the word `from` of the clock before, with what was written then.
    logic [Near*AccBits-1:0] was, was_q, v;
    if (Deep) begin : g_block
      (* ram_style = "block" *) logic [Near*AccBits-1:0] mem [Columns];
      logic [Near*AccBits-1:0] was_mem_q, v_q;
      logic                    written_q;
      always_ff @(posedge clk_i) begin
        was_mem_q <= mem[from];
        v_q       <= v;
        written_q <= write_q && from == to_q;
        if (write_q) mem[to_q] <= v;
      end
      assign was = written_q ? v_q : was_mem_q;
    end else begin : g_luts
      // Reset, since Yosys makes one register of addresses that it can take for a read port's.
      (* ram_style = "distributed" *) logic [Near*AccBits-1:0] mem [Columns];
      logic [AddrW-1:0] from_q;
      (* keep *) always_ff @(posedge clk_i or negedge rst_ni)
        if (!rst_ni) from_q <= '0;
        else from_q <= from;
      always_ff @(posedge clk_i) if (write_q) mem[to_q] <= v;
      assign was = mem[from_q];
    end
    assign old[n*Near*AccBits +: Near*AccBits] = was;
    always_ff @(posedge clk_i) was_q <= first_q ? '0 : same_q ? v : was;

    for (genvar l = 0; l < Near; l++) begin : g_lane
      logic [WBits-1:0]    field;
      logic [2*Digits-1:0] w;
      logic [ProdW-1:0]    sum, prod_q;
      assign field = w_q[(n*Near+l)*WBits +: WBits];
      assign w     = {{(2 * Digits - WBits + 1){field[WBits-1]}}, field[WBits-2:0]};
      always_comb begin
        sum = '0;
        for (int d = 0; d < Digits; d++) begin
          logic [MultW-1:0] term;
          case (w[2*d +: 2])
            2'd0:    term = '0;
            2'd1:    term = c1_q;
            2'd2:    term = (d == Digits - 1) ? n2_q : c2_q;
            default: term = (d == Digits - 1) ? n1_q : c3_q;
          endcase
          sum = sum + (ProdW'($signed(term)) << (2 * d));
        end
      end
      always_ff @(posedge clk_i) prod_q <= sum;
      assign v[l*AccBits +: AccBits] = was_q[l*AccBits +: AccBits] + AccBits'($signed(prod_q));
    end
  end

  // Draining: words are read, joined if they are narrower than POut, and leave in parts.
  logic [Wide*AccBits-1:0] word_q;
  logic [JoinW-1:0]        joined_q;
  logic [PartW-1:0]        part_q;
  logic [15:0]             group_q;
  logic                    full, sent, part_last, group_last;
  assign full        = joined_q == JoinW'(Joins);
  assign read        = drain_q && !one_q && !two_q && !read_q && !full;
  assign out_valid_o = full;
  assign out_data_o  = word_q[part_q*(POut*AccBits) +: POut*AccBits];
  assign sent        = full && out_ready_i;
  assign part_last   = part_q == PartW'(Parts - 1);
  assign group_last  = group_q == groups_i - 1'b1;
  always_ff @(posedge clk_i)
    if (read) word_q <= (Wide*AccBits)'({old, word_q} >> (Lanes * AccBits));
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      one_q    <= 1'b0;
      two_q    <= 1'b0;
      at_q     <= '0;
      drain_q  <= 1'b0;
      joined_q <= '0;
      part_q   <= '0;
      group_q  <= '0;
      out_at_q <= '0;
      read_q   <= 1'b0;
    end else begin
      one_q <= take;
      two_q <= one_q;
      if (take) at_q <= w_last_o ? '0 : at_q + 1'b1;
      if (take && w_last_o && col_last_i) drain_q <= 1'b1;
      else if (sent && group_last) drain_q <= 1'b0;
      if (sent && (part_last || group_last)) joined_q <= '0;
      else if (read) joined_q <= joined_q + 1'b1;
      if (sent) begin
        part_q  <= (part_last || group_last) ? '0 : part_q + 1'b1;
        group_q <= group_last ? '0 : group_q + 1'b1;
      end
      out_at_q <= drain_q ? out_at_q + AddrW'(read) : '0;
      read_q   <= read;
    end
  end

endmodule

`default_nettype wire
