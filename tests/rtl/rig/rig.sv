// rig.sv - one DUT's connection to lock.c: drives at the falling edge, checks at the rising one.
package rig_pkg;
  localparam int MaxBits = 4096;  // RIG_MAX_BITS
  import "DPI-C" function void rig_drive(input int id, output int in_valid, output int out_ready,
    output bit [MaxBits-1:0] in0, output bit [MaxBits-1:0] in1);
  import "DPI-C" function void rig_check(input int id, input int in_ready, input int out_valid,
    input bit [MaxBits-1:0] out0, input bit [MaxBits-1:0] out1, input int err);
endpackage

module rig_port #(
  parameter int Id = 0, I0 = 1, I1 = 1, O0 = 1, O1 = 1
) (
  input  logic          clk,
  output logic [1:0]    iv,
  input  logic [1:0]    ir,
  output logic [I0-1:0] id0,
  output logic [I1-1:0] id1,
  input  logic [1:0]    ov,
  output logic [1:0]    ordy,
  input  logic [O0-1:0] od0,
  input  logic [O1-1:0] od1,
  input  logic          err
);
  import rig_pkg::*;
  int v, r;
  bit [MaxBits-1:0] d0, d1;
  always @(negedge clk) begin
    rig_drive(Id, v, r, d0, d1);
    iv   = v[1:0];
    ordy = r[1:0];
    id0  = d0[I0-1:0];
    id1  = d1[I1-1:0];
  end
  always @(posedge clk)
    rig_check(Id, 32'(ir), 32'(ov), MaxBits'(od0), MaxBits'(od1), 32'(err));
endmodule
