#!/bin/sh
# prove.sh [PROOFS-FILE | "e3_fifo Width=3 Depth=4"]... - proves the promises of rtl/*_props.svh by
# induction (yosys sat -tempinduct) for each line of tests/rtl/*.proofs: a unit and all of its
# parameters.   STEPS=8 of induction at most   WORK=folder to keep
set -eu
# shellcheck disable=SC2086
. "$(dirname "$0")/rig/common.inc"
need yosys
make_work
gather proofs "$@" >"$work/all.cases"
build_bench
"$work/bench" "$work/all.cases" "$seed" "$work"
id=0
while read -r line; do
    rc=0
    prove "$root/rtl" $id $line >"$work/prove.log" 2>&1 </dev/null || rc=1
    report $rc "proved: $line" "$work/prove.log"
    id=$((id + 1))
done <"$work/all.cases"
finish
