// e3_engine.sv - a stub of the core for engine_tb.cpp: reads the layer table, then for each record
// tile_words words from start on; scores are the XOR of all of these words and pixels, and the
// score's number; the class is 0. It frames images as the core does.
`default_nettype none

module e3_engine #(
  parameter  int PIn = 8, POut = 4, WBits = 4, Bits = 8, PortBits = 64, AccBits = 24,
  parameter  int FracBits = 8, MapWords = 512, Positions = 256, Columns = 32, ImagePixels = 16,
  parameter  int PixelBits = 24, Layers = 16,
  localparam int DataW = 8 * ((PixelBits + 7) / 8)
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,
  input  wire  logic                start_i,
  input  wire  logic [7:0]          layers_i,
  input  wire  logic [15:0]         classes_i,
  output       logic                done_o,
  output       logic                drop_o,
  output       logic                cmd_valid_o,
  input  wire  logic                cmd_ready_i,
  output       logic [31:0]         cmd_addr_o,
  output       logic [31:0]         cmd_words_o,
  input  wire  logic                word_valid_i,
  output       logic                word_ready_o,
  input  wire  logic [PortBits-1:0] word_data_i,
  input  wire  logic [DataW-1:0]    s_axis_tdata,
  input  wire  logic                s_axis_tvalid,
  output       logic                s_axis_tready,
  input  wire  logic                s_axis_tlast,
  output       logic [31:0]         m_axis_tdata,
  output       logic                m_axis_tvalid,
  input  wire  logic                m_axis_tready,
  output       logic                m_axis_tlast
);
  `include "e3_tape.svh"
  localparam int Head = 512 / PortBits;
  enum logic [2:0] {Idle, AskTable, TakeTable, Ask, Take, Scores} state;

  logic [511:0] record, record_d;
  logic [31:0]  left, fold, pixels, total, n_pixel;
  logic [7:0]   layer, layers;
  logic [15:0]  score, classes;
  logic         full, skip;
  logic [31:0]  from [256], words [256];
  assign record_d = 512'({word_data_i, record} >> PortBits);

  always_comb begin
    total = 0;
    for (int i = 0; i < PortBits / 32; i++) total ^= word_data_i[32*i +: 32];
  end
  assign word_ready_o  = state == TakeTable || state == Take;
  assign cmd_valid_o   = state == AskTable || state == Ask;
  assign cmd_addr_o    = state == AskTable ? 32'(Head) : from[layer];
  assign cmd_words_o   = state == AskTable ? 32'(Head) * 32'(layers) : words[layer];
  assign s_axis_tready = skip || !full;
  assign m_axis_tvalid = state == Scores && full;
  assign m_axis_tlast  = score == classes;
  assign m_axis_tdata  = m_axis_tlast ? 32'd0 : fold ^ pixels ^ 32'(score);
  assign done_o        = m_axis_tvalid && m_axis_tready && m_axis_tlast;

  always_ff @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) begin
      state   <= Idle;
      full    <= 0;
      skip    <= 0;
      drop_o  <= 0;
      n_pixel <= 0;
      pixels  <= 0;
      record  <= '0;
    end else begin
      drop_o <= 0;
      if (s_axis_tvalid && s_axis_tready) begin
        n_pixel <= n_pixel + 1;
        pixels  <= (n_pixel == 0 ? 0 : pixels) ^ 32'(s_axis_tdata);
        if (skip) begin
          n_pixel <= 0;
          skip    <= !s_axis_tlast;
        end else if (s_axis_tlast != (n_pixel == ImagePixels - 1)) begin
          n_pixel <= 0;
          drop_o  <= 1;
          skip    <= !s_axis_tlast;
        end else if (s_axis_tlast) begin
          n_pixel <= 0;
          full    <= 1;
        end
      end
      case (state)
        Idle: if (start_i) begin
          layers  <= layers_i;
          classes <= classes_i;
          fold    <= 0;
          layer   <= 0;
          score   <= 0;
          state   <= AskTable;
        end
        AskTable: if (cmd_ready_i) begin
          left  <= 32'(Head) * 32'(layers);
          state <= TakeTable;
        end
        TakeTable: if (word_valid_i) begin
          record <= record_d;
          left   <= left - 1;
          if ((left - 1) % Head == 0) begin
            from[layer]  <= record_d[At_start +: 32];
            words[layer] <= record_d[At_tile_words +: 32];
            layer        <= layer + 1;
          end
          if (left == 1) begin
            layer <= 0;
            state <= Ask;
          end
        end
        Ask: if (cmd_ready_i) begin
          left  <= words[layer];
          state <= Take;
        end
        Take: if (word_valid_i) begin
          fold <= fold ^ total;
          left <= left - 1;
          if (left == 1) begin
            layer <= layer + 1;
            state <= layer + 1 == layers ? Scores : Ask;
          end
        end
        Scores: if (m_axis_tvalid && m_axis_tready) begin
          score <= score + 1;
          if (m_axis_tlast) begin
            full  <= 0;
            state <= Idle;
          end
        end
        default: state <= Idle;
      endcase
    end
endmodule

`default_nettype wire
