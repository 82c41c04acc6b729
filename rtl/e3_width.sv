// e3_width.sv - gathers narrow words into a wide one, or splits a wide one; order is kept.
//
// What:    the first code in goes first: a gathered word has its oldest part in the lowest
//          lanes, a split word leaves lowest lanes first.
// Model:   src/hw/twin_width.c
// Source:  a shift register (gather) or one held word with a part counter (split).
// Stream:  in InLanes codes, out OutLanes codes of Bits bits, ready/valid; the wider is a
//          multiple of the narrower. Equal: a register.
// Timing:  latency 1 cycle after the last part in; the narrow side moves one word per clock.
// Range:   any code.
// Reset:   rst_ni, asynchronous, active low; counters. Words are not reset.
`default_nettype none

module e3_width #(
  parameter  int Bits     = 4,
  parameter  int InLanes  = 2,
  parameter  int OutLanes = 4,
  localparam int InW      = InLanes * Bits,
  localparam int OutW     = OutLanes * Bits
) (
  input  wire  logic            clk_i,
  input  wire  logic            rst_ni,

  input  wire  logic            in_valid_i,
  output       logic            in_ready_o,
  input  wire  logic [InW-1:0]  in_data_i,

  output       logic            out_valid_o,
  input  wire  logic            out_ready_i,
  output       logic [OutW-1:0] out_data_o
);

  logic take;
  assign take = in_valid_i && in_ready_o;

  if (OutLanes >= InLanes) begin : g_gather
    localparam int Parts  = OutLanes / InLanes;
    localparam int CountW = $clog2(Parts + 1);

    logic [OutW-1:0]   data_q;
    logic [CountW-1:0] count_q;
    logic              full;

    assign full        = count_q == CountW'(Parts);
    assign in_ready_o  = !full || out_ready_i;
    assign out_valid_o = full;
    assign out_data_o  = data_q;

    always_ff @(posedge clk_i) if (take) data_q <= OutW'({in_data_i, data_q} >> InW);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni)                  count_q <= '0;
      else if (take)                count_q <= full ? CountW'(1) : count_q + 1'b1;
      else if (full && out_ready_i) count_q <= '0;
    end
`ifdef FORMAL
    `include "e3_width_gather_props.svh"
`endif
  end else begin : g_split
    localparam int Parts = InLanes / OutLanes;
    localparam int PartW = $clog2(Parts);

    logic [InW-1:0]   data_q;
    logic [PartW-1:0] part_q;
    logic             full_q, last;

    assign last        = part_q == PartW'(Parts - 1);
    assign in_ready_o  = !full_q || (last && out_ready_i);
    assign out_valid_o = full_q;
    assign out_data_o  = data_q[part_q * OutW +: OutW];

    always_ff @(posedge clk_i) if (take) data_q <= in_data_i;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        full_q <= 1'b0;
        part_q <= '0;
      end else begin
        if (in_ready_o) full_q <= in_valid_i;
        if (full_q && out_ready_i) part_q <= last ? '0 : part_q + 1'b1;
      end
    end
`ifdef FORMAL
    `include "e3_width_split_props.svh"
`endif
  end

endmodule

`default_nettype wire
