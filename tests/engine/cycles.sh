# Clocks of the engine as cost/engine predicts them and as the RTL takes them, on random networks in
# several shapes, behind memories of several kinds (cycles_nets.c, cycles_tb.cpp).
. tests/tap.sh
for tool in verilator gcc; do
    command -v $tool >/dev/null || { skip "the engine's clocks" "$tool is not installed"; finish; }
done
gcc -std=c17 -O2 -Wall -Wextra -Wconversion -Werror -c -o "$tmp/memory.o" rtl/sim/e3_memory.c || failed=1

clocks() { # NETS PortBits PIn POut WBits
    dir=$tmp/$2-$3-$4-$5
    mkdir -p "$dir/nets"
    build/tests/engine/cycles_nets "$dir/nets" "$1" "$2" "$3" "$4" "$5" >"$dir/shape"
    # shellcheck disable=SC2046
    ok "$3 x $4 slots, W=$5, a port of $2 bits: builds" verilator --cc --exe --build -O3 -Wno-fatal \
        -Wno-lint $(cat "$dir/shape") -CFLAGS "-O1 -std=c++17 -I$PWD/rtl/sim" -Irtl -y rtl -y rtl/sim \
        --top-module top_tb --Mdir "$dir" "$PWD/tests/engine/cycles.vlt" tests/engine/top_tb.sv \
        "$PWD/tests/engine/cycles_tb.cpp" "$tmp/memory.o"
    rc=0
    # shellcheck disable=SC2046
    "$dir/Vtop_tb" $(seq -f "$dir/nets/%.0f" "$1") >"$dir.log" || rc=1
    tail -20 "$dir.log" | sed 's/^/# /'
    ok "every run's clocks and every layer's first are as predicted" [ $rc = 0 ]
}
clocks "${NETS:-40}" 64 8 4 4
clocks "${NETS:-25}" 512 32 8 4
clocks "${NETS:-25}" 64 16 4 6
clocks "${NETS:-25}" 128 32 32 2
finish
