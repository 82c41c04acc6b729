// e3_rom.sv - a read-only memory with a registered output.
//
// What:    data_o = mem[addr_i] of the last clock with en_i.
// Model:   an Image of src/hw/unit.h
// Source:  -
// Stream:  none: en_i steps it.
// Timing:  latency 1 cycle. Nothing lies between memory and register: block RAM or LUTs.
// Range:   addr_i < Depth. File: $readmemh image, one word a line.
// Reset:   none.
`default_nettype none

module e3_rom #(
  parameter  int Width = 8,
  parameter  int Depth = 16,
  parameter      File  = "",
  localparam int AddrW = (Depth > 1) ? $clog2(Depth) : 1
) (
  input  wire  logic             clk_i,
  input  wire  logic             en_i,
  input  wire  logic [AddrW-1:0] addr_i,
  output       logic [Width-1:0] data_o
);

  logic [Width-1:0] mem [0:Depth-1];
  if (File != "") initial $readmemh(File, mem);

  always_ff @(posedge clk_i) if (en_i) data_o <= mem[addr_i];

endmodule

`default_nettype wire
