// top_tb.sv - e3_engine_top on e3_memory, for top_tb.cpp and cycles_tb.cpp.
`default_nettype none

module top_tb #(
  parameter int          PIn         = 8,
  parameter int          POut        = 4,
  parameter int          WBits       = 4,
  parameter int          Bits        = 8,
  parameter int          PortBits    = 64,
  parameter int          AccBits     = 24,
  parameter int          FracBits    = 8,
  parameter int          MapWords    = 512,
  parameter int          Positions   = 256,
  parameter int          Columns     = 16384 / PortBits,
  parameter int          ImagePixels = 16,
  parameter int          PixelBits   = 24,
  parameter int          Layers      = 16,
  parameter logic [31:0] Config      = 32'hc0ffee01
) (
  input  wire  logic        clk_i, rst_ni,
  input  wire  logic        awvalid, wvalid, bready, arvalid, rready,
  output       logic        awready, wready, bvalid, arready, rvalid,
  input  wire  logic [7:0]  awaddr, araddr,
  input  wire  logic [31:0] wdata,
  input  wire  logic [3:0]  wstrb,
  output       logic [31:0] rdata,
  output       logic [1:0]  bresp, rresp,
  input  wire  logic [23:0] in_data,
  input  wire  logic        in_valid, in_last,
  output       logic        in_ready,
  output       logic [31:0] out_data,
  output       logic        out_valid, out_last,
  input  wire  logic        out_ready
);
  logic                m_arvalid, m_arready, m_rvalid, m_rready, m_rlast;
  logic [63:0]         m_araddr;
  logic [7:0]          m_arlen;
  logic [2:0]          m_arsize;
  logic [1:0]          m_arburst, m_rresp;
  logic [PortBits-1:0] m_rdata;
  e3_engine_top #(.PIn(PIn), .POut(POut), .WBits(WBits), .Bits(Bits), .PortBits(PortBits),
                  .AccBits(AccBits), .FracBits(FracBits), .MapWords(MapWords),
                  .Positions(Positions), .Columns(Columns), .ImagePixels(ImagePixels),
                  .PixelBits(PixelBits), .Layers(Layers), .Config(Config)) dut
    (.clk_i, .rst_ni, .s_axil_awvalid(awvalid), .s_axil_awready(awready), .s_axil_awaddr(awaddr),
     .s_axil_wvalid(wvalid), .s_axil_wready(wready), .s_axil_wdata(wdata), .s_axil_wstrb(wstrb),
     .s_axil_bvalid(bvalid), .s_axil_bready(bready), .s_axil_bresp(bresp),
     .s_axil_arvalid(arvalid), .s_axil_arready(arready), .s_axil_araddr(araddr),
     .s_axil_rvalid(rvalid), .s_axil_rready(rready), .s_axil_rdata(rdata), .s_axil_rresp(rresp),
     .m_axi_arvalid(m_arvalid), .m_axi_arready(m_arready), .m_axi_araddr(m_araddr),
     .m_axi_arlen(m_arlen), .m_axi_arsize(m_arsize), .m_axi_arburst(m_arburst),
     .m_axi_rvalid(m_rvalid), .m_axi_rready(m_rready), .m_axi_rdata(m_rdata),
     .m_axi_rresp(m_rresp), .m_axi_rlast(m_rlast),
     .s_axis_tdata(in_data), .s_axis_tvalid(in_valid), .s_axis_tready(in_ready),
     .s_axis_tlast(in_last), .m_axis_tdata(out_data), .m_axis_tvalid(out_valid),
     .m_axis_tready(out_ready), .m_axis_tlast(out_last));
  e3_memory #(.PortBits(PortBits)) memory
    (.clk_i, .rst_ni, .s_axi_arvalid(m_arvalid), .s_axi_arready(m_arready),
     .s_axi_araddr(m_araddr), .s_axi_arlen(m_arlen), .s_axi_arsize(m_arsize),
     .s_axi_arburst(m_arburst), .s_axi_rvalid(m_rvalid), .s_axi_rready(m_rready),
     .s_axi_rdata(m_rdata), .s_axi_rresp(m_rresp), .s_axi_rlast(m_rlast));
endmodule

`default_nettype wire
