// e3_memory.sv - external memory for simulation: AXI4 read slave around e3_memory.c (DPI), which
// says how it behaves. Memory number Id, set up by the program before the first clock.
`default_nettype none

module e3_memory #(
  parameter int Id       = 0,
  parameter int PortBits = 512
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,
  input  wire  logic                s_axi_arvalid,
  output       logic                s_axi_arready,
  input  wire  logic [63:0]         s_axi_araddr,
  input  wire  logic [7:0]          s_axi_arlen,
  input  wire  logic [2:0]          s_axi_arsize,
  input  wire  logic [1:0]          s_axi_arburst,
  output       logic                s_axi_rvalid,
  input  wire  logic                s_axi_rready,
  output       logic [PortBits-1:0] s_axi_rdata,
  output       logic [1:0]          s_axi_rresp,
  output       logic                s_axi_rlast
);

  import "DPI-C" function void e3_memory_clock(
    input int id, input int port_bytes, input bit rst_n, input bit arvalid,
    input longint unsigned araddr, input int arlen, input int arsize, input int arburst,
    input bit rready, output bit arready, output bit rvalid, output bit [511:0] rdata,
    output int rresp, output bit rlast);

  bit         arready, rvalid, rlast;
  bit [511:0] rdata;
  int         rresp;
  always @(posedge clk_i) begin
    e3_memory_clock(Id, PortBits / 8, rst_ni, s_axi_arvalid, s_axi_araddr, 32'(s_axi_arlen),
                    32'(s_axi_arsize), 32'(s_axi_arburst), s_axi_rready, arready, rvalid, rdata,
                    rresp, rlast);
    s_axi_arready <= arready;
    s_axi_rvalid  <= rvalid;
    s_axi_rdata   <= rdata[PortBits-1:0];
    s_axi_rresp   <= rresp[1:0];
    s_axi_rlast   <= rlast;
  end

endmodule

`default_nettype wire
