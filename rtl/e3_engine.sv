// e3_engine.sv - the engine's core: image in, tape's words in, scores out.
//
// What:    runs the layers of a tape, one after the other, on one array (convolutions) or one row of
//          lanes (dense layers); maps go back and forth between two banks.
// Model:   doc/engine.md; tests/engine/core_tb.cpp computes the same by the book.
// Source:  doc/decisions/005.
// Stream:  start_i: a pulse while idle; layers_i and classes_i, from the tape's header, stay.
//          cmd  port-word address from the tape's first word, number of words
//          word the words asked for, in that order
//          s_axis one image, a pixel a word, channel c in bits c * Bits up, tlast on the last pixel;
//          the next image may come as soon as the first layer has taken this one apart
//          m_axis classes_i scores of 32 bits, then the class with tlast
//          done_o: the class is handed over. drop_o: the image had another number of pixels and
//          was dropped; the run waits for the next one.
// Timing:  doc/engine.md, Order of work; a layer begins when the one before has written its last code.
// Range:   the shape's parameters (doc/engine.md); Lanes = PortBits / 4; MapWords and Positions
//          powers of two.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_engine #(
  parameter  int PIn         = 64,
  parameter  int POut        = 32,
  parameter  int WBits       = 4,
  parameter  int Bits        = 8,
  parameter  int PortBits    = 512,
  parameter  int Lanes       = PortBits / 4,
  parameter  int AccBits     = 24,
  parameter  int FracBits    = 8,
  parameter  int MapWords    = 512,
  parameter  int Positions   = 256,
  parameter  int Columns     = 16384 / PortBits,
  parameter  int ImagePixels = 2304,
  parameter  int PixelBits   = 24,
  parameter  int Layers      = 16,
  parameter  int FifoWords   = 64,
  localparam int PixelW      = 8 * ((PixelBits + 7) / 8)
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

  input  wire  logic [PixelW-1:0]   s_axis_tdata,
  input  wire  logic                s_axis_tvalid,
  output       logic                s_axis_tready,
  input  wire  logic                s_axis_tlast,

  output       logic [31:0]         m_axis_tdata,
  output       logic                m_axis_tvalid,
  input  wire  logic                m_axis_tready,
  output       logic                m_axis_tlast
);

  `include "e3_tape.svh"
  localparam int AddrW  = $clog2(MapWords);
  localparam int PosW   = $clog2(Positions);
  localparam int LayerW = $clog2(Layers);
  localparam int StepW  = $clog2(Bits + 1);
  localparam int Parts  = PIn / POut;
  localparam int LaneAW = (Columns > 1) ? $clog2(Columns) : 1;
  localparam int UnitW  = (WBits % 4 == 0) ? PortBits : (WBits % 2 == 0) ? PortBits / 2
                                                                          : PortBits / 4;
  localparam int PotBits = AccBits + FracBits + 2;
  localparam int ParamWords = (POut * 64 > PortBits) ? POut * 64 / PortBits : 1;

  // ---- the tape's words: a fifo, the oldest in registers, then where they belong
  logic                fetch_valid, fetch_ready, oldest_valid, oldest_ready;
  logic [PortBits-1:0] fetch_data, oldest;
  e3_fifo #(.Width(PortBits), .Depth(FifoWords - 1)) u_words
    (.clk_i, .rst_ni, .in_valid_i(word_valid_i), .in_ready_o(word_ready_o), .in_data_i(word_data_i),
     .out_valid_o(oldest_valid), .out_ready_i(oldest_ready), .out_data_o(oldest));
  assign oldest_ready = !fetch_valid || fetch_ready;
  always_ff @(posedge clk_i) if (oldest_ready) fetch_data <= oldest;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fetch_valid <= 1'b0;
    else if (oldest_ready) fetch_valid <= oldest_valid;
  end

  logic              loaded, table_valid, params_valid, params_ready, tile_w_valid, tile_w_ready;
  logic              lanes_w_valid, lanes_w_ready, skip_valid, skip_ready;
  logic [LayerW-1:0] ahead, layer_q;
  logic [511:0]      next, rec_d, rec;
  e3_records #(.PortBits(PortBits), .Layers(Layers)) u_records
    (.clk_i, .rst_ni, .start_i, .layers_i, .loaded_o(loaded), .in_valid_i(table_valid),
     .in_data_i(fetch_data), .a_layer_i(ahead), .a_record_o(next), .b_layer_i(layer_q),
     .b_record_o(rec_d));

  logic [31:0] col_word;
  logic        col_last;
  e3_fetch #(.PortBits(PortBits), .POut(POut), .Layers(Layers)) u_fetch
    (.clk_i, .rst_ni, .start_i, .layers_i, .loaded_i(loaded), .layer_o(ahead),
     .dense_i(next[At_kind +: Bits_kind] == 2'd1), .skip_i(next[At_skip]),
     .tiles_i(next[At_tiles +: Bits_tiles]), .tile_words_i(next[At_tile_words +: Bits_tile_words]),
     .all_words_i(next[At_all_words +: Bits_all_words]),
     .start_word_i(next[At_start +: Bits_start]),
     .cmd_valid_o, .cmd_ready_i, .cmd_addr_o, .cmd_words_o,
     .col_valid_i(skip_valid), .col_ready_o(skip_ready), .col_word_i(col_word),
     .col_last_i(col_last),
     .word_valid_i(fetch_valid), .word_ready_o(fetch_ready), .table_valid_o(table_valid),
     .params_valid_o(params_valid), .params_ready_i(params_ready),
     .tile_valid_o(tile_w_valid), .tile_ready_i(tile_w_ready),
     .lanes_valid_o(lanes_w_valid), .lanes_ready_i(lanes_w_ready));

  // ---- layer after layer
  localparam logic [2:0] Idle = 3'd0, Record = 3'd1, Image = 3'd2, Go = 3'd3, Run = 3'd4;
  logic [2:0] state_q, state_d;
  logic       image_full, image_good, image_start, image_keep, image_busy, begun_q, fire_done, go, dense, windows, pair;
  logic       first_layer, last_layer;
  assign first_layer = layer_q == '0;
  assign last_layer  = rec[At_last];
  assign image_start = state_q == Image && !begun_q;
  assign image_keep  = begun_q && image_full && image_good;
  assign drop_o      = begun_q && image_full && !image_good;
  assign go          = state_q == Go;
  always_comb begin
    state_d = state_q;
    case (state_q)
      Idle:    if (start_i) state_d = Record;
      Record:  if (loaded) state_d = first_layer ? Image : Go;
      Image:   if (image_keep) state_d = Go;
      Go:      state_d = Run;
      default: if (done_o) state_d = Idle;
               else if (fire_done) state_d = Record;
    endcase
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      begun_q <= 1'b0;
    end else begin
      state_q <= state_d;
      begun_q <= state_d == Image && state_q == Image && !drop_o;
    end
  end
  always_ff @(posedge clk_i) begin
    if (state_q == Idle) layer_q <= '0;
    else if (state_q == Run && fire_done) layer_q <= layer_q + 1'b1;
    if (state_q == Record) begin
      rec     <= rec_d;
      dense   <= rec_d[At_kind +: Bits_kind] == 2'd1;
      windows <= rec_d[At_kind +: Bits_kind] == 2'd2;
      pair    <= rec_d[At_kind +: Bits_kind] == 2'd2 && rec_d[At_pair];
    end
  end
  logic unused;
  assign unused = ^{next, rec};

  logic [StepW-1:0] t_in, t_out;
  assign t_in  = rec[At_t_in +: StepW];
  assign t_out = rec[At_t_out +: StepW];

  // ---- the maps: read from bank layer mod 2, written to the other
  logic [Parts-1:0]     fire_we;
  logic [AddrW-1:0]     fire_waddr, image_waddr;
  logic [POut*Bits-1:0] fire_wdata;
  logic [PIn*Bits-1:0]  image_wdata, map_data;
  logic                 image_we, req_valid, req_ready, map_ready, rsp_valid, rsp_ready, col_done;
  logic [AddrW-1:0]     req_addr, walk_addr, col_addr;
  logic [PosW+3:0]      walk_tag, map_tag;
  e3_image #(.PIn(PIn), .Bits(Bits), .Pixels(ImagePixels), .PixelBits(PixelBits), .AddrW(AddrW))
    u_image
    (.clk_i, .rst_ni, .s_axis_tdata, .s_axis_tvalid, .s_axis_tready, .s_axis_tlast,
     .full_o(image_full), .good_o(image_good), .drop_i(drop_o), .start_i(image_start), .keep_i(image_keep),
     .hold_i(fire_we != '0), .busy_o(image_busy),
     .windows_i(windows), .pair_i(pair), .pixels_i(rec[At_pixels +: Bits_pixels]),
     .positions_i(rec[At_positions +: Bits_positions]), .row_words_i(rec[At_row_pitch +: AddrW]),
     .channels_i(rec[At_in_lanes +: Bits_in_lanes]), .kernel_h_i(rec[At_kernel_h +: Bits_kernel_h]),
     .kernel_w_i(rec[At_kernel_w +: Bits_kernel_w]), .stride_h_i(rec[At_stride_h +: Bits_stride_h]),
     .stride_w_i(rec[At_stride_w +: Bits_stride_w]), .pad_top_i(rec[At_pad_top +: Bits_pad_top]),
     .pad_left_i(rec[At_pad_left +: Bits_pad_left]), .in_h_i(rec[At_in_h +: Bits_in_h]),
     .in_w_i(rec[At_in_w +: Bits_in_w]), .step_y_i(rec[At_step_y +: Bits_step_y]),
     .origin_i(rec[At_origin +: Bits_origin]), .we_o(image_we), .waddr_o(image_waddr),
     .wdata_o(image_wdata));

  // The first layer begins while its words are written: it waits for those that are not there yet.
  // (Compared before one of the two is chosen, since what is chosen goes far.)
  logic there;
  assign there = !image_busy || (dense ? col_addr < image_waddr : walk_addr < image_waddr);
  e3_mapmem #(.PIn(PIn), .POut(POut), .Bits(Bits), .Words(MapWords), .TagW(PosW + 4)) u_map
    (.clk_i, .rst_ni, .flush_i(col_done),
     .we_i(image_we ? '1 : fire_we),
     .waddr_i(image_we ? {1'b0, image_waddr} : {!layer_q[0], fire_waddr}),
     .wdata_i(image_we ? image_wdata : {Parts{fire_wdata}}),
     .req_valid_i(req_valid && there), .req_ready_o(map_ready),
     .req_addr_i({layer_q[0], req_addr}),
     .req_tag_i(walk_tag), .rsp_valid_o(rsp_valid), .rsp_ready_i(rsp_ready), .rsp_data_o(map_data),
     .rsp_tag_o(map_tag));

  // ---- convolutions: positions meet the tile
  logic [3:0]              walk_pool_w;
  logic [7:0]              walk_pooled_w;
  logic                    walk_valid, tile_ready, tile_valid;
  logic [POut*AccBits-1:0] tile_data;
  // A pair is one position: half as many columns of the pooling window, or of the map.
  assign walk_pool_w   = (pair && rec[At_pool_w +: Bits_pool_w] != 4'd1)
                       ? rec[At_pool_w +: Bits_pool_w] >> 1 : rec[At_pool_w +: Bits_pool_w];
  assign walk_pooled_w = (pair && rec[At_pool_w +: Bits_pool_w] == 4'd1)
                       ? rec[At_pooled_w +: Bits_pooled_w] >> 1 : rec[At_pooled_w +: Bits_pooled_w];
  e3_walk #(.AddrW(AddrW), .PosW(PosW)) u_walk
    (.clk_i, .rst_ni, .start_i(go && !dense), .flat_i(windows),
     .kernel_h_i(rec[At_kernel_h +: Bits_kernel_h]), .kernel_w_i(rec[At_kernel_w +: Bits_kernel_w]),
     .pad_top_i(rec[At_pad_top +: Bits_pad_top]), .pad_left_i(rec[At_pad_left +: Bits_pad_left]),
     .in_h_i(rec[At_in_h +: Bits_in_h]), .in_w_i(rec[At_in_w +: Bits_in_w]),
     .in_groups_i(rec[At_in_groups +: Bits_in_groups]),
     .stride_h_i(rec[At_stride_h +: Bits_stride_h]), .stride_w_i(rec[At_stride_w +: Bits_stride_w]),
     .pool_h_i(rec[At_pool_h +: Bits_pool_h]), .pool_w_i(walk_pool_w),
     .pooled_h_i(rec[At_pooled_h +: Bits_pooled_h]), .pooled_w_i(walk_pooled_w),
     .tiles_i(rec[At_tiles +: Bits_tiles]), .row_pitch_i(rec[At_row_pitch +: AddrW]),
     .step_x_i(rec[At_step_x +: AddrW]), .step_y_i(rec[At_step_y +: AddrW]),
     .origin_i(rec[At_origin +: AddrW]), .out_valid_o(walk_valid),
     .out_ready_i(req_ready && !dense), .out_addr_o(walk_addr),
     .out_pos_o(walk_tag[PosW+3:4]), .out_held_o(walk_tag[3]), .out_first_o(walk_tag[2]),
     .out_last_o(walk_tag[1]), .out_end_o(walk_tag[0]));

  logic pot_valid, pot_ready, lanes_valid;
  e3_tile #(.Bits(Bits), .PIn(PIn), .POut(POut), .WBits(WBits), .AccBits(AccBits),
            .Positions(Positions), .PortBits(PortBits)) u_tile
    (.clk_i, .rst_ni, .w_valid_i(tile_w_valid), .w_ready_o(tile_w_ready), .w_data_i(fetch_data),
     .in_valid_i(rsp_valid && !dense), .in_ready_o(tile_ready), .in_data_i(map_data),
     .in_steps_i(t_in), .in_signed_i(rec[At_in_signed]), .in_pair_i(pair),
     .in_held_i(map_tag[3]), .in_pos_i(map_tag[PosW+3:4]), .in_first_i(map_tag[2]),
     .in_last_i(map_tag[1]), .in_end_i(map_tag[0]), .out_valid_o(tile_valid),
     .out_ready_i(pot_ready && !dense), .out_data_o(tile_data));

  // ---- dense layers: columns' codes meet the lanes
  logic                    col_req, col_rsp_ready, col_valid, col_ready, col_first, code_room;
  logic [Bits:0]           col_code;
  e3_columns #(.PIn(PIn), .Bits(Bits), .AddrW(AddrW)) u_columns
    (.clk_i, .rst_ni, .start_i(go && dense), .done_o(col_done), .skip_i(rec[At_skip]),
     .signed_i(rec[At_in_signed]), .steps_i(t_in), .columns_i(rec[At_columns +: Bits_columns]),
     .in_groups_i(rec[At_in_groups +: Bits_in_groups]),
     .in_lanes_i(rec[At_in_lanes +: Bits_in_lanes]), .start_word_i(rec[At_start +: Bits_start]),
     .column_words_i(rec[At_tile_words +: 16]), .req_valid_o(col_req), .req_ready_i(req_ready),
     .req_addr_o(col_addr), .rsp_valid_i(rsp_valid && dense), .rsp_ready_o(col_rsp_ready),
     .rsp_data_i(map_data), .out_valid_o(col_valid), .out_ready_i(col_ready),
     .out_code_o(col_code), .out_word_o(col_word), .out_first_o(col_first),
     .out_last_o(col_last));
  assign req_ready  = map_ready && there;
  assign req_valid  = dense ? col_req : walk_valid;
  assign req_addr   = dense ? col_addr : walk_addr;
  assign rsp_ready  = dense ? col_rsp_ready : tile_ready;
  assign skip_valid = col_valid && rec[At_skip] && code_room;
  assign col_ready  = code_room && (!rec[At_skip] || skip_ready);

  logic                    code_valid, code_ready, code_first, code_last;
  logic [Bits:0]           code;
  e3_fifo_head #(.Width(Bits + 3), .Depth(64)) u_codes
    (.clk_i, .rst_ni, .in_valid_i(col_valid && (!rec[At_skip] || skip_ready)),
     .in_ready_o(code_room), .in_data_i({col_code, col_first, col_last}),
     .out_valid_o(code_valid), .out_ready_i(code_ready),
     .out_data_o({code, code_first, code_last}));

  logic                    lane_valid, lane_ready, lane_last;
  logic [Lanes*WBits-1:0]  lane_data;
  logic [POut*AccBits-1:0] lanes_data;
  e3_gearbox #(.InW(PortBits), .OutW(Lanes * WBits), .Unit(UnitW)) u_gearbox
    (.clk_i, .rst_ni, .in_valid_i(lanes_w_valid), .in_ready_o(lanes_w_ready),
     .in_data_i(fetch_data), .out_valid_o(lane_valid), .out_ready_i(lane_ready),
     .out_last_i(lane_last), .out_data_o(lane_data));
  e3_lanes #(.Lanes(Lanes), .POut(POut), .WBits(WBits), .Bits(Bits), .AccBits(AccBits),
             .Columns(Columns)) u_lanes
    (.clk_i, .rst_ni, .words_i(rec[At_lane_words +: LaneAW + 1]),
     .groups_i(rec[At_tiles +: Bits_tiles]), .col_valid_i(code_valid), .col_ready_o(code_ready),
     .col_code_i(code), .col_first_i(code_first), .col_last_i(code_last), .w_valid_i(lane_valid),
     .w_ready_o(lane_ready), .w_last_o(lane_last), .w_data_i(lane_data),
     .out_valid_o(lanes_valid), .out_ready_i(pot_ready && dense), .out_data_o(lanes_data));

  // ---- firing
  logic                    set_valid, set_drop, want, p_valid, p_ready, raw_valid, raw_ready;
  logic [PortBits-1:0]     p_data;
  logic [POut*PotBits-1:0] top, first;
  logic [POut*(AccBits+2)-1:0] raw;
  e3_fifo #(.Width(PortBits), .Depth(2 * ParamWords)) u_param_words
    (.clk_i, .rst_ni, .in_valid_i(params_valid), .in_ready_o(params_ready), .in_data_i(fetch_data),
     .out_valid_o(p_valid), .out_ready_i(p_ready), .out_data_o(p_data));
  e3_params #(.POut(POut), .PortBits(PortBits), .Bits(Bits), .FracBits(FracBits),
              .PotBits(PotBits)) u_params
    (.clk_i, .rst_ni, .want_i(want), .last_i(last_layer), .signed_i(rec[At_out_signed]),
     .steps_i(t_out), .in_valid_i(p_valid), .in_ready_o(p_ready), .in_data_i(p_data),
     .valid_o(set_valid), .drop_i(set_drop), .top_o(top), .first_o(first));

  assign pot_valid = dense ? lanes_valid : tile_valid;
  e3_fire #(.PIn(PIn), .POut(POut), .Bits(Bits), .AccBits(AccBits), .FracBits(FracBits),
            .AddrW(AddrW)) u_fire
    (.clk_i, .rst_ni, .start_i(go), .done_o(fire_done), .raw_i(last_layer),
     .signed_i(rec[At_out_signed]), .steps_i(t_out), .pool_h_i(rec[At_pool_h +: Bits_pool_h]),
     .pool_w_i(rec[At_pool_w +: Bits_pool_w]), .positions_i(rec[At_positions +: Bits_positions]),
     .tiles_i(rec[At_tiles +: Bits_tiles]), .out_groups_i(rec[At_out_groups +: AddrW]),
     .want_o(want), .set_valid_i(set_valid), .set_drop_o(set_drop), .top_i(top), .first_i(first),
     .in_valid_i(pot_valid), .in_ready_o(pot_ready), .in_data_i(dense ? lanes_data : tile_data),
     .we_o(fire_we), .waddr_o(fire_waddr), .wdata_o(fire_wdata), .raw_valid_o(raw_valid),
     .raw_ready_i(raw_ready), .raw_data_o(raw));
  e3_scores #(.POut(POut), .Width(AccBits + 2)) u_scores
    (.clk_i, .rst_ni, .classes_i, .done_o, .in_valid_i(raw_valid), .in_ready_o(raw_ready),
     .in_data_i(raw), .m_axis_tdata, .m_axis_tvalid, .m_axis_tready, .m_axis_tlast);

endmodule

`default_nettype wire
