// e3_fifo.sv - a queue of words: no combinational path crosses it.
//
// What:    first in, first out; the oldest word is at the output (first-word fall-through).
// Model:   src/hw/twin_fifo.c
// Source:  a ring in a small memory with asynchronous read (LUT RAM, or flip-flops if tiny).
// Stream:  in, out ready/valid, Width bits. in_ready_o and out_valid_o are functions of the
//          fill count alone.
// Timing:  latency 1 cycle; one word per clock in and out. A full queue takes no word, even
//          in a cycle in which one leaves.
// Range:   Depth 2..64.
// Reset:   rst_ni, asynchronous, active low; pointers and count. Words are not reset.
`default_nettype none

module e3_fifo #(
  parameter  int Width  = 8,
  parameter  int Depth  = 2,
  localparam int PtrW   = $clog2(Depth),
  localparam int CountW = $clog2(Depth + 1)
) (
  input  wire  logic             clk_i,
  input  wire  logic             rst_ni,

  input  wire  logic             in_valid_i,
  output       logic             in_ready_o,
  input  wire  logic [Width-1:0] in_data_i,

  output       logic             out_valid_o,
  input  wire  logic             out_ready_i,
  output       logic [Width-1:0] out_data_o
);

  localparam logic [PtrW-1:0]   Last = PtrW'(Depth - 1);
  localparam logic [CountW-1:0] Full = CountW'(Depth);

  logic [Width-1:0]  mem_q [0:Depth-1];
  logic [PtrW-1:0]   wr_q, rd_q;
  logic [CountW-1:0] count_q;
  logic              push, pop;

  assign in_ready_o  = count_q != Full;
  assign out_valid_o = count_q != '0;
  assign out_data_o  = mem_q[rd_q];
  assign push        = in_valid_i && in_ready_o;
  assign pop         = out_valid_o && out_ready_i;

  always_ff @(posedge clk_i) if (push) mem_q[wr_q] <= in_data_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wr_q    <= '0;
      rd_q    <= '0;
      count_q <= '0;
    end else begin
      if (push) wr_q <= (wr_q == Last) ? '0 : wr_q + 1'b1;
      if (pop)  rd_q <= (rd_q == Last) ? '0 : rd_q + 1'b1;
      if (push && !pop) count_q <= count_q + 1'b1;
      if (pop && !push) count_q <= count_q - 1'b1;
    end
  end

`ifdef FORMAL
  `include "e3_fifo_props.svh"
`endif

endmodule

`default_nettype wire
