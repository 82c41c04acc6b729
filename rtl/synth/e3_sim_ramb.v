// e3_sim_ramb.v - what the block RAMs of 7-series do, for simulating a gate-level netlist.
//
// What:    Yosys's own cell library has only the ports and delays of RAMB18E1 and RAMB36E1; here is
//          their behaviour as Yosys uses it: no output register, no cascade, no error correction.
//          e3ne gives the cells of its gate-level Verilog these names.
// Source:  AMD UG473 (7 Series Memory Resources), chapter 1: widths, byte writes, write modes.
// Stream:  none.
// Timing:  each port reads and writes at its clock's rising edge; a read sees the memory as it was
//          before the edge (READ_FIRST) or the port's own write (WRITE_FIRST).
// Range:   widths 0 (unused), 1, 2, 4, 9, 18, 36; in simple dual port mode, where port A reads and
//          port B writes, twice as wide too: a word then lies across the data pins of both ports.
`default_nettype none

// Memory of 2^BitsLog data bits and a parity bit a byte. The ports have 2 * Half bytes of data pins
// together, the lower half of them port A's. First and Reset: INIT_A, INIT_B and SRVAL_A, SRVAL_B.
module e3_sim_ramb #(
  parameter BitsLog = 15,
  parameter Half    = 4,
  parameter Sdp     = 0,
  parameter RdA     = 0,
  parameter RdB     = 0,
  parameter WrA     = 0,
  parameter WrB     = 0,
  parameter ModeA   = "WRITE_FIRST",
  parameter ModeB   = "WRITE_FIRST",
  parameter [(1<<BitsLog)-1:0]     Init  = 0,
  parameter [(1<<(BitsLog-3))-1:0] InitP = 0,
  parameter [9*Half-1:0] FirstA = 0,
  parameter [9*Half-1:0] FirstB = 0,
  parameter [9*Half-1:0] ResetA = 0,
  parameter [9*Half-1:0] ResetB = 0
) (
  input  wire               clka_i,
  input  wire               ena_i,
  input  wire               rsta_i,
  input  wire [BitsLog-1:0] addra_i,
  input  wire [Half-1:0]    wea_i,
  input  wire               clkb_i,
  input  wire               enb_i,
  input  wire               rstb_i,
  input  wire [BitsLog-1:0] addrb_i,
  input  wire [2*Half-1:0]  web_i,
  input  wire [16*Half-1:0] di_i,
  input  wire [2*Half-1:0]  dip_i,
  output wire [16*Half-1:0] do_o,
  output wire [2*Half-1:0]  dop_o
);

  // Bytes of a word of a width; widths under 9 are a slice of one byte.
  function integer count;
    input integer width;
    count = (width < 18) ? 1 : width / 9;
  endfunction

  localparam NRdA = count(RdA);
  localparam NRdB = count(RdB);
  localparam NWrA = count(WrA);
  localparam NWrB = count(WrB);
  localparam NA   = (NRdA > Half) ? Half : NRdA;  // bytes that port A's own pins give
  localparam From = Sdp ? 0 : Half;               // where port B's data begin

  reg [7:0] mem [0:(1<<(BitsLog-3))-1];
  reg       par [0:(1<<(BitsLog-3))-1];

  reg [16*Half-1:0] a_q;
  reg [2*Half-1:0]  ap_q;
  reg [8*Half-1:0]  b_q;
  reg [Half-1:0]    bp_q;

  assign do_o  = Sdp ? a_q : {b_q, a_q[8*Half-1:0]};
  assign dop_o = Sdp ? ap_q : {bp_q, ap_q[Half-1:0]};

  // Row by row: a slice of the whole of Init is slow in simulators.
  integer       k, row;
  reg   [255:0] line;
  initial begin
    for (row = 0; row < (1 << (BitsLog - 8)); row = row + 1) begin
      line = Init[256*row+:256];
      for (k = 0; k < 32; k = k + 1) mem[32*row+k] = line[8*k+:8];
    end
    for (row = 0; row < (1 << (BitsLog - 11)); row = row + 1) begin
      line = InitP[256*row+:256];
      for (k = 0; k < 256; k = k + 1) par[256*row+k] = line[k];
    end
    a_q = {FirstB[8*Half-1:0], FirstA[8*Half-1:0]};
    b_q = FirstB[8*Half-1:0];
    for (k = 0; k < Half; k = k + 1) begin
      ap_q[k]      = FirstA[8*NA+k];
      ap_q[Half+k] = FirstB[8*Half+k];
      bp_q[k]      = FirstB[8*NRdB+k];
    end
  end

  // The bits of a byte that a narrow word reads, and the byte after a narrow word was written.
  function [7:0] slice;
    input [7:0]   all;
    input integer width;
    input [2:0]   low;
    slice = (width > 8) ? all : (all >> (low / width * width)) & ((9'd1 << width) - 9'd1);
  endfunction

  function [7:0] merge;
    input [7:0]   old;
    input [7:0]   now;
    input integer width;
    input [2:0]   low;
    reg   [7:0]   mask;
    begin
      mask  = ((9'd1 << width) - 9'd1) << (low / width * width);
      merge = (width > 8) ? now : (old & ~mask) | ((now << (low / width * width)) & mask);
    end
  endfunction

  // The byte where a word begins.
  function [BitsLog-4:0] base;
    input [BitsLog-1:0] addr;
    input integer       bytes;
    base = (addr >> 3) / bytes * bytes;
  endfunction

  integer a;
  always @(posedge clka_i) if (ena_i) begin
    if (RdA != 0 && rsta_i) begin
      a_q <= {ResetB[8*Half-1:0], ResetA[8*Half-1:0]};
      for (a = 0; a < Half; a = a + 1) begin
        ap_q[a]      <= ResetA[8*NA+a];
        ap_q[Half+a] <= ResetB[8*Half+a];
      end
    end else if (RdA != 0) begin
      for (a = 0; a < NRdA; a = a + 1)
        if (ModeA == "WRITE_FIRST" && !Sdp && WrA != 0 && wea_i[a%Half]) begin
          a_q[8*a+:8] <= di_i[8*a+:8];
          ap_q[a]     <= dip_i[a];
        end else if (ModeA != "NO_CHANGE" || wea_i == 0) begin
          a_q[8*a+:8] <= slice(mem[base(addra_i, NRdA) + a], RdA, addra_i[2:0]);
          ap_q[a]     <= par[base(addra_i, NRdA) + a];
        end
    end
    for (a = 0; a < NWrA; a = a + 1) if (WrA != 0 && wea_i[a%Half]) begin
      mem[base(addra_i, NWrA) + a] <= merge(mem[base(addra_i, NWrA) + a], di_i[8*a+:8], WrA,
                                            addra_i[2:0]);
      if (WrA > 8) par[base(addra_i, NWrA) + a] <= dip_i[a];
    end
  end

  integer b;
  always @(posedge clkb_i) if (enb_i) begin
    if (RdB != 0 && rstb_i) begin
      b_q <= ResetB[8*Half-1:0];
      for (b = 0; b < Half; b = b + 1) bp_q[b] <= ResetB[8*NRdB+b];
    end else if (RdB != 0) begin
      for (b = 0; b < NRdB; b = b + 1)
        if (ModeB == "WRITE_FIRST" && WrB != 0 && web_i[b]) begin
          b_q[8*b+:8] <= di_i[8*(Half+b)+:8];
          bp_q[b]     <= dip_i[Half+b];
        end else if (ModeB != "NO_CHANGE" || web_i == 0) begin
          b_q[8*b+:8] <= slice(mem[base(addrb_i, NRdB) + b], RdB, addrb_i[2:0]);
          bp_q[b]     <= par[base(addrb_i, NRdB) + b];
        end
    end
    for (b = 0; b < NWrB; b = b + 1) if (WrB != 0 && web_i[b]) begin
      mem[base(addrb_i, NWrB) + b] <= merge(mem[base(addrb_i, NWrB) + b], di_i[8*(From+b)+:8], WrB,
                                            addrb_i[2:0]);
      if (WrB > 8) par[base(addrb_i, NWrB) + b] <= dip_i[From+b];
    end
  end

endmodule

module e3_sim_ramb18e1 (
  input  wire        CLKARDCLK, ENARDEN, REGCEAREGCE, RSTRAMARSTRAM, RSTREGARSTREG,
  input  wire        CLKBWRCLK, ENBWREN, REGCEB, RSTRAMB, RSTREGB,
  input  wire [13:0] ADDRARDADDR, ADDRBWRADDR,
  input  wire [15:0] DIADI, DIBDI,
  input  wire [1:0]  DIPADIP, DIPBDIP,
  input  wire [1:0]  WEA,
  input  wire [3:0]  WEBWE,
  output wire [15:0] DOADO, DOBDO,
  output wire [1:0]  DOPADOP, DOPBDOP
);

  parameter [255:0]
    INIT_00 = 0, INIT_01 = 0, INIT_02 = 0, INIT_03 = 0, INIT_04 = 0, INIT_05 = 0,
    INIT_06 = 0, INIT_07 = 0, INIT_08 = 0, INIT_09 = 0, INIT_0A = 0, INIT_0B = 0,
    INIT_0C = 0, INIT_0D = 0, INIT_0E = 0, INIT_0F = 0, INIT_10 = 0, INIT_11 = 0,
    INIT_12 = 0, INIT_13 = 0, INIT_14 = 0, INIT_15 = 0, INIT_16 = 0, INIT_17 = 0,
    INIT_18 = 0, INIT_19 = 0, INIT_1A = 0, INIT_1B = 0, INIT_1C = 0, INIT_1D = 0,
    INIT_1E = 0, INIT_1F = 0, INIT_20 = 0, INIT_21 = 0, INIT_22 = 0, INIT_23 = 0,
    INIT_24 = 0, INIT_25 = 0, INIT_26 = 0, INIT_27 = 0, INIT_28 = 0, INIT_29 = 0,
    INIT_2A = 0, INIT_2B = 0, INIT_2C = 0, INIT_2D = 0, INIT_2E = 0, INIT_2F = 0,
    INIT_30 = 0, INIT_31 = 0, INIT_32 = 0, INIT_33 = 0, INIT_34 = 0, INIT_35 = 0,
    INIT_36 = 0, INIT_37 = 0, INIT_38 = 0, INIT_39 = 0, INIT_3A = 0, INIT_3B = 0,
    INIT_3C = 0, INIT_3D = 0, INIT_3E = 0, INIT_3F = 0, INITP_00 = 0, INITP_01 = 0,
    INITP_02 = 0, INITP_03 = 0, INITP_04 = 0, INITP_05 = 0, INITP_06 = 0, INITP_07 = 0;
  parameter RAM_MODE = "TDP", WRITE_MODE_A = "WRITE_FIRST", WRITE_MODE_B = "WRITE_FIRST";
  parameter READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0;
  parameter DOA_REG = 0, DOB_REG = 0;
  parameter [17:0] INIT_A = 0, INIT_B = 0, SRVAL_A = 0, SRVAL_B = 0;

  // Nothing that is not modelled may be asked for.
  initial if (DOA_REG != 0 || DOB_REG != 0) begin
    $display("%m: an output register or a cascade is not modelled");
    $finish;
  end

  e3_sim_ramb #(
    .BitsLog(14), .Half(2), .Sdp(RAM_MODE == "SDP"), .ModeA(WRITE_MODE_A), .ModeB(WRITE_MODE_B),
    .RdA(READ_WIDTH_A), .RdB(READ_WIDTH_B), .WrA(WRITE_WIDTH_A), .WrB(WRITE_WIDTH_B),
    .FirstA(INIT_A), .FirstB(INIT_B), .ResetA(SRVAL_A), .ResetB(SRVAL_B),
    .InitP({
      INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
    }),
    .Init({
      INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38,
      INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30,
      INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28,
      INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20,
      INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18,
      INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10,
      INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08,
      INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00
    })
  ) u_ram (
    .clka_i(CLKARDCLK), .ena_i(ENARDEN), .rsta_i(RSTRAMARSTRAM), .wea_i(WEA),
    .clkb_i(CLKBWRCLK), .enb_i(ENBWREN), .rstb_i(RSTRAMB), .web_i(WEBWE),
    .addra_i(ADDRARDADDR[13:0]), .addrb_i(ADDRBWRADDR[13:0]),
    .di_i({DIBDI, DIADI}), .dip_i({DIPBDIP, DIPADIP}),
    .do_o({DOBDO, DOADO}), .dop_o({DOPBDOP, DOPADOP})
  );

endmodule

module e3_sim_ramb36e1 (
  input  wire        CLKARDCLK, ENARDEN, REGCEAREGCE, RSTRAMARSTRAM, RSTREGARSTREG,
  input  wire        CLKBWRCLK, ENBWREN, REGCEB, RSTRAMB, RSTREGB,
  input  wire [15:0] ADDRARDADDR, ADDRBWRADDR,
  input  wire [31:0] DIADI, DIBDI,
  input  wire [3:0]  DIPADIP, DIPBDIP,
  input  wire [3:0]  WEA,
  input  wire [7:0]  WEBWE,
  output wire [31:0] DOADO, DOBDO,
  output wire [3:0]  DOPADOP, DOPBDOP
);

  parameter [255:0]
    INIT_00 = 0, INIT_01 = 0, INIT_02 = 0, INIT_03 = 0, INIT_04 = 0, INIT_05 = 0,
    INIT_06 = 0, INIT_07 = 0, INIT_08 = 0, INIT_09 = 0, INIT_0A = 0, INIT_0B = 0,
    INIT_0C = 0, INIT_0D = 0, INIT_0E = 0, INIT_0F = 0, INIT_10 = 0, INIT_11 = 0,
    INIT_12 = 0, INIT_13 = 0, INIT_14 = 0, INIT_15 = 0, INIT_16 = 0, INIT_17 = 0,
    INIT_18 = 0, INIT_19 = 0, INIT_1A = 0, INIT_1B = 0, INIT_1C = 0, INIT_1D = 0,
    INIT_1E = 0, INIT_1F = 0, INIT_20 = 0, INIT_21 = 0, INIT_22 = 0, INIT_23 = 0,
    INIT_24 = 0, INIT_25 = 0, INIT_26 = 0, INIT_27 = 0, INIT_28 = 0, INIT_29 = 0,
    INIT_2A = 0, INIT_2B = 0, INIT_2C = 0, INIT_2D = 0, INIT_2E = 0, INIT_2F = 0,
    INIT_30 = 0, INIT_31 = 0, INIT_32 = 0, INIT_33 = 0, INIT_34 = 0, INIT_35 = 0,
    INIT_36 = 0, INIT_37 = 0, INIT_38 = 0, INIT_39 = 0, INIT_3A = 0, INIT_3B = 0,
    INIT_3C = 0, INIT_3D = 0, INIT_3E = 0, INIT_3F = 0, INIT_40 = 0, INIT_41 = 0,
    INIT_42 = 0, INIT_43 = 0, INIT_44 = 0, INIT_45 = 0, INIT_46 = 0, INIT_47 = 0,
    INIT_48 = 0, INIT_49 = 0, INIT_4A = 0, INIT_4B = 0, INIT_4C = 0, INIT_4D = 0,
    INIT_4E = 0, INIT_4F = 0, INIT_50 = 0, INIT_51 = 0, INIT_52 = 0, INIT_53 = 0,
    INIT_54 = 0, INIT_55 = 0, INIT_56 = 0, INIT_57 = 0, INIT_58 = 0, INIT_59 = 0,
    INIT_5A = 0, INIT_5B = 0, INIT_5C = 0, INIT_5D = 0, INIT_5E = 0, INIT_5F = 0,
    INIT_60 = 0, INIT_61 = 0, INIT_62 = 0, INIT_63 = 0, INIT_64 = 0, INIT_65 = 0,
    INIT_66 = 0, INIT_67 = 0, INIT_68 = 0, INIT_69 = 0, INIT_6A = 0, INIT_6B = 0,
    INIT_6C = 0, INIT_6D = 0, INIT_6E = 0, INIT_6F = 0, INIT_70 = 0, INIT_71 = 0,
    INIT_72 = 0, INIT_73 = 0, INIT_74 = 0, INIT_75 = 0, INIT_76 = 0, INIT_77 = 0,
    INIT_78 = 0, INIT_79 = 0, INIT_7A = 0, INIT_7B = 0, INIT_7C = 0, INIT_7D = 0,
    INIT_7E = 0, INIT_7F = 0, INITP_00 = 0, INITP_01 = 0, INITP_02 = 0, INITP_03 = 0,
    INITP_04 = 0, INITP_05 = 0, INITP_06 = 0, INITP_07 = 0, INITP_08 = 0, INITP_09 = 0,
    INITP_0A = 0, INITP_0B = 0, INITP_0C = 0, INITP_0D = 0, INITP_0E = 0, INITP_0F = 0;
  parameter RAM_MODE = "TDP", WRITE_MODE_A = "WRITE_FIRST", WRITE_MODE_B = "WRITE_FIRST";
  parameter RAM_EXTENSION_A = "NONE", RAM_EXTENSION_B = "NONE";
  parameter READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0;
  parameter DOA_REG = 0, DOB_REG = 0;
  parameter [35:0] INIT_A = 0, INIT_B = 0, SRVAL_A = 0, SRVAL_B = 0;

  // Nothing that is not modelled may be asked for.
  initial if (DOA_REG != 0 || DOB_REG != 0 || RAM_EXTENSION_A != "NONE") begin
    $display("%m: an output register or a cascade is not modelled");
    $finish;
  end

  e3_sim_ramb #(
    .BitsLog(15), .Half(4), .Sdp(RAM_MODE == "SDP"), .ModeA(WRITE_MODE_A), .ModeB(WRITE_MODE_B),
    .RdA(READ_WIDTH_A), .RdB(READ_WIDTH_B), .WrA(WRITE_WIDTH_A), .WrB(WRITE_WIDTH_B),
    .FirstA(INIT_A), .FirstB(INIT_B), .ResetA(SRVAL_A), .ResetB(SRVAL_B),
    .InitP({
      INITP_0F, INITP_0E, INITP_0D, INITP_0C, INITP_0B, INITP_0A, INITP_09, INITP_08,
      INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
    }),
    .Init({
      INIT_7F, INIT_7E, INIT_7D, INIT_7C, INIT_7B, INIT_7A, INIT_79, INIT_78,
      INIT_77, INIT_76, INIT_75, INIT_74, INIT_73, INIT_72, INIT_71, INIT_70,
      INIT_6F, INIT_6E, INIT_6D, INIT_6C, INIT_6B, INIT_6A, INIT_69, INIT_68,
      INIT_67, INIT_66, INIT_65, INIT_64, INIT_63, INIT_62, INIT_61, INIT_60,
      INIT_5F, INIT_5E, INIT_5D, INIT_5C, INIT_5B, INIT_5A, INIT_59, INIT_58,
      INIT_57, INIT_56, INIT_55, INIT_54, INIT_53, INIT_52, INIT_51, INIT_50,
      INIT_4F, INIT_4E, INIT_4D, INIT_4C, INIT_4B, INIT_4A, INIT_49, INIT_48,
      INIT_47, INIT_46, INIT_45, INIT_44, INIT_43, INIT_42, INIT_41, INIT_40,
      INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38,
      INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30,
      INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28,
      INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20,
      INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18,
      INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10,
      INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08,
      INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00
    })
  ) u_ram (
    .clka_i(CLKARDCLK), .ena_i(ENARDEN), .rsta_i(RSTRAMARSTRAM), .wea_i(WEA),
    .clkb_i(CLKBWRCLK), .enb_i(ENBWREN), .rstb_i(RSTRAMB), .web_i(WEBWE),
    .addra_i(ADDRARDADDR[14:0]), .addrb_i(ADDRBWRADDR[14:0]),
    .di_i({DIBDI, DIADI}), .dip_i({DIPBDIP, DIPADIP}),
    .do_o({DOBDO, DOADO}), .dop_o({DOPBDOP, DOPADOP})
  );

endmodule

`default_nettype wire
