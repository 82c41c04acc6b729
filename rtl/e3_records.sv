// e3_records.sv - the engine's layer table: port words in, records of 512 bits out.
//
// What:    keeps layers_i records in their order; loaded_o: all of them are there.
// Model:   src/hw/tape.def.
// Source:  doc/engine.md, Tape 2. LUT RAM; two readers.
// Stream:  in  port words, always taken; start_i empties the table.
// Timing:  a record is there the clock after its last word; reading is combinational.
// Range:   1 <= layers_i <= Layers, a clock before the first word; PortBits divides 512.
// Reset:   rst_ni, asynchronous, active low; control only.
`default_nettype none

module e3_records #(
  parameter  int PortBits = 512,
  parameter  int Layers   = 16,
  localparam int LayerW   = $clog2(Layers)
) (
  input  wire  logic                clk_i,
  input  wire  logic                rst_ni,
  input  wire  logic                start_i,
  input  wire  logic [7:0]          layers_i,
  output       logic                loaded_o,

  input  wire  logic                in_valid_i,
  input  wire  logic [PortBits-1:0] in_data_i,

  input  wire  logic [LayerW-1:0]   a_layer_i,
  output       logic [511:0]        a_record_o,
  input  wire  logic [LayerW-1:0]   b_layer_i,
  output       logic [511:0]        b_record_o
);

  localparam int Words = 512 / PortBits;
  localparam int WordW = (Words > 1) ? $clog2(Words) : 1;

  (* ram_style = "distributed" *) logic [511:0] mem [Layers];
  logic [511:0]     record;
  logic [WordW-1:0] word_q;
  logic [7:0]       count_q, most_q;
  logic             word_last;
  if (Words > 1) begin : g_gather
    logic [511:PortBits] shift_q;
    always_ff @(posedge clk_i) if (in_valid_i) shift_q <= record[511:PortBits];
    assign record = {in_data_i, shift_q};
  end else begin : g_word
    assign record = in_data_i;
  end
  assign word_last  = word_q == WordW'(Words - 1);
  assign a_record_o = mem[a_layer_i];
  assign b_record_o = mem[b_layer_i];
  always_ff @(posedge clk_i) most_q <= layers_i - 1'b1;
  always_ff @(posedge clk_i)
    if (in_valid_i && word_last) mem[count_q[LayerW-1:0]] <= record;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      word_q   <= '0;
      count_q  <= '0;
      loaded_o <= 1'b0;
    end else if (start_i) begin
      word_q   <= '0;
      count_q  <= '0;
      loaded_o <= 1'b0;
    end else if (in_valid_i) begin
      word_q <= word_last ? '0 : word_q + 1'b1;
      if (word_last) count_q <= count_q + 1'b1;
      loaded_o <= word_last && count_q == most_q;
    end
  end

endmodule

`default_nettype wire
