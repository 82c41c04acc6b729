#!/bin/sh
# lockstep.sh [CASES-FILE | "e3_fifo Width=8 Depth=2"]... - RTL units and their C twins, cycle by
# cycle: valid, ready and data of every port, random words, random stalls on every side, four resets
# under way. Without arguments every tests/rtl/*.cases. One Verilator build for all of them.
#   SEED=1 CYCLES=8000   RTL=folder with more modules   WORK=folder to keep
set -eu
. "$(dirname "$0")/rig/common.inc"
need verilator
make_work
gather cases "$@" >"$work/all.cases"
build_bench
$cc -c -o "$work/lock.o" "$here/rig/lock.c"
"$work/bench" "$work/all.cases" "$seed" "$work"
verilator --cc --exe --build --threads 1 -O3 -CFLAGS "-O0 -std=c++17" --x-initial unique \
    -Wno-lint -Wno-style -y "${RTL:-$root/rtl}" -y "$root/rtl" --Mdir "$work/obj" --top-module tb \
    --prefix Vtb "$here/rig/rig.sv" "$work/tb.sv" "$here/rig/main.cc" "$work/cases.o" "$work/lock.o" \
    "$lib" >"$work/build.log" 2>&1 || { report 1 "the testbench builds" "$work/build.log"; exit 1; }
"$work/obj/Vtb" "$work/all.cases" "$seed" "${CYCLES:-8000}"
