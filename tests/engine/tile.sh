# The engine's array against sums by the book, in three sizes (tile_tb.sv).
. tests/tap.sh
if ! command -v verilator >/dev/null; then
    skip "the engine's array" "verilator is not installed"; finish
fi
ok "lint-clean" verilator --lint-only -Wall -y rtl rtl/e3_tile.sv
array() { # PIn POut WBits PortBits
    dir=$tmp/$1x$2
    ok "$1 x $2 slots, W=$3, a port of $4 bits: builds" verilator --binary --timing -Wno-fatal -Wno-lint \
        -DTB_PIN=$1 -DTB_POUT=$2 -DTB_WBITS=$3 -DTB_PORT=$4 -O3 -y rtl --top-module tile_tb \
        --Mdir "$dir" tests/engine/tile_tb.sv
    ok "runs" sh -c "'$dir/Vtile_tb' >'$dir.log'"
    equal "every potential as by the book" "$(grep -c PASS "$dir.log")" 1
}
array 8 4 3 48
array 27 2 4 72
array 6 3 6 36
finish
