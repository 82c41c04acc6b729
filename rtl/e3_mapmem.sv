// e3_mapmem.sv - the engine's two map banks: words of PIn codes, written POut codes at a time.
//
// What:    a memory of 2 * Words words in PIn / POut parts, one read and one write port; addresses
//          carry the bank in their top bit.
// Model:   doc/engine.md, A map is stored ...
// Source:  block RAM; its output goes into a register.
// Stream:  req ready/valid: address and a tag; rsp ready/valid: word and the request's tag, in order.
//          we_i writes the parts named, always.
// Timing:  latency 2 clocks, one word a clock.
// Range:   a word is not read in the clock in which it is written.
// Reset:   rst_ni, asynchronous, active low, and flush_i: what is on the way is dropped.
`default_nettype none

module e3_mapmem #(
  parameter  int PIn   = 64,
  parameter  int POut  = 32,
  parameter  int Bits  = 8,
  parameter  int Words = 512,
  parameter  int TagW  = 4,
  localparam int AddrW = $clog2(Words) + 1,
  localparam int Parts = PIn / POut,
  localparam int PartW = POut * Bits
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,
  input  wire  logic                flush_i,

  input  wire  logic [Parts-1:0]    we_i,
  input  wire  logic [AddrW-1:0]    waddr_i,
  input  wire  logic [PIn*Bits-1:0] wdata_i,

  input  wire  logic                req_valid_i,
  output       logic                req_ready_o,
  input  wire  logic [AddrW-1:0]    req_addr_i,
  input  wire  logic [TagW-1:0]     req_tag_i,

  output       logic                rsp_valid_o,
  input  wire  logic                rsp_ready_i,
  output       logic [PIn*Bits-1:0] rsp_data_o,
  output       logic [TagW-1:0]     rsp_tag_o
);

  logic                read_q, move;
  logic [TagW-1:0]     tag_q;
  logic [PIn*Bits-1:0] word_q;
  assign move        = !rsp_valid_o || rsp_ready_i;
  assign req_ready_o = !read_q || move;

  for (genvar p = 0; p < Parts; p++) begin : g_part
    (* ram_style = "block" *) logic [PartW-1:0] mem [2*Words];
    always_ff @(posedge clk_i) if (we_i[p]) mem[waddr_i] <= wdata_i[p*PartW +: PartW];
    always_ff @(posedge clk_i)
      if (req_ready_o) word_q[p*PartW +: PartW] <= mem[req_addr_i];
  end

  always_ff @(posedge clk_i) begin
    if (req_ready_o) tag_q <= req_tag_i;
    if (move) begin
      rsp_data_o <= word_q;
      rsp_tag_o  <= tag_q;
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q      <= 1'b0;
      rsp_valid_o <= 1'b0;
    end else if (flush_i) begin
      read_q      <= 1'b0;
      rsp_valid_o <= 1'b0;
    end else begin
      if (req_ready_o) read_q <= req_valid_i;
      if (move) rsp_valid_o <= read_q;
    end
  end

endmodule

`default_nettype wire
