// e3_engine_top.sv - the engine with its registers and its way to external memory.
//
// What:    e3_engine (the core) behind e3_axil_regs (registers), e3_control (check, start,
//          faults) and e3_axi_reader (the tape's words).
// Source:  doc/engine.md.
// Stream:  s_axil AXI4-Lite; m_axi AXI4 read master, PortBits, 64-bit addresses; s_axis pixels in,
//          one a word, a channel in Bits bits, channel 0 lowest; m_axis scores out, 32 bits each,
//          then the class with tlast.
// Range:   shape as in doc/engine.md; Config is the shape's configuration word.
// Reset:   rst_ni, asynchronous, active low; memory and streams are reset with the engine.
`default_nettype none

module e3_engine_top #(
  parameter  int          PIn         = 64,
  parameter  int          POut        = 32,
  parameter  int          WBits       = 4,
  parameter  int          Bits        = 8,
  parameter  int          PortBits    = 512,
  parameter  int          AccBits     = 24,
  parameter  int          FracBits    = 8,
  parameter  int          MapWords    = 512,
  parameter  int          Positions   = 256,
  parameter  int          Columns     = 16384 / PortBits,
  parameter  int          ImagePixels = 2304,
  parameter  int          PixelBits   = 24,
  parameter  int          Layers      = 16,
  parameter  logic [31:0] Config      = 32'd0,
  parameter  int          Outstanding = 64,
  localparam int          ByteW       = $clog2(PortBits / 8),
  localparam int          DataW       = 8 * ((PixelBits + 7) / 8)
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,

  input  wire  logic                s_axil_awvalid,
  output       logic                s_axil_awready,
  input  wire  logic [7:0]          s_axil_awaddr,
  input  wire  logic                s_axil_wvalid,
  output       logic                s_axil_wready,
  input  wire  logic [31:0]         s_axil_wdata,
  input  wire  logic [3:0]          s_axil_wstrb,
  output       logic                s_axil_bvalid,
  input  wire  logic                s_axil_bready,
  output       logic [1:0]          s_axil_bresp,
  input  wire  logic                s_axil_arvalid,
  output       logic                s_axil_arready,
  input  wire  logic [7:0]          s_axil_araddr,
  output       logic                s_axil_rvalid,
  input  wire  logic                s_axil_rready,
  output       logic [31:0]         s_axil_rdata,
  output       logic [1:0]          s_axil_rresp,

  output       logic                m_axi_arvalid,
  input  wire  logic                m_axi_arready,
  output       logic [63:0]         m_axi_araddr,
  output       logic [7:0]          m_axi_arlen,
  output       logic [2:0]          m_axi_arsize,
  output       logic [1:0]          m_axi_arburst,
  input  wire  logic                m_axi_rvalid,
  output       logic                m_axi_rready,
  input  wire  logic [PortBits-1:0] m_axi_rdata,
  input  wire  logic [1:0]          m_axi_rresp,
  input  wire  logic                m_axi_rlast,

  input  wire  logic [DataW-1:0]    s_axis_tdata,
  input  wire  logic                s_axis_tvalid,
  output       logic                s_axis_tready,
  input  wire  logic                s_axis_tlast,
  output       logic [31:0]         m_axis_tdata,
  output       logic                m_axis_tvalid,
  input  wire  logic                m_axis_tready,
  output       logic                m_axis_tlast
);

  logic            check, start, clear, moved, busy, done, checked;
  logic [7:0]      error;
  logic [31:0]     cycles;
  logic [63:ByteW] base;
  e3_axil_regs #(.PortBits(PortBits), .Config(Config)) u_regs
    (.clk_i, .rst_ni, .s_axil_awvalid, .s_axil_awready, .s_axil_awaddr, .s_axil_wvalid,
     .s_axil_wready, .s_axil_wdata, .s_axil_wstrb, .s_axil_bvalid, .s_axil_bready, .s_axil_bresp,
     .s_axil_arvalid, .s_axil_arready, .s_axil_araddr, .s_axil_rvalid, .s_axil_rready,
     .s_axil_rdata, .s_axil_rresp, .check_o(check), .start_o(start), .clear_o(clear),
     .moved_o(moved), .base_o(base), .busy_i(busy), .done_i(done), .checked_i(checked),
     .error_i(error), .cycles_i(cycles));

  logic                core_rst_n, core_start, core_done, core_drop;
  logic [7:0]          layers;
  logic [15:0]         classes;
  logic                core_cmd_valid, core_cmd_ready, core_word_valid, core_word_ready;
  logic [31:0]         core_cmd_addr, core_cmd_words, cmd_addr, cmd_words;
  logic                read_clear, read_idle, cmd_valid, cmd_ready, word_valid, word_ready;
  logic [7:0]          read_fault;
  logic [PortBits-1:0] word;
  e3_control #(.PortBits(PortBits), .Config(Config), .Layers(Layers)) u_control
    (.clk_i, .rst_ni, .check_i(check), .start_i(start), .clear_i(clear), .moved_i(moved),
     .busy_o(busy), .done_o(done), .checked_o(checked), .error_o(error), .cycles_o(cycles),
     .core_rst_no(core_rst_n), .core_start_o(core_start), .core_layers_o(layers),
     .core_classes_o(classes), .core_done_i(core_done), .core_drop_i(core_drop),
     .core_cmd_valid_i(core_cmd_valid), .core_cmd_ready_o(core_cmd_ready),
     .core_cmd_addr_i(core_cmd_addr), .core_cmd_words_i(core_cmd_words),
     .core_word_valid_o(core_word_valid), .core_word_ready_i(core_word_ready),
     .read_clear_o(read_clear), .read_idle_i(read_idle), .read_fault_i(read_fault),
     .cmd_valid_o(cmd_valid), .cmd_ready_i(cmd_ready), .cmd_addr_o(cmd_addr),
     .cmd_words_o(cmd_words), .word_valid_i(word_valid), .word_ready_o(word_ready),
     .word_data_i(word));

  e3_axi_reader #(.PortBits(PortBits), .Outstanding(Outstanding)) u_reader
    (.clk_i, .rst_ni, .clear_i(read_clear), .idle_o(read_idle), .fault_o(read_fault),
     .base_i(base), .cmd_valid_i(cmd_valid), .cmd_ready_o(cmd_ready), .cmd_addr_i(cmd_addr),
     .cmd_words_i(cmd_words), .out_valid_o(word_valid), .out_ready_i(word_ready),
     .out_data_o(word), .m_axi_arvalid, .m_axi_arready, .m_axi_araddr, .m_axi_arlen,
     .m_axi_arsize, .m_axi_arburst, .m_axi_rvalid, .m_axi_rready, .m_axi_rdata, .m_axi_rresp,
     .m_axi_rlast);

  e3_engine #(.PIn(PIn), .POut(POut), .WBits(WBits), .Bits(Bits), .PortBits(PortBits),
              .AccBits(AccBits), .FracBits(FracBits), .MapWords(MapWords), .Positions(Positions),
              .Columns(Columns), .ImagePixels(ImagePixels), .PixelBits(PixelBits),
              .Layers(Layers)) u_core
    (.clk_i, .rst_ni(core_rst_n), .start_i(core_start), .layers_i(layers), .classes_i(classes),
     .done_o(core_done), .drop_o(core_drop), .cmd_valid_o(core_cmd_valid),
     .cmd_ready_i(core_cmd_ready), .cmd_addr_o(core_cmd_addr), .cmd_words_o(core_cmd_words),
     .word_valid_i(core_word_valid), .word_ready_o(core_word_ready), .word_data_i(word),
     .s_axis_tdata, .s_axis_tvalid, .s_axis_tready, .s_axis_tlast,
     .m_axis_tdata, .m_axis_tvalid, .m_axis_tready, .m_axis_tlast);

endmodule

`default_nettype wire
