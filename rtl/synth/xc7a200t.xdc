# Nexys Video (484 balls): 100 MHz clock, reset button, serial in and out.
set_property LOC R4 [get_ports clk_i]
set_property LOC G4 [get_ports rst_ni]
set_property LOC V18 [get_ports ser_i]
set_property LOC AA19 [get_ports ser_o]
set_property IOSTANDARD LVCMOS33 [get_ports clk_i]
set_property IOSTANDARD LVCMOS33 [get_ports rst_ni]
set_property IOSTANDARD LVCMOS33 [get_ports ser_i]
set_property IOSTANDARD LVCMOS33 [get_ports ser_o]
