// e3_fetch.sv - asks for the tape's words in their order of use and says what each of them is.
//
// What:    the layer table, then layer after layer: a convolution's tiles (params, chunks), a dense
//          layer's columns, all of them or those that e3_columns names (skip), and its params. Runs
//          ahead of the computation as far as the memory and the fifos let it.
// Model:   doc/engine.md, Tape; tests/engine/core_tb.cpp.
// Source:  a queue of what was asked for stands beside the words.
// Stream:  cmd  port-word address from the tape's first, number of words
//          word port words in the commands' order, handed on to table, params, tile or lanes
//          col  with skip: the columns to be fetched
// Timing:  one command a clock at most; words pass in the clock in which they come.
// Range:   table at port word 512 / PortBits; the record of layer layer_o is there while it is asked
//          for (loaded_i).
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_fetch #(
  parameter  int PortBits = 512,
  parameter  int POut     = 32,
  parameter  int Layers   = 16,
  localparam int LayerW   = $clog2(Layers)
) (
  input  wire  logic              clk_i,
  input  wire  logic              rst_ni,
  input  wire  logic              start_i,
  input  wire  logic [7:0]        layers_i,

  input  wire  logic              loaded_i,
  output       logic [LayerW-1:0] layer_o,
  input  wire  logic              dense_i,
  input  wire  logic              skip_i,
  input  wire  logic [15:0]       tiles_i,
  input  wire  logic [31:0]       tile_words_i,
  input  wire  logic [31:0]       all_words_i,
  input  wire  logic [31:0]       start_word_i,

  output       logic              cmd_valid_o,
  input  wire  logic              cmd_ready_i,
  output       logic [31:0]       cmd_addr_o,
  output       logic [31:0]       cmd_words_o,

  input  wire  logic              col_valid_i,
  output       logic              col_ready_o,
  input  wire  logic [31:0]       col_word_i,
  input  wire  logic              col_last_i,

  input  wire  logic              word_valid_i,
  output       logic              word_ready_o,
  output       logic              table_valid_o,
  output       logic              params_valid_o,
  input  wire  logic              params_ready_i,
  output       logic              tile_valid_o,
  input  wire  logic              tile_ready_i,
  output       logic              lanes_valid_o,
  input  wire  logic              lanes_ready_i
);

  localparam int RecordWords = 512 / PortBits;
  localparam int ParamWords  = (POut * 64 > PortBits) ? POut * 64 / PortBits : 1;
  localparam int ParamShift  = $clog2(ParamWords);
  localparam logic [1:0] Table = 2'd0, Tile = 2'd1, Columns = 2'd2, Params = 2'd3;

  // The requests. Ask: one command of the kind.
  localparam logic [2:0] Idle = 3'd0, AskTable = 3'd1, Wait = 3'd2, Layer = 3'd3, AskTile = 3'd4,
                         AskAll = 3'd5, AskColumns = 3'd6, AskParams = 3'd7;
  logic [2:0]        state_q, state_d;
  logic [LayerW-1:0] layer_q;
  logic [15:0]       left_q;
  logic [31:0]       addr_q;
  logic              asks, asked, room, layer_end, last_layer_q;
  logic [1:0]        kind;
  assign layer_o     = layer_q;
  assign asks        = state_q == AskTable || state_q == AskTile || state_q == AskAll ||
                       state_q == AskParams || (state_q == AskColumns && col_valid_i);
  assign cmd_valid_o = asks && room;
  assign asked       = cmd_valid_o && cmd_ready_i;
  assign col_ready_o = state_q == AskColumns && room && cmd_ready_i;
  assign cmd_addr_o  = (state_q == AskColumns) ? col_word_i : addr_q;
  assign layer_end   = asked && (state_q == AskParams || (state_q == AskTile && left_q == 16'd1));

  always_comb begin
    kind        = Tile;
    cmd_words_o = tile_words_i + 32'(ParamWords);
    case (state_q)
      AskTable:   {kind, cmd_words_o} = {Table, 32'(layers_i) << $clog2(RecordWords)};
      AskAll:     {kind, cmd_words_o} = {Columns, all_words_i};
      AskColumns: {kind, cmd_words_o} = {Columns, tile_words_i};
      AskParams:  {kind, cmd_words_o} = {Params, 32'(tiles_i) << ParamShift};
      default: ;
    endcase
  end

  always_comb begin
    state_d = state_q;
    case (state_q)
      Idle:       if (start_i) state_d = AskTable;
      AskTable:   if (asked) state_d = Wait;
      Wait:       if (loaded_i) state_d = Layer;
      Layer:      state_d = !dense_i ? AskTile : skip_i ? AskColumns : AskAll;
      AskAll:     if (asked) state_d = AskParams;
      AskColumns: if (asked && col_last_i) state_d = AskParams;
      default:    if (layer_end) state_d = last_layer_q ? Idle : Layer;
    endcase
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) state_q <= Idle;
    else state_q <= state_d;
  end
  always_ff @(posedge clk_i) begin
    last_layer_q <= 8'(layer_q) == layers_i - 1'b1;
    if (state_q == Idle) begin
      layer_q <= '0;
      addr_q  <= 32'(RecordWords);
    end else if (state_q == Layer) begin
      addr_q  <= start_word_i;
      left_q  <= tiles_i;
    end else if (asked) begin
      if (state_q == AskTile || state_q == AskAll) addr_q <= addr_q + cmd_words_o;
      if (state_q == AskColumns && col_last_i) addr_q <= start_word_i + all_words_i;
      left_q <= left_q - 1'b1;
      if (layer_end) layer_q <= layer_q + 1'b1;
    end
  end

  // What comes. The oldest command lies in registers, with the words of it still to come.
  logic        tag_valid, tag_valid_q, tag_take, last, taken, params_q;
  logic [1:0]  tag_kind, kind_q;
  logic [31:0] tag_words, left_words_q;
  logic [ParamShift:0] left_params_q;  // of a tile
  logic        is_params, is_tile;
  e3_fifo #(.Width(34), .Depth(63)) u_tags
    (.clk_i, .rst_ni, .in_valid_i(asked), .in_ready_o(room), .in_data_i({kind, cmd_words_o}),
     .out_valid_o(tag_valid), .out_ready_i(tag_take), .out_data_o({tag_kind, tag_words}));
  assign is_params = kind_q == Params || (kind_q == Tile && params_q);
  assign is_tile   = kind_q == Tile && !params_q;
  assign table_valid_o  = tag_valid_q && word_valid_i && kind_q == Table;
  assign params_valid_o = tag_valid_q && word_valid_i && is_params;
  assign tile_valid_o   = tag_valid_q && word_valid_i && is_tile;
  assign lanes_valid_o  = tag_valid_q && word_valid_i && kind_q == Columns;
  assign word_ready_o   = tag_valid_q && (is_params ? params_ready_i : is_tile ? tile_ready_i :
                                          kind_q == Table || lanes_ready_i);
  assign taken    = word_valid_i && word_ready_o;
  assign last     = left_words_q == 32'd1;
  assign tag_take = !tag_valid_q || (taken && last);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) tag_valid_q <= 1'b0;
    else if (tag_take) tag_valid_q <= tag_valid;
  end
  always_ff @(posedge clk_i)
    if (tag_take) begin
      kind_q        <= tag_kind;
      left_words_q  <= tag_words;
      left_params_q <= (ParamShift + 1)'(ParamWords);
      params_q      <= 1'b1;
    end else if (taken) begin
      left_words_q  <= left_words_q - 1'b1;
      left_params_q <= left_params_q - 1'b1;
      if (left_params_q == (ParamShift + 1)'(1)) params_q <= 1'b0;
    end

endmodule

`default_nettype wire
