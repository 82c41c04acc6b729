# The engine's memory side: tape reader, registers, control, on ports of 64, 128 and 512 bits, behind
# the memory model (rtl/sim/e3_memory.c). The core is a stub. Each bench prints TAP of its own.
. tests/tap.sh
for tool in verilator gcc; do
    command -v $tool >/dev/null || { skip "the engine's memory side" "$tool is not installed"; finish; }
done
gcc -std=c17 -O2 -Wall -Wextra -Wconversion -Werror -c -o "$tmp/memory.o" rtl/sim/e3_memory.c || failed=1

bench() { # NAME PORT [FILE]: FILE in the place of one of rtl
    dir=$tmp/$1-$2
    ok "$1, a port of $2 bits: builds" verilator --cc --exe --build -O3 -Wno-fatal -Wno-lint \
        -CFLAGS "-O0 -std=c++17 -DPORT_BITS=$2 -I$PWD/rtl/sim" -LDFLAGS -lz -GPortBits="$2" \
        -Irtl -y rtl -y rtl/sim --top-module "$1" --Mdir "$dir" \
        ${3:-} "tests/engine/$1.sv" "$PWD/tests/engine/$1.cpp" "$tmp/memory.o"
    timeout 120 "$dir/V$1" >"$dir.log"
    equal "ends well" $? 0
    ok "$(grep -c '^ok' "$dir.log") tests of $1: $(grep '^#' "$dir.log" | tr -d '#' | tr '\n' ';')" \
        sh -c "grep -q '^1\.\.' '$dir.log' && ! grep '^not ok' '$dir.log'"
}
for port in 64 128 512; do
    bench reader_tb $port
    bench top_tb $port tests/engine/stub/e3_engine.sv
done

lint() { # PORT MODULE: Verilator, Icarus, Yosys
    ok "verilator: $2, a port of $1 bits" verilator --lint-only -Wall -Irtl -y rtl \
        "-GPortBits=$1" --top-module "$2" "rtl/$2.sv"
    ! command -v iverilog >/dev/null || ok "iverilog" iverilog -g2012 -t null -I rtl -y rtl -Y .sv \
        "-P$2.PortBits=$1" -s "$2" "rtl/$2.sv"
    ! command -v yosys >/dev/null || ok "yosys" yosys -q -e . -p "read_verilog -sv -defer -I rtl rtl/$2.sv
        hierarchy -check -libdir rtl -top $2 -chparam PortBits $1; proc; flatten; opt_clean; check -assert"
}
for port in 64 512; do
    for module in e3_axi_reader e3_axil_regs e3_control; do lint $port $module; done
done
finish
