#!/bin/sh
# lint.sh [CASES-FILE | "e3_fifo Width=8 Depth=2"]... - every module as the tools see it, with the
# parameters of every case: verilator --lint-only -Wall, iverilog -g2012, yosys with check -assert.
set -eu
# shellcheck disable=SC2046,SC2086,SC2116
. "$(dirname "$0")/rig/common.inc"
make_work
gather cases "$@" >"$work/all.cases"
build_bench
"$work/bench" "$work/all.cases" "$seed" "$work"

# quoted PREFIX SEPARATOR ID CASE...: the parameters as quoted words of a command line
quoted() {
    prefix=$1 between=$2; shift 2
    parameters "$@" | sed "s|^\([^ ]*\) \(.*\)|'$prefix\1$between\2'|"
}

lint_verilator() {
    eval verilator --lint-only -Wall -y "$root/rtl" --top-module "$2" $(quoted -G = "$@") \
        "$root/rtl/$2.sv"
}

lint_iverilog() {
    eval iverilog -g2012 -t null -y "$root/rtl" -Y .sv -s "$2" $(quoted "-P$2." = "$@") \
        "$root/rtl/$2.sv"
}

lint_yosys() {
    yosys -q -e . -p "$(yosys_read "$root/rtl" "$@"); proc; flatten; opt_clean; check -assert"
}

for tool in verilator iverilog yosys; do
    if ! command -v $tool >/dev/null; then echo "# no $tool: its half is skipped"; continue; fi
    id=0
    while read -r line; do
        rc=0 unit=${line%% *}
        lint_$tool $id "${unit#*=}" ${line#* } >"$work/lint.log" 2>&1 </dev/null || rc=1
        report $rc "$tool: $line" "$work/lint.log"
        id=$((id + 1))
    done <"$work/all.cases"
done
[ $n_test -gt 0 ] || echo "ok 1 - lint # SKIP no verilator, no iverilog, no yosys"
finish
