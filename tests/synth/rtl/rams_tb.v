// rams_tb.v - writes 2,048 words of every memory of tiny_rams, then reads and writes at random, often
// the same word at once, and prints what comes out: the same for the RTL and for its gates.
`timescale 1ns/1ps

module rams_tb;

  reg         clk = 0, write = 0;
  reg  [15:0] waddr = 0, raddr = 0;
  reg  [71:0] data = 0;
  wire [71:0] w72;
  wire [35:0] w36;
  wire [17:0] w18;
  wire [8:0]  w9;
  wire [3:0]  w4;
  wire        w1;
  wire [7:0]  rom;
  reg  [31:0] x = 1;
  integer     n;

  tiny_rams dut (
    .clk_i(clk), .write_i(write), .waddr_i(waddr), .raddr_i(raddr), .data_i(data),
    .w72_o(w72), .w36_o(w36), .w18_o(w18), .w9_o(w9), .w4_o(w4), .w1_o(w1), .rom_o(rom)
  );

  always #5 clk = !clk;

  // One of 2,048 addresses, over all of the deepest memory.
  function [15:0] word;
    input [10:0] i;
    word = {2'd0, i[10:8], 3'd0, i[7:0]};
  endfunction

  initial begin
    for (n = 0; n < 2048 + 2000; n = n + 1) begin
      @(negedge clk);
      if (n > 2052) $display("%h %h %h %h %h %h %h", w72, w36, w18, w9, w4, w1, rom);
      x     = x * 1664525 + 1013904223;
      data  = {data[39:0], 32'd0} ^ {8'd0, x, ~x} ^ (data >> 5);
      write = n < 2048 || x[30];
      waddr = n < 2048 ? word(n) : word(x[20:10]);
      raddr = x[29] ? waddr : word({x[17:10], x[25:23]});
    end
    $finish;
  end

endmodule
