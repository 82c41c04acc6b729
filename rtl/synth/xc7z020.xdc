# PYNQ-Z1 (clg400): 125 MHz clock, button 0 as reset, switch 0 in, LED 0 out.
set_property LOC H16 [get_ports clk_i]
set_property LOC D19 [get_ports rst_ni]
set_property LOC M20 [get_ports ser_i]
set_property LOC R14 [get_ports ser_o]
set_property IOSTANDARD LVCMOS33 [get_ports clk_i]
set_property IOSTANDARD LVCMOS33 [get_ports rst_ni]
set_property IOSTANDARD LVCMOS33 [get_ports ser_i]
set_property IOSTANDARD LVCMOS33 [get_ports ser_o]
