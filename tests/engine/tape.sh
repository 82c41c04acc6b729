# rtl/e3_tape.svh is what tools/tape.awk prints from src/hw/tape.def.
. tests/tap.sh
awk -f tools/tape.awk src/hw/tape.def >"$tmp/tape.svh"
ok "the tape's fields are the same in C and RTL" cmp "$tmp/tape.svh" rtl/e3_tape.svh
finish
