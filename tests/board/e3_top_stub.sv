// e3_top_stub.sv - a stand-in for a compiled core, with its interface and its rules.
//
// What:    s = sum over the pixels p of an image of s * 3 + p (32 bits, in raster order); answers
//          word i = s + i for even i, -(s + i) for odd, and as its last word the class s % 8.
//          A misplaced tlast drops the image and sets err_o. Takes and gives with irregular stalls.
//          The image's first pixel can ask for misbehaviour: low byte F0 no answer, F1 an early
//          tlast, F2 no tlast and two words more, F3 a long stall before the third pixel, F4 a
//          stall without end.
//          A word that is withdrawn or changed before it is taken ends the simulation.
`default_nettype none

/* verilator lint_off DECLFILENAME */ // it stands in for the file that the compiler prints
/* verilator lint_off UNUSEDPARAM */  // and has no memory images

module e3_top #(
  parameter MemDir         = "mem",             // not used
  parameter int Pixels     = `STUB_PIXELS,       // the chip top sets none of these
  parameter int PixelBytes = `STUB_PIXEL_BYTES,
  parameter int OutWords   = `STUB_OUT_WORDS,
  parameter int LongStall  = 600                 // clocks, more than a pixel's time on the line
) (
  input  wire  logic                    clk_i,
  input  wire  logic                    rst_ni,
  input  wire  logic [8*PixelBytes-1:0] s_axis_tdata,
  input  wire  logic                    s_axis_tvalid,
  output       logic                    s_axis_tready,
  input  wire  logic                    s_axis_tlast,
  output       logic [31:0]             m_axis_tdata,
  output       logic                    m_axis_tvalid,
  input  wire  logic                    m_axis_tready,
  output       logic                    m_axis_tlast,
  output       logic                    err_o
);

  localparam logic [7:0] Mute = 8'hF0, EarlyLast = 8'hF1, NoLast = 8'hF2, Slow = 8'hF3,
                         Stuck = 8'hF4;

  logic [15:0] dice_q;                     // an LFSR for the stalls
  logic [31:0] n_in_q, sum_q, n_out_q, stall_q;
  logic [7:0]  mood_q;
  logic        answer_q;
  logic        take, give;
  logic [31:0] value;

  assign s_axis_tready = !answer_q && stall_q == 0 && dice_q[0];
  assign take          = s_axis_tvalid && s_axis_tready;
  assign give          = m_axis_tvalid && m_axis_tready;
  assign m_axis_tvalid = answer_q && stall_q == 0;
  assign value         = sum_q + n_out_q;
  assign m_axis_tdata  = (n_out_q == OutWords - 1) ? 32'(sum_q[2:0]) : n_out_q[0] ? -value : value;
  assign m_axis_tlast  = (mood_q == EarlyLast) ? n_out_q == 2 :
                         n_out_q == OutWords - 1 && mood_q != NoLast;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      dice_q   <= 16'hACE1;
      n_in_q   <= '0;
      sum_q    <= '0;
      n_out_q  <= '0;
      stall_q  <= '0;
      mood_q   <= '0;
      answer_q <= 1'b0;
      err_o    <= 1'b0;
    end else begin
      dice_q <= {dice_q[14:0], dice_q[15] ^ dice_q[13] ^ dice_q[12] ^ dice_q[10]};
      if (stall_q != 0) stall_q <= stall_q - 1;
      if (take) begin
        sum_q  <= ((n_in_q == 0) ? 0 : sum_q * 3) + 32'(s_axis_tdata);
        n_in_q <= n_in_q + 1;
        if (n_in_q == 0) mood_q <= s_axis_tdata[7:0];
        if (n_in_q == 1 && mood_q == Slow) stall_q <= LongStall;
        if (n_in_q == 1 && mood_q == Stuck) stall_q <= '1;
        if (s_axis_tlast || n_in_q == Pixels - 1) begin
          n_in_q  <= '0;
          n_out_q <= '0;
          if (s_axis_tlast && n_in_q == Pixels - 1) begin
            answer_q <= ((n_in_q == 0) ? s_axis_tdata[7:0] : mood_q) != Mute;
            stall_q  <= 20;
          end else err_o <= 1'b1;
        end
      end
      if (give) begin
        n_out_q <= n_out_q + 1;
        if (m_axis_tlast || n_out_q == OutWords + 1) answer_q <= 1'b0;
        if (dice_q[2]) stall_q <= 32'(dice_q[7:4]);
      end
    end
  end

`ifndef SYNTHESIS
  logic                  waits_q;
  logic [8*PixelBytes:0] word_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      waits_q <= 1'b0;
      word_q  <= '0;
    end else begin
      waits_q <= s_axis_tvalid && !s_axis_tready;
      word_q  <= {s_axis_tlast, s_axis_tdata};
      if (waits_q && !(s_axis_tvalid && word_q == {s_axis_tlast, s_axis_tdata}))
        $fatal(1, "s_axis changed before it was taken");
    end
  end

`endif

endmodule

`default_nettype wire
