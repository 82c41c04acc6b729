// e3_crc32.sv - CRC-32 of a stream of words, Bits at a time: the tape's checksum.
//
// What:    the CRC of all words since clear_i, the lowest byte of a word first. A block that ends
//          with its own CRC (lowest byte first) leaves ~32'hdebb20e3 in crc_o.
// Model:   zlib's crc32() (tests/engine/crc32.sh).
// Source:  IEEE 802.3 CRC-32, reflected: polynomial 32'hedb88320, register preset to ones, the
//          result inverted. The register after a word is linear in word and register, and the
//          register's bits enter like the word's lowest 32: bit i is worth 1 shifted Bits - i
//          times. Slices of the word become 32 bits each in one clock, their sum with the register
//          follows in the next.
// Stream:  in valid only: a word can come in every clock.
// Timing:  crc_o is right when busy_o is 0, two clocks after the last word.
// Range:   Bits is a multiple of 64.
// Reset:   rst_ni, asynchronous, active low; clear_i takes precedence of a word.
`default_nettype none

module e3_crc32 #(
  parameter int Bits = 64
) (
  input  wire  logic            clk_i,
  input  wire  logic            rst_ni,
  input  wire  logic            clear_i,

  input  wire  logic            in_valid_i,
  input  wire  logic [Bits-1:0] in_data_i,

  output       logic            busy_o,
  output       logic [31:0]     crc_o
);

  localparam int Slices = Bits / 64;

  // Which bits of a slice meet in bit `bit_no` of the register after the word.
  function automatic logic [63:0] mask(input int bit_no, input int slice);
    logic [31:0] worth;
    worth = 32'd1;
    for (int i = Bits - 1; i >= 0; i--) begin
      worth = {1'b0, worth[31:1]} ^ (worth[0] ? 32'hedb88320 : 32'd0);
      if (i / 64 == slice) mask[i % 64] = ((worth >> bit_no) & 32'd1) != 32'd0;
    end
  endfunction

  logic [31:0] crc_q, sum;
  logic        valid_q;

  for (genvar b = 0; b < 32; b++) begin : g_bit
    logic [Slices-1:0] parts_q;
    for (genvar s = 0; s < Slices; s++) begin : g_slice
      localparam logic [63:0] Mask = mask(b, s);
      always_ff @(posedge clk_i) if (in_valid_i) parts_q[s] <= ^(in_data_i[64*s +: 64] & Mask);
    end
    localparam logic [31:0] Fed = 32'(mask(b, 0));
    assign sum[b] = ^{crc_q & Fed, parts_q};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      crc_q   <= '1;
    end else if (clear_i) begin
      valid_q <= 1'b0;
      crc_q   <= '1;
    end else begin
      valid_q <= in_valid_i;
      if (valid_q) crc_q <= sum;
    end
  end
  assign busy_o = valid_q;
  assign crc_o  = ~crc_q;

endmodule

`default_nettype wire
