# Arty A7-35T (csg324): 100 MHz clock, reset button, serial in and out.
set_property LOC E3 [get_ports clk_i]
set_property LOC C2 [get_ports rst_ni]
set_property LOC A9 [get_ports ser_i]
set_property LOC D10 [get_ports ser_o]
set_property IOSTANDARD LVCMOS33 [get_ports clk_i]
set_property IOSTANDARD LVCMOS33 [get_ports rst_ni]
set_property IOSTANDARD LVCMOS33 [get_ports ser_i]
set_property IOSTANDARD LVCMOS33 [get_ports ser_o]
