// e3_gearbox.sv - port words into words of another width, column by column.
//
// What:    the bits of a column's port words in order, OutW at a time; after the column's last word
//          (out_last_i) what is left of a port word is padding and dropped.
// Model:   doc/engine.md, A column.
// Source:  a store of less than an input and an output word, in units of their common divisor;
//          equal widths: wires.
// Stream:  in InW bits, out OutW bits, ready/valid; out_last_i belongs to the word offered.
// Timing:  latency 1 (equal widths 0); the wider side bounds the rate, one word a clock at most.
// Range:   Unit divides InW and OutW.
// Reset:   rst_ni, asynchronous, active low; the count.
`default_nettype none

module e3_gearbox #(
  parameter  int InW   = 512,
  parameter  int OutW  = 768,
  parameter  int Unit  = 256,
  localparam int InU   = InW / Unit,
  localparam int OutU  = OutW / Unit,
  localparam int Most  = InU + OutU - 1,
  localparam int CntW  = $clog2(Most + InU + 1)
) (
  input  wire  logic            clk_i,
  input  wire  logic            rst_ni,

  input  wire  logic            in_valid_i,
  output       logic            in_ready_o,
  input  wire  logic [InW-1:0]  in_data_i,

  output       logic            out_valid_o,
  input  wire  logic            out_ready_i,
  input  wire  logic            out_last_i,
  output       logic [OutW-1:0] out_data_o
);

  if (InW == OutW) begin : g_wires
    logic unused;
    assign unused      = &{clk_i, rst_ni, out_last_i};
    assign in_ready_o  = out_ready_i;
    assign out_valid_o = in_valid_i;
    assign out_data_o  = in_data_i;
  end else begin : g_store
    logic [Most*Unit-1:0] store_q, rest, placed;
    logic [CntW-1:0]      have_q, left;
    logic                 give, take;
    assign out_valid_o = have_q >= CntW'(OutU);
    assign out_data_o  = store_q[OutW-1:0];
    assign give        = out_valid_o && out_ready_i;
    assign left        = !give ? have_q : out_last_i ? '0 : have_q - CntW'(OutU);
    assign rest        = give ? store_q >> OutW : store_q;
    assign in_ready_o  = left < CntW'(OutU);
    assign take        = in_valid_i && in_ready_o;

    assign placed      = (Most*Unit)'(in_data_i) << (left * Unit);

    always_ff @(posedge clk_i)
      for (int u = 0; u < Most; u++)
        store_q[u*Unit +: Unit] <= (take && u >= 32'(left)) ? placed[u*Unit +: Unit]
                                                            : rest[u*Unit +: Unit];
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) have_q <= '0;
      else have_q <= left + (take ? CntW'(InU) : '0);
    end
  end

endmodule

`default_nettype wire
