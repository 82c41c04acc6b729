// e3_pnr_wrap.sv - four pins around a core, so that pins do not set the clock of place and route.
//
// What:    a shift register from ser_i feeds every input of the core, all of the core's outputs are
//          registered and folded by exclusive or, in three registered steps, into ser_o. Nothing of
//          the core can be optimised away, and every path into and out of it ends in a register.
// Source:  doc/hardware.md, "Clock".
// Stream:  none: the data are whatever comes in serially.
// Timing:  one bit a clock; a core output reaches ser_o 4 clocks later.
// Range:   E3_TOP is the core's module, E3_IN_BITS the width of its s_axis_tdata.
// Reset:   rst_ni, asynchronous, active low, released in step with the clock.
`default_nettype none

module e3_pnr_wrap #(
  parameter int InBits = `E3_IN_BITS
) (
  input  wire  logic clk_i,
  input  wire  logic rst_ni,
  input  wire  logic ser_i,
  output       logic ser_o
);

  localparam int OutBits = 36;

  logic [InBits+2:0]  in_q;
  logic [1:0]         rst_q;
  logic               in_ready, out_valid, out_last, err;
  logic [31:0]        out_data;
  logic [OutBits-1:0] out_q;
  logic [8:0]         fold9_q;
  logic [2:0]         fold3_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) rst_q <= '0;
    else         rst_q <= {rst_q[0], 1'b1};
  end

  `E3_TOP u_core (
    .clk_i,
    .rst_ni        (rst_q[1]),
    .s_axis_tdata  (in_q[InBits-1:0]),
    .s_axis_tvalid (in_q[InBits]),
    .s_axis_tlast  (in_q[InBits+1]),
    .s_axis_tready (in_ready),
    .m_axis_tdata  (out_data),
    .m_axis_tvalid (out_valid),
    .m_axis_tlast  (out_last),
    .m_axis_tready (in_q[InBits+2]),
    .err_o         (err)
  );

  always_ff @(posedge clk_i) begin
    in_q  <= {in_q[InBits+1:0], ser_i};
    out_q <= {err, in_ready, out_last, out_valid, out_data};
    for (int i = 0; i < 9; i++) fold9_q[i] <= ^out_q[4*i+:4];
    for (int i = 0; i < 3; i++) fold3_q[i] <= ^fold9_q[3*i+:3];
    ser_o <= ^fold3_q;
  end

endmodule

`default_nettype wire
