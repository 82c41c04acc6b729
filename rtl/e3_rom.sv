// e3_rom.sv - read-only memory whose output is a register; above 64 words it is block RAM.
//
// What:    data' = mem[addr] in a clock with en_i; mem is the $readmemh image File.
// Model:   Image of src/hw/unit.h: one line a word, field 0 in the lowest bits.
// Source:  doc/hardware.md, memory images.
// Stream:  none; addr_i in 0..Depth-1.
// Timing:  latency 1; nothing between memory and register, so that block RAM fits.
// Range:   Depth >= 1; Block 0 or 1.
// Reset:   none; the first word is there one clock after the first en_i.
`default_nettype none

module e3_rom #(
  parameter  int Width = 8,
  parameter  int Depth = 16,
  parameter      File  = "",
  // 0: in LUTs, for readers that do more than load a register from it (block RAM needs that).
  parameter  int Block = (Depth > 64) ? 1 : 0,
  localparam int AddrW = (Depth > 1) ? $clog2(Depth) : 1
) (
  input  wire  logic             clk_i,
  input  wire  logic             en_i,
  input  wire  logic [AddrW-1:0] addr_i,
  output       logic [Width-1:0] data_o
);

  // Yosys would put wide memories of 65 to 500 words into LUTs, 60 LUT6 a kilobit: say block.
  if (Block != 0) begin : g_block
    (* ram_style = "block", rom_style = "block" *) logic [Width-1:0] mem [Depth];
    if (File != "") initial $readmemh(File, mem);  // read_verilog without -defer tries ""
    always_ff @(posedge clk_i) if (en_i) data_o <= mem[addr_i];
  end else if (Depth > 64) begin : g_luts
    (* ram_style = "logic" *) logic [Width-1:0] mem [Depth];
    if (File != "") initial $readmemh(File, mem);
    always_ff @(posedge clk_i) if (en_i) data_o <= mem[addr_i];
  end else begin : g_any
    logic [Width-1:0] mem [Depth];
    if (File != "") initial $readmemh(File, mem);
    always_ff @(posedge clk_i) if (en_i) data_o <= mem[addr_i];
  end

endmodule

`default_nettype wire
