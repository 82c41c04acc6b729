# The engine's core on random small networks, in several shapes (core_tb.cpp).
. tests/tap.sh
if ! command -v verilator >/dev/null; then
    skip "the engine's core" "verilator is not installed"; finish
fi
# As the tools see it, the whole engine.
# shellcheck disable=SC2046
lint() { # PARAMETER=VALUE...
    ok "verilator" verilator --lint-only -Wall -Irtl -y rtl --top-module e3_engine_top \
        $(printf ' -G%s' "$@") rtl/e3_engine_top.sv
    ! command -v iverilog >/dev/null || ok "iverilog" iverilog -g2012 -t null -I rtl -y rtl -Y .sv \
        $(printf ' -Pe3_engine_top.%s' "$@") -s e3_engine_top rtl/e3_engine_top.sv
    ! command -v yosys >/dev/null || ok "yosys" yosys -q -e . -p "read_verilog -sv -defer -I rtl rtl/e3_*.sv
        hierarchy -check -top e3_engine_top $(printf ' -chparam %s' "$@" | tr '=' ' ')
        proc; flatten; opt_clean; check -assert"
}
lint PIn=8 POut=4 PortBits=64 Columns=16

core() { # NETS PIn POut WBits PortBits Bits Columns
    dir=$tmp/$2x$3w$4p$5
    ok "$2 x $3 slots, W=$4, a port of $5 bits, $6 steps: builds" verilator --cc --exe --build -O3 \
        --x-initial unique -Wno-fatal -Wno-lint -Irtl -y rtl --top-module e3_engine --Mdir "$dir" \
        -GPIn=$2 -GPOut=$3 -GWBits=$4 -GPortBits=$5 -GBits=$6 -GColumns=$7 -GMapWords=256 \
        -GPositions=256 -GImagePixels=256 -GPixelBits=$((3 * $6)) -GLayers=8 \
        -CFLAGS "-O1 -DPIN=$2 -DPOUT=$3 -DWBITS=$4 -DPORT=$5 -DBITS=$6 -DCOLUMNS=$7 \
        -DMAP_WORDS=256 -DPOSITIONS=256 -DPIXEL_BITS=$((3 * $6))" \
        "$PWD/tests/engine/core.vlt" rtl/e3_engine.sv "$PWD/tests/engine/core_tb.cpp"
    rc=0
    "$dir/Ve3_engine" "${SEED:-1}" "$1" >"$dir.log" || rc=1
    sed 's/^/# /' "$dir.log"
    ok "every code and score as by the book" [ $rc = 0 ]
}
core "${NETS:-40}" 8 4 4 64 8 8
core "${NETS:-25}" 16 4 6 64 6 8
core "${NETS:-25}" 8 8 3 64 4 128
if [ -n "${LARGE:-}" ]; then # minutes
    core "${NETS:-15}" 64 32 4 64 8 16
    core "${NETS:-15}" 64 32 4 512 8 4
    core "${NETS:-15}" 64 32 6 512 8 4
fi
finish
