// e3_axis_in.sv - the network's input: AXI4-Stream framing, error recovery, 8-bit table.
//
// What:    passes an image's Pixels words on as codes and says, once per image, whether the
//          image is good (flag_drop_o = 0) or must be dropped: tlast missing on the last pixel
//          (the rest up to tlast is discarded, SKIP) or early (the unit itself sends the words
//          that are missing, FILL: repetitions of the last one, so that every unit behind
//          stays in step). The next image is right again.
// Model:   src/hw/twin_axis_in.c
// Source:  doc/hardware.md, interface.
// Stream:  s_axis AXI4-Stream, one pixel a word, channel 0 lowest, Bits bits (Raw: 8) a channel,
//          padded to bytes; out ready/valid, C codes; flag ready/valid, one word per image.
// Timing:  latency 1 cycle, one word per clock; an image's last word waits until the one-word
//          flag register is free.
// Range:   Raw: TableFile holds 256 words, word v the code of byte v in every channel.
// Reset:   rst_ni, asynchronous, active low; control, err_o (sticky). Words are not reset.
`default_nettype none

module e3_axis_in #(
  parameter  int C      = 1,
  parameter  int Bits   = 4,
  parameter  int Pixels = 16,
  parameter  int Raw    = 0,
  parameter      TableFile = "",
  localparam int ChW    = (Raw != 0) ? 8 : Bits,
  localparam int DataW  = 8 * ((C * ChW + 7) / 8)
) (
  input  wire  logic              clk_i,
  input  wire  logic              rst_ni,

  input  wire  logic [DataW-1:0]  s_axis_tdata,
  input  wire  logic              s_axis_tvalid,
  output       logic              s_axis_tready,
  input  wire  logic              s_axis_tlast,

  output       logic              out_valid_o,
  input  wire  logic              out_ready_i,
  output       logic [C*Bits-1:0] out_data_o,

  output       logic              flag_valid_o,
  input  wire  logic              flag_ready_i,
  output       logic              flag_drop_o,

  output       logic              err_o
);

  localparam int CountW = (Pixels > 1) ? $clog2(Pixels) : 1;
  localparam logic [CountW-1:0] Last = CountW'(Pixels - 1);
  localparam logic [1:0] Run = 2'd0, Fill = 2'd1, Skip = 2'd2;

  logic [1:0]        state_d, state_q;
  logic [CountW-1:0] count_q;
  logic              valid_q, flag_valid_q, flag_drop_q, err_q;
  logic              last, room, take, step, early, late;

  assign last  = count_q == Last;
  assign room  = (!valid_q || out_ready_i) && (!last || !flag_valid_q || flag_ready_i);
  assign s_axis_tready = (state_q == Skip) || (state_q == Run && room);
  assign take  = s_axis_tvalid && state_q == Run && room;   // a word of the image
  assign step  = take || (state_q == Fill && room);         // one more word leaves
  assign early = take && !last && s_axis_tlast;
  assign late  = take && last && !s_axis_tlast;

  always_comb begin
    state_d = state_q;
    if (early) state_d = Fill;
    if (late)  state_d = Skip;
    if (state_q == Fill && room && last)                   state_d = Run;
    if (state_q == Skip && s_axis_tvalid && s_axis_tlast)  state_d = Run;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q      <= Run;
      count_q      <= '0;
      valid_q      <= 1'b0;
      flag_valid_q <= 1'b0;
      err_q        <= 1'b0;
    end else begin
      state_q <= state_d;
      if (step) count_q <= last ? '0 : count_q + 1'b1;
      if (step) valid_q <= 1'b1;
      else if (out_ready_i) valid_q <= 1'b0;
      if (step && last) flag_valid_q <= 1'b1;
      else if (flag_ready_i) flag_valid_q <= 1'b0;
      if (early || late) err_q <= 1'b1;
    end
  end
  always_ff @(posedge clk_i) if (step && last) flag_drop_q <= late || state_q == Fill;

  if (Raw != 0) begin : g_raw
    for (genvar c = 0; c < C; c++) begin : g_c
      logic [C*Bits-1:0] word;
      e3_rom #(.Block(0), .Width(C * Bits), .Depth(256), .File(TableFile)) u_table (
        .clk_i, .en_i(take), .addr_i(s_axis_tdata[c*8 +: 8]), .data_o(word));
      assign out_data_o[c*Bits +: Bits] = word[c*Bits +: Bits];
      if (C > 1) begin : g_others  // the other channels' fields
        logic unused;
        assign unused = ^word;
      end
    end
  end else begin : g_codes
    logic [C*Bits-1:0] data_q;
    always_ff @(posedge clk_i) if (take) data_q <= s_axis_tdata[C*Bits-1:0];
    assign out_data_o = data_q;
  end
  if (DataW > C * ChW) begin : g_pad  // bits that pad tdata to whole bytes
    logic unused;
    assign unused = ^s_axis_tdata[DataW-1:C*ChW];
  end

  assign out_valid_o  = valid_q;
  assign flag_valid_o = flag_valid_q;
  assign flag_drop_o  = flag_drop_q;
  assign err_o        = err_q;

`ifdef FORMAL
  `include "e3_axis_in_props.svh"
`endif

endmodule

`default_nettype wire
