// e3_engine_bench.sv - an engine's top, named by the macro E3_TOP, in front of e3_memory, for
// e3_engine_harness.cpp. DataW: bits of s_axis_tdata.
`default_nettype none

module e3_engine_bench #(
  parameter int PortBits = 512,
  parameter int DataW    = 24
) (
  input  wire  logic             clk_i,
  input  wire  logic             rst_ni,
  input  wire  logic             s_axil_awvalid,
  output       logic             s_axil_awready,
  input  wire  logic [7:0]       s_axil_awaddr,
  input  wire  logic             s_axil_wvalid,
  output       logic             s_axil_wready,
  input  wire  logic [31:0]      s_axil_wdata,
  output       logic             s_axil_bvalid,
  input  wire  logic             s_axil_arvalid,
  output       logic             s_axil_arready,
  input  wire  logic [7:0]       s_axil_araddr,
  output       logic             s_axil_rvalid,
  output       logic [31:0]      s_axil_rdata,
  input  wire  logic [DataW-1:0] s_axis_tdata,
  input  wire  logic             s_axis_tvalid,
  output       logic             s_axis_tready,
  input  wire  logic             s_axis_tlast,
  output       logic [31:0]      m_axis_tdata,
  output       logic             m_axis_tvalid,
  input  wire  logic             m_axis_tready,
  output       logic             m_axis_tlast
);
  logic                m_axi_arvalid, m_axi_arready, m_axi_rvalid, m_axi_rready, m_axi_rlast;
  logic [63:0]         m_axi_araddr;
  logic [7:0]          m_axi_arlen;
  logic [2:0]          m_axi_arsize;
  logic [1:0]          m_axi_arburst, m_axi_rresp, s_axil_bresp, s_axil_rresp;
  logic [PortBits-1:0] m_axi_rdata;
  `E3_TOP dut (.s_axil_wstrb(4'hf), .s_axil_bready(1'b1), .s_axil_rready(1'b1), .*);
  e3_memory #(.PortBits(PortBits)) memory
    (.clk_i, .rst_ni, .s_axi_arvalid(m_axi_arvalid), .s_axi_arready(m_axi_arready),
     .s_axi_araddr(m_axi_araddr), .s_axi_arlen(m_axi_arlen), .s_axi_arsize(m_axi_arsize),
     .s_axi_arburst(m_axi_arburst), .s_axi_rvalid(m_axi_rvalid), .s_axi_rready(m_axi_rready),
     .s_axi_rdata(m_axi_rdata), .s_axi_rresp(m_axi_rresp), .s_axi_rlast(m_axi_rlast));
endmodule

`default_nettype wire
