// e3_pnr_engine.sv - four pins around an engine, so that pins do not set the clock of place and route.
//
// What:    as e3_pnr_wrap: a shift register from ser_i feeds every input of the engine, all of its
//          outputs are registered and folded by exclusive or, in registered steps, into ser_o.
// Source:  doc/hardware.md, "Clock".
// Stream:  none: the data are whatever comes in serially.
// Timing:  one bit a clock; an output reaches ser_o 5 clocks later.
// Range:   E3_TOP is the engine's module, E3_IN_BITS the width of its s_axis_tdata, E3_PORT_BITS of
//          m_axi_rdata.
// Reset:   rst_ni, asynchronous, active low, released in step with the clock.
`default_nettype none

module e3_pnr_engine #(
  parameter int InBits   = `E3_IN_BITS,
  parameter int PortBits = `E3_PORT_BITS
) (
  input  wire  logic clk_i,
  input  wire  logic rst_ni,
  input  wire  logic ser_i,
  output       logic ser_o
);

  localparam int Ins  = InBits + PortBits + 65;
  localparam int Outs = 156;

  logic [Ins-1:0] in_q;
  logic [1:0]     rst_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) rst_q <= '0;
    else         rst_q <= {rst_q[0], 1'b1};
  end

  logic        awvalid, wvalid, bready, arvalid, rready, axi_arready, axi_rvalid, axi_rlast;
  logic        in_valid, in_last, out_ready;
  logic [7:0]  awaddr, araddr;
  logic [31:0] wdata;
  logic [3:0]  wstrb;
  logic [1:0]  axi_rresp;
  logic [InBits-1:0]   in_data;
  logic [PortBits-1:0] axi_rdata;
  assign {awvalid, wvalid, bready, arvalid, rready, axi_arready, axi_rvalid, axi_rlast, in_valid, in_last,
          out_ready, awaddr, araddr, wdata, wstrb, axi_rresp, in_data, axi_rdata} = in_q;

  logic        awready, wready, bvalid, arready, rvalid, axi_arvalid, axi_rready, in_ready, out_valid;
  logic        out_last;
  logic [1:0]  bresp, rresp, axi_arburst;
  logic [2:0]  axi_arsize;
  logic [7:0]  axi_arlen;
  logic [31:0] rdata, out_data;
  logic [63:0] axi_araddr;
  `E3_TOP u_core
    (.clk_i, .rst_ni(rst_q[1]), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
     .s_axil_awaddr(awaddr), .s_axil_wvalid(wvalid), .s_axil_wready(wready), .s_axil_wdata(wdata),
     .s_axil_wstrb(wstrb), .s_axil_bvalid(bvalid), .s_axil_bready(bready), .s_axil_bresp(bresp),
     .s_axil_arvalid(arvalid), .s_axil_arready(arready), .s_axil_araddr(araddr),
     .s_axil_rvalid(rvalid), .s_axil_rready(rready), .s_axil_rdata(rdata), .s_axil_rresp(rresp),
     .m_axi_arvalid(axi_arvalid), .m_axi_arready(axi_arready), .m_axi_araddr(axi_araddr),
     .m_axi_arlen(axi_arlen), .m_axi_arsize(axi_arsize), .m_axi_arburst(axi_arburst),
     .m_axi_rvalid(axi_rvalid), .m_axi_rready(axi_rready), .m_axi_rdata(axi_rdata),
     .m_axi_rresp(axi_rresp), .m_axi_rlast(axi_rlast), .s_axis_tdata(in_data),
     .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tlast(in_last),
     .m_axis_tdata(out_data), .m_axis_tvalid(out_valid), .m_axis_tready(out_ready),
     .m_axis_tlast(out_last));

  logic [Outs-1:0] out_q;
  logic [38:0]     fold39_q;
  logic [9:0]      fold10_q;
  logic [2:0]      fold3_q;
  always_ff @(posedge clk_i) begin
    in_q  <= {in_q[Ins-2:0], ser_i};
    out_q <= {1'b0, awready, wready, bvalid, bresp, arready, rvalid, rdata, rresp, axi_arvalid, axi_araddr,
              axi_arlen, axi_arsize, axi_arburst, axi_rready, in_ready, out_data, out_valid, out_last};
    for (int i = 0; i < 39; i++) fold39_q[i] <= ^out_q[4*i+:4];
    for (int i = 0; i < 9; i++) fold10_q[i] <= ^fold39_q[4*i+:4];
    fold10_q[9] <= ^fold39_q[38:36];
    for (int i = 0; i < 2; i++) fold3_q[i] <= ^fold10_q[4*i+:4];
    fold3_q[2] <= ^fold10_q[9:8];
    ser_o <= ^fold3_q;
  end

endmodule

`default_nettype wire
