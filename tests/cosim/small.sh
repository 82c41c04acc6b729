# A three-layer network through the whole flow: the one of `make quick`.
. tests/tap.sh
. tests/cosim/prove.inc
prove small
ok "report.html is there" test -s "$tmp/small/report.html"
# The emitted testbench, as its own header says to run it.
line=$(sed -n 's/^.*\$ \(verilator .*\)$/\1/p' "$tmp/small/rtl/e3_tb.sv")
ok "the emitted testbench in Verilator" sh -c "cd '$tmp/small/rtl' && $line >'$tmp/tb.log'"
equal "every word as wanted" "$(grep -c '0 wrong words.*PASS' "$tmp/tb.log")" 1
finish
