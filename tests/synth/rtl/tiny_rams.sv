// tiny_rams.sv - memories of every shape that block RAM can take, each written and read: what a
// gate-level simulation of block RAM has to get right.
`default_nettype none

// One memory of Depth words of Width bits: written at one address while another is read; Init:
// read from a file too.
module tiny_ram #(
  parameter int Width = 8,
  parameter int Depth = 512,
  parameter int Write = 1,
  parameter     File  = "tiny.hex"
) (
  input  wire  logic             clk_i,
  input  wire  logic             write_i,
  input  wire  logic [15:0]      waddr_i,
  input  wire  logic [15:0]      raddr_i,
  input  wire  logic [Width-1:0] data_i,
  output       logic [Width-1:0] data_o
);

  localparam int AddrW = $clog2(Depth);

  (* ram_style = "block" *) logic [Width-1:0] mem_q [Depth];
  logic [Width-1:0] read_q;

  if (!Write) begin : g_init
    initial $readmemh(File, mem_q);
  end else begin : g_write
    always_ff @(posedge clk_i) if (write_i) mem_q[waddr_i[AddrW-1:0]] <= data_i;
  end

  always_ff @(posedge clk_i) begin
    read_q <= mem_q[raddr_i[AddrW-1:0]];
    data_o <= read_q;
  end

endmodule

module tiny_rams (
  input  wire  logic         clk_i,
  input  wire  logic         write_i,
  input  wire  logic [15:0]  waddr_i,
  input  wire  logic [15:0]  raddr_i,
  input  wire  logic [71:0]  data_i,
  output       logic [71:0]  w72_o,
  output       logic [35:0]  w36_o,
  output       logic [17:0]  w18_o,
  output       logic [8:0]   w9_o,
  output       logic [3:0]   w4_o,
  output       logic         w1_o,
  output       logic [7:0]   rom_o
);

  `define WRITTEN(W, D, O) \
    tiny_ram #(.Width(W), .Depth(D)) u_``O (.clk_i, .write_i, .waddr_i, .raddr_i, \
                                            .data_i(data_i[W-1:0]), .data_o(O));
  `WRITTEN(72, 512, w72_o)
  `WRITTEN(36, 512, w36_o)
  `WRITTEN(18, 2048, w18_o)
  `WRITTEN(9, 4096, w9_o)
  `WRITTEN(4, 8192, w4_o)
  `WRITTEN(1, 16384, w1_o)

  tiny_ram #(.Width(8), .Depth(4096), .Write(0), .File("tiny.hex")) u_rom (
    .clk_i, .write_i(1'b0), .waddr_i(16'd0), .raddr_i, .data_i(8'd0), .data_o(rom_o)
  );

endmodule

`default_nettype wire
