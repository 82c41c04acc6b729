// tiny_axis.sv - the test design behind the ports of a core, for place and route.
`default_nettype none

module tiny_axis (
  input  wire  logic        clk_i,
  input  wire  logic        rst_ni,
  input  wire  logic [7:0]  s_axis_tdata,
  input  wire  logic        s_axis_tvalid,
  input  wire  logic        s_axis_tlast,
  output       logic        s_axis_tready,
  output       logic [31:0] m_axis_tdata,
  output       logic        m_axis_tvalid,
  output       logic        m_axis_tlast,
  input  wire  logic        m_axis_tready,
  output       logic        err_o
);

  tiny_top u_tiny (
    .clk_i,
    .rst_ni,
    .in_valid_i  (s_axis_tvalid),
    .in_data_i   (s_axis_tdata),
    .out_valid_o (m_axis_tvalid),
    .out_data_o  (m_axis_tdata[7:0])
  );

  assign m_axis_tdata[31:8] = {24{m_axis_tdata[7]}};
  assign m_axis_tlast       = m_axis_tvalid && m_axis_tready;
  assign s_axis_tready      = m_axis_tready;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)            err_o <= 1'b0;
    else if (s_axis_tlast)  err_o <= 1'b1;
  end

endmodule

`default_nettype wire
