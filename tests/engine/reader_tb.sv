// reader_tb.sv - e3_axi_reader on e3_memory, for reader_tb.cpp.
`default_nettype none

module reader_tb #(
  parameter int PortBits    = 64,
  parameter int Outstanding = 64
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,
  input  wire  logic                clear_i,
  output       logic                idle_o,
  output       logic [7:0]          fault_o,
  input  wire  logic [63:0]         base_i,
  input  wire  logic                cmd_valid_i,
  output       logic                cmd_ready_o,
  input  wire  logic [31:0]         cmd_addr_i,
  input  wire  logic [31:0]         cmd_words_i,
  output       logic                out_valid_o,
  input  wire  logic                out_ready_i,
  output       logic [PortBits-1:0] out_data_o
);
  logic                arvalid, arready, rvalid, rready, rlast;
  logic [63:0]         araddr;
  logic [7:0]          arlen;
  logic [2:0]          arsize;
  logic [1:0]          arburst, rresp;
  logic [PortBits-1:0] rdata;
  e3_axi_reader #(.PortBits(PortBits), .Outstanding(Outstanding)) dut
    (.clk_i, .rst_ni, .clear_i, .idle_o, .fault_o, .base_i(base_i[63:$clog2(PortBits / 8)]),
     .cmd_valid_i, .cmd_ready_o, .cmd_addr_i, .cmd_words_i, .out_valid_o, .out_ready_i,
     .out_data_o, .m_axi_arvalid(arvalid), .m_axi_arready(arready), .m_axi_araddr(araddr),
     .m_axi_arlen(arlen), .m_axi_arsize(arsize), .m_axi_arburst(arburst), .m_axi_rvalid(rvalid),
     .m_axi_rready(rready), .m_axi_rdata(rdata), .m_axi_rresp(rresp), .m_axi_rlast(rlast));
  e3_memory #(.PortBits(PortBits)) memory
    (.clk_i, .rst_ni, .s_axi_arvalid(arvalid), .s_axi_arready(arready), .s_axi_araddr(araddr),
     .s_axi_arlen(arlen), .s_axi_arsize(arsize), .s_axi_arburst(arburst), .s_axi_rvalid(rvalid),
     .s_axi_rready(rready), .s_axi_rdata(rdata), .s_axi_rresp(rresp), .s_axi_rlast(rlast));
endmodule

`default_nettype wire
