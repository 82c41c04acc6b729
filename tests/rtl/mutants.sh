#!/bin/sh
# mutants.sh [MUTANTS-FILE]... - damaged modules must be found. A line of tests/rtl/*.mutants is
#   lockstep|prove CASE :: [MODULE:] SED-EDIT      CASE as in lockstep.sh, UNIT=MODULE too
# the edit is made to the case's module, or to another one (MODULE) that it uses; lockstep with
# the twin, or the proof, must then fail. All lockstep mutants share one Verilator build.
set -eu
# shellcheck disable=SC2086
. "$(dirname "$0")/rig/common.inc"
need verilator
need yosys
make_work
gather mutants "$@" >"$work/all.mutants"
build_bench

damage() { # FOLDER CASE :: EDIT...: a damaged copy of rtl/ in FOLDER
    folder=$1 module=${2%% *} edit=${2#* :: }
    module=${module#*=}
    case $edit in e3_*:*) module=${edit%%:*}; edit=${edit#*: } ;; esac
    mkdir -p "$folder"
    cp "$root"/rtl/e3_*.sv "$root"/rtl/*.svh "$folder"
    sed "$edit" "$root/rtl/$module.sv" >"$folder/$module.sv"
    ! cmp -s "$root/rtl/$module.sv" "$folder/$module.sv"
}

# Every damaged library goes into one folder, its modules renamed e3_x_mN.
mkdir "$work/library"
: >"$work/lock.cases"; : >"$work/lock.names"; : >"$work/prove.cases"; : >"$work/prove.names"
m=0
while read -r kind line; do
    m=$((m + 1))
    if ! damage "$work/m$m" "$line"; then report 1 "does not apply: $line"; continue; fi
    case=${line%% :: *}
    echo "$m $line" >>"$work/${kind%step}.names"
    if [ "$kind" = prove ]; then echo "$case" >>"$work/prove.cases"; continue; fi
    for f in "$work/m$m"/e3_*.sv; do
        sed -E "s/\\b(e3_[a-z0-9]+(_[a-z0-9]+)*)\\b/\\1_m$m/g" "$f" >"$work/library/$(basename "$f" .sv)_m$m.sv"
    done
    unit=${case%% *}
    echo "${unit%=*}=${unit#*=}_m$m ${case#* }" >>"$work/lock.cases"
done <"$work/all.mutants"

if [ -s "$work/lock.cases" ]; then
    rc=0
    RTL=$work/library CYCLES=${CYCLES:-3000} WORK=$work/lock sh "$here/lockstep.sh" "$work/lock.cases" \
        >"$work/lock.tap" || rc=$?
    grep -q '^1\.\.' "$work/lock.tap" || report 1 "the damaged units build" "$work/lock.tap"
    grep -E '^(not )?ok' "$work/lock.tap" | paste -d '\t' - "$work/lock.names" >"$work/lock.both"
    while IFS='	' read -r verdict name; do
        case $verdict in not*) report 0 "lockstep finds: ${name#* }" ;; *) report 1 "survives lockstep: ${name#* }" ;; esac
    done <"$work/lock.both"
fi

if [ -s "$work/prove.cases" ]; then
    "$work/bench" "$work/prove.cases" "$seed" "$work"
    id=0
    while read -r m line; do
        prove "$work/m$m" $id ${line%% :: *} >"$work/prove.log" 2>&1 </dev/null || true
        rc=0
        grep -q 'proof did fail' "$work/prove.log" || rc=1
        report $rc "proof fails: $line" "$work/prove.log"
        id=$((id + 1))
    done <"$work/prove.names"
fi
finish
