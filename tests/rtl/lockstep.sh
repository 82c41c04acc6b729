#!/bin/sh
# lockstep.sh [CASES-FILE | "e3_fifo Width=8 Depth=2"]... - RTL units and their C twins, cycle by
# cycle: valid, ready and data of every port, random words, random stalls on every side, a reset
# in the middle. Without arguments every tests/rtl/*.cases. One Verilator build for all of them.
#   SEED=1 CYCLES=6000   RTL=folders of the modules   WORK=folder to keep
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
lib=$root/build/libe3ne.a
seed=${SEED:-1} cycles=${CYCLES:-6000}
if ! command -v verilator >/dev/null; then echo "ok 1 - lockstep # SKIP no verilator"; exit 0; fi
if [ -n "${WORK:-}" ]; then mkdir -p "$WORK"; work=$(cd "$WORK" && pwd)
else work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; fi
[ $# -gt 0 ] || set -- "$here"/*.cases
for arg; do
    if [ -f "$arg" ]; then cat "$arg"; else echo "$arg"; fi
done >"$work/all.cases"

make -s -C "$root" build/libe3ne.a
cc="${CC:-gcc} -std=c17 -O1 -Wall -Wextra -Wconversion -Wshadow -D_POSIX_C_SOURCE=200809L -I$root/src"
$cc -c -o "$work/cases.o" "$here/rig/cases.c"
$cc -c -o "$work/lock.o" "$here/rig/lock.c"
$cc -o "$work/bench" "$here/rig/bench.c" "$work/cases.o" "$lib"
"$work/bench" "$work/all.cases" "$seed" "$work"
paths=
for dir in ${RTL:-} "$root/rtl"; do paths="$paths -y $dir"; done
# shellcheck disable=SC2086
verilator --cc --exe --build --threads 1 -O3 -CFLAGS "-O0 -std=c++17" --x-initial unique -Wno-lint \
    -Wno-style $paths --Mdir "$work/obj" --top-module tb --prefix Vtb "$here/rig/rig.sv" "$work/tb.sv" \
    "$here/rig/main.cc" "$work/cases.o" "$work/lock.o" "$lib" >"$work/build.log" 2>&1 ||
    { tail -30 "$work/build.log"; echo "not ok 1 - the testbench builds"; exit 1; }
"$work/obj/Vtb" "$work/all.cases" "$seed" "$cycles"
