// e3_engine_taps.sv - bound into e3_engine from outside: every word of codes as it is fired and as it
// is written to a map is reported to the harness (e3_engine_harness.cpp).
`default_nettype none

module e3_engine_taps #(
  parameter int POut  = 32,
  parameter int Bits  = 8,
  parameter int Parts = 2,
  parameter int AddrW = 9
) (
  input wire logic                 clk_i,
  input wire logic [31:0]          layer_i,
  input wire logic                 fired_i,
  input wire logic [POut*Bits-1:0] codes_i,
  input wire logic [Parts-1:0]     we_i,
  input wire logic [AddrW-1:0]     waddr_i,
  input wire logic [POut*Bits-1:0] wdata_i
);
  import "DPI-C" function void e3_fired(input int layer, input int lanes, input int bits,
                                        input bit [1023:0] word);
  import "DPI-C" function void e3_written(input int layer, input int parts, input int address,
                                          input int lanes, input int bits, input bit [1023:0] word);
  always @(posedge clk_i) begin
    if (fired_i) e3_fired(layer_i, POut, Bits, 1024'(codes_i));
    if (we_i != '0) e3_written(layer_i, 32'(we_i), 32'(waddr_i), POut, Bits, 1024'(wdata_i));
  end
endmodule

bind e3_engine e3_engine_taps #(.POut(POut), .Bits(Bits), .Parts(Parts), .AddrW(AddrW)) u_taps
  (.clk_i, .layer_i(32'(layer_q)), .fired_i(u_fire.code_there_q), .codes_i(u_fire.code_q),
   .we_i(fire_we), .waddr_i(fire_waddr), .wdata_i(fire_wdata));

`default_nettype wire
