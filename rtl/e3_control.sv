// e3_control.sv - checks a tape, starts the core, ends with a fault what goes wrong.
//
// What:    check reads the header and judges it (magic, version, configuration, CRC, lengths),
//          then reads the rest and compares its CRC. start reads and judges the header again,
//          demands the one that was checked and lets the core run: its commands go on to the
//          reader as long as they lie within the tape, the words come back. A fault ends either:
//          the reader is cleared, a start resets the core (an image in it is lost), the code stays until
//          clear. clear while busy does the same without a code.
// Source:  doc/engine.md, Tape and Control; codes in src/hw/tape.def.
// Stream:  commands of the core and to the reader, words of the reader and to the core:
//          ready/valid, in port words from the tape's first
// Timing:  a command 1 clock, a word none. A start's header: 4 clocks and the memory's.
//          cycles_o counts from the write of start, the clock before start_i, to done_i.
// Faults:  drop_i (the core dropped an image) leaves its code but ends nothing.
// Range:   PortBits 64..512; start_i, check_i, moved_i have no effect while busy.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_control #(
  parameter int          PortBits = 512,
  parameter logic [31:0] Config   = 32'd0,
  parameter int          Layers   = 16
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,

  input  wire  logic                check_i,
  input  wire  logic                start_i,
  input  wire  logic                clear_i,
  input  wire  logic                moved_i,
  output       logic                busy_o,
  output       logic                done_o,
  output       logic                checked_o,
  output       logic [7:0]          error_o,
  output       logic [31:0]         cycles_o,

  output       logic                core_rst_no,
  output       logic                core_start_o,
  output       logic [7:0]          core_layers_o,
  output       logic [15:0]         core_classes_o,
  input  wire  logic                core_done_i,
  input  wire  logic                core_drop_i,
  input  wire  logic                core_cmd_valid_i,
  output       logic                core_cmd_ready_o,
  input  wire  logic [31:0]         core_cmd_addr_i,
  input  wire  logic [31:0]         core_cmd_words_i,
  output       logic                core_word_valid_o,
  input  wire  logic                core_word_ready_i,

  output       logic                read_clear_o,
  input  wire  logic                read_idle_i,
  input  wire  logic [7:0]          read_fault_i,
  output       logic                cmd_valid_o,
  input  wire  logic                cmd_ready_i,
  output       logic [31:0]         cmd_addr_o,
  output       logic [31:0]         cmd_words_o,
  input  wire  logic                word_valid_i,
  output       logic                word_ready_o,
  input  wire  logic [PortBits-1:0] word_data_i
);

  `include "e3_tape.svh"
  localparam logic [31:0] Residue = ~32'hdebb20e3;  // the CRC of a block that ends with its own
  localparam int Head  = 512 / PortBits;            // words of the header, and of a layer's record
  localparam int HeadW = $clog2(Head);

  localparam logic [2:0] Idle = 3'd0, AskHead = 3'd1, Take = 3'd2, Judge = 3'd3, AskBody = 3'd4,
                         Verify = 3'd5, Run = 3'd6, Drain = 3'd7;
  logic [2:0]  state_q;
  logic        check_q;           // the work is a check, not a start
  logic        work, taking, take, crc_busy, crc_late_q, judged, over, fault;
  logic [31:0] left_q;            // words still to come
  logic [31:0] crc;
  logic [7:0]  code, verdict;
  assign busy_o = state_q != Idle;
  assign work   = busy_o && state_q != Drain;
  assign taking = state_q == Take || (state_q == Verify && left_q != '0);
  assign take   = taking && word_valid_i;

  // The header's words, each from its place.
  logic [511:0] head_q;
  for (genvar p = 0; p < Head; p++) begin : g_head
    always_ff @(posedge clk_i)
      if (take && state_q == Take && left_q == 32'(Head - p))
        head_q[p*PortBits +: PortBits] <= word_data_i;
  end
  logic [31:0] magic, version, shape, layers, length, records, body_crc, classes, head_crc, known_q;
  assign magic          = head_q[32*Header_magic +: 32];
  assign version        = head_q[32*Header_version +: 32];
  assign shape          = head_q[32*Header_config +: 32];
  assign layers         = head_q[32*Header_layers +: 32];
  assign length         = head_q[32*Header_length +: 32];
  assign records        = length >> HeadW;
  assign body_crc       = head_q[32*Header_body_crc +: 32];
  assign classes        = head_q[32*Header_classes +: 32];
  assign head_crc       = head_q[32*Header_header_crc +: 32];
  assign core_layers_o  = layers[7:0];
  assign core_classes_o = classes[15:0];
  always_ff @(posedge clk_i) if (state_q == Verify) known_q <= head_crc;
  logic unused;  // words that mean nothing yet
  assign unused = ^{head_q[32*Header_header_crc-1:32*Header_classes+32], classes[31:16]};

  e3_crc32 #(.Bits(PortBits)) u_crc
    (.clk_i, .rst_ni, .clear_i(state_q == AskHead || state_q == AskBody), .in_valid_i(take),
     .in_data_i(word_data_i), .busy_o(crc_busy), .crc_o(crc));

  // What is judged lies in registers: the CRC is compared in the clock after its last word's.
  logic damaged_q, body_damaged_q, strange_q, other_q, foreign_q, layers_q, short_q, unknown_q;
  assign judged = !crc_busy && !crc_late_q;
  always_ff @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) crc_late_q <= 1'b0;
    else crc_late_q <= crc_busy;
  always_ff @(posedge clk_i) begin
    damaged_q      <= crc != Residue;
    body_damaged_q <= crc != body_crc;
    strange_q      <= magic != Number_magic;
    other_q        <= version != Number_version;
    foreign_q      <= shape != Config;
    layers_q       <= layers == '0 || layers > 32'(Layers);
    short_q        <= layers >= records;
    unknown_q      <= !check_q && head_crc != known_q;
  end
  always_comb
    if (strange_q)           verdict = Fault_magic;
    else if (other_q)        verdict = Fault_version;
    else if (foreign_q)      verdict = Fault_config;
    else if (damaged_q)      verdict = Fault_header_crc;
    else if (layers_q)       verdict = Fault_config;
    else if (short_q)        verdict = Fault_length;
    else if (unknown_q)      verdict = Fault_unchecked;
    else                     verdict = Fault_none;

  // The core's commands: one every two clocks, so that no path leads from the reader to the core.
  logic        held_q;
  logic [31:0] addr_q, words_q;
  logic [32:0] end_q;
  assign over             = held_q && end_q > {1'b0, length};
  assign core_cmd_ready_o = state_q == Run && !held_q;
  always_ff @(posedge clk_i)
    if (core_cmd_ready_o) begin
      addr_q  <= core_cmd_addr_i;
      words_q <= core_cmd_words_i;
      end_q   <= {1'b0, core_cmd_addr_i} + {1'b0, core_cmd_words_i};
    end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) held_q <= 1'b0;
    else if (state_q != Run) held_q <= 1'b0;
    else held_q <= held_q ? !cmd_ready_i || over : core_cmd_valid_i;
  end
  assign cmd_valid_o = state_q == AskHead || state_q == AskBody || (held_q && !over);
  always_comb begin
    cmd_addr_o  = addr_q;
    cmd_words_o = words_q;
    if (state_q == AskHead) {cmd_addr_o, cmd_words_o} = {32'd0, 32'(Head)};
    if (state_q == AskBody) {cmd_addr_o, cmd_words_o} = {32'(Head), length - 32'(Head)};
  end
  assign core_word_valid_o = state_q == Run && word_valid_i;
  assign word_ready_o      = state_q == Run ? core_word_ready_i : taking;

  // What ends work, the worst first.
  always_comb
    if (read_fault_i != Fault_none)           code = read_fault_i;
    else if (state_q == Run && over)          code = Fault_length;
    else if (state_q == Judge && judged)      code = verdict;
    else if (state_q == Verify && left_q == '0 && judged && body_damaged_q)
                                              code = Fault_body_crc;
    else                                      code = Fault_none;
  assign fault        = work && code != Fault_none;
  assign read_clear_o = state_q == Drain;
  assign core_start_o = state_q == Judge && judged && !check_q && !fault && !clear_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q     <= Idle;
      check_q     <= 1'b0;
      left_q      <= '0;
      done_o      <= 1'b0;
      checked_o   <= 1'b0;
      error_o     <= Fault_none;
      cycles_o    <= '0;
      core_rst_no <= 1'b0;
    end else begin
      core_rst_no <= !(work && !check_q && (fault || clear_i));
      if (clear_i) error_o <= Fault_none;
      if (core_drop_i) error_o <= Fault_stream;
      if (take) left_q <= left_q - 1'b1;
      if (work && !check_q) cycles_o <= cycles_o + 1'b1;
      if (moved_i) checked_o <= 1'b0;
      case (state_q)
        Idle: begin
          if (check_i || start_i) done_o <= 1'b0;
          if (check_i) begin
            checked_o <= 1'b0;
            check_q   <= 1'b1;
            state_q   <= AskHead;
          end else if (start_i && checked_o) begin
            check_q   <= 1'b0;
            cycles_o  <= 32'd1;
            state_q   <= AskHead;
          end else if (start_i) error_o <= Fault_unchecked;
        end
        AskHead: if (cmd_ready_i) begin
          left_q  <= 32'(Head);
          state_q <= Take;
        end
        Take: if (take && left_q == 32'd1) state_q <= Judge;
        Judge: if (judged) state_q <= check_q ? AskBody : Run;
        AskBody: if (cmd_ready_i) begin
          left_q  <= length - 32'(Head);
          state_q <= Verify;
        end
        Verify: if (left_q == '0 && judged) begin
          checked_o <= 1'b1;
          state_q   <= Idle;
        end
        Run: if (core_done_i) begin
          done_o  <= 1'b1;
          state_q <= Idle;
        end
        Drain: if (read_idle_i) state_q <= Idle;
        default: state_q <= Idle;
      endcase
      if (work && (fault || clear_i)) begin
        state_q <= Drain;
        done_o  <= 1'b0;
      end
      if (fault) begin
        error_o   <= code;
        checked_o <= 1'b0;
      end
    end
  end

endmodule

`default_nettype wire
