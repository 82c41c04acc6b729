// e3_axil_regs.sv - the engine's registers: AXI4-Lite slave.
//
// What:    the registers of src/hw/tape.def. Address and data of a write come in any order; bytes
//          without strobe keep their value. Writes to a register that only reads, or to none, do
//          nothing; reads of none give 0; the response is always OKAY. While busy_i is 1 the base
//          address keeps its value.
// Source:  AMBA AXI4-Lite; doc/engine.md, Control.
// Stream:  s_axil, 32 bits of data, 8 of address (the two lowest are not looked at).
// Timing:  a write takes effect in the clock after the later of address and data, a read's data
//          come one clock after its address. check_o, start_o, clear_o: pulses of one clock.
// Range:   PortBits: the base address is cut to a multiple of the port's bytes.
// Reset:   rst_ni, asynchronous, active low; control and base address.
`default_nettype none

module e3_axil_regs #(
  parameter  int          PortBits = 512,
  parameter  logic [31:0] Config   = 32'd0,
  localparam int          ByteW    = $clog2(PortBits / 8)
) (
  input  wire  logic            clk_i,
  input  wire  logic            rst_ni,

  input  wire  logic            s_axil_awvalid,
  output       logic            s_axil_awready,
  input  wire  logic [7:0]      s_axil_awaddr,
  input  wire  logic            s_axil_wvalid,
  output       logic            s_axil_wready,
  input  wire  logic [31:0]     s_axil_wdata,
  input  wire  logic [3:0]      s_axil_wstrb,
  output       logic            s_axil_bvalid,
  input  wire  logic            s_axil_bready,
  output       logic [1:0]      s_axil_bresp,

  input  wire  logic            s_axil_arvalid,
  output       logic            s_axil_arready,
  input  wire  logic [7:0]      s_axil_araddr,
  output       logic            s_axil_rvalid,
  input  wire  logic            s_axil_rready,
  output       logic [31:0]     s_axil_rdata,
  output       logic [1:0]      s_axil_rresp,

  output       logic            check_o,
  output       logic            start_o,
  output       logic            clear_o,
  output       logic            moved_o,
  output       logic [63:ByteW] base_o,
  input  wire  logic            busy_i,
  input  wire  logic            done_i,
  input  wire  logic            checked_i,
  input  wire  logic [7:0]      error_i,
  input  wire  logic [31:0]     cycles_i
);

  `include "e3_tape.svh"

  // A write: its address and its data wait for each other.
  logic        addressed_q, filled_q, write, lo, hi, command;
  logic [7:0]  at_q;
  logic [31:0] data_q;
  logic [3:0]  strobe_q;
  assign s_axil_awready = !addressed_q;
  assign s_axil_wready  = !filled_q;
  assign s_axil_bresp   = 2'b00;
  assign write   = addressed_q && filled_q && (!s_axil_bvalid || s_axil_bready);
  assign command = write && at_q[7:2] == Reg_control[7:2] && strobe_q[0];
  assign lo      = write && at_q[7:2] == Reg_base_lo[7:2] && !busy_i;
  assign hi      = write && at_q[7:2] == Reg_base_hi[7:2] && !busy_i;
  assign check_o = command && data_q[0];
  assign start_o = command && data_q[1];
  assign clear_o = command && data_q[2];
  assign moved_o = lo || hi;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      addressed_q   <= 1'b0;
      filled_q      <= 1'b0;
      s_axil_bvalid <= 1'b0;
    end else begin
      if (s_axil_awvalid) addressed_q <= 1'b1;
      if (s_axil_wvalid) filled_q <= 1'b1;
      if (write) begin
        addressed_q <= 1'b0;
        filled_q    <= 1'b0;
      end
      if (write) s_axil_bvalid <= 1'b1;
      else if (s_axil_bready) s_axil_bvalid <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    if (!addressed_q) at_q <= s_axil_awaddr;
    if (!filled_q) {data_q, strobe_q} <= {s_axil_wdata, s_axil_wstrb};
  end

  logic [63:0] base, base_d;
  assign base = {base_o, {ByteW{1'b0}}};
  for (genvar b = 0; b < 8; b++) begin : g_base
    assign base_d[8*b +: 8] = ((b < 4) ? lo : hi) && strobe_q[b % 4]
                              ? data_q[8 * (b % 4) +: 8] : base[8*b +: 8];
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) base_o <= '0;
    else base_o <= base_d[63:ByteW];
  end

  // A read.
  logic [7:0]  from;
  logic [31:0] value, base_lo, base_hi;
  assign from = {s_axil_araddr[7:2], 2'b00};
  assign {base_hi, base_lo} = base;
  always_comb
    case (from)
      Reg_id:      value = Number_engine;
      Reg_version: value = Number_version;
      Reg_config:  value = Config;
      Reg_status:  value = {16'd0, error_i, 5'd0, checked_i, done_i, busy_i};
      Reg_base_lo: value = base_lo;
      Reg_base_hi: value = base_hi;
      Reg_cycles:  value = cycles_i;
      default:     value = 32'd0;
    endcase
  assign s_axil_arready = !s_axil_rvalid || s_axil_rready;
  assign s_axil_rresp   = 2'b00;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) s_axil_rvalid <= 1'b0;
    else if (s_axil_arready) s_axil_rvalid <= s_axil_arvalid;
  end
  always_ff @(posedge clk_i) if (s_axil_arready) s_axil_rdata <= value;

  logic unused;
  assign unused = ^{at_q[1:0], s_axil_araddr[1:0], base_d[ByteW-1:0]};

endmodule

`default_nettype wire
