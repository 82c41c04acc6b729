# Damage to the engine's core must be found by core_tb. A line of core.mutants is
#   MODULE :: EXPRESSION :: ANOTHER      (as written; the first line of code where it stands)
# and becomes (number == N ? ANOTHER : EXPRESSION), so that one build holds every mutant and the
# environment's MUTANT chooses.
. tests/tap.sh
if ! command -v verilator >/dev/null; then
    skip "the engine's mutants" "verilator is not installed"; finish
fi
list=tests/engine/core.mutants
mkdir "$tmp/rtl"
cp rtl/e3_*.sv rtl/*.svh "$tmp/rtl"
cat >"$tmp/rtl/e3_mutants.sv" <<'END'
package e3_mutants;
  import "DPI-C" function int e3_mutant();
  int number = e3_mutant();
endpackage
END
cat >"$tmp/mutant.cpp" <<'END'
#include <cstdlib>
extern "C" int e3_mutant() { const char *n = getenv("MUTANT"); return n ? atoi(n) : 0; }
END
damage() { # N MODULE EXPRESSION ANOTHER
    N=$1 OLD=$3 NEW=$4 awk '
        BEGIN { old = ENVIRON["OLD"]; new = ENVIRON["NEW"] }
        !done && !/^ *\/\// && (at = index($0, old)) {
            $0 = substr($0, 1, at - 1) "(e3_mutants::number == " ENVIRON["N"] " ? (" new ") : (" old "))" \
                 substr($0, at + length(old)); done = 1
        }
        { print }
        END { exit !done }' "$tmp/rtl/$2.sv" >"$tmp/damaged" && mv "$tmp/damaged" "$tmp/rtl/$2.sv"
}
number=0
while read -r line; do
    number=$((number + 1)) pair=${line#* :: }
    damage $number "${line%% :: *}" "${pair% :: *}" "${pair#* :: }" || ok "applies: $line" false
done <$list

# A run that does not end is found too; how long is long, the run without damage says.
shape() { # WBits Bits Columns: a build with every mutant, and how long its networks take
    dir=$tmp/w$1
    ok "$number mutants build, W=$1" verilator --cc --exe --build -O1 --x-initial unique -Wno-fatal -Wno-lint \
        -I"$tmp/rtl" -y "$tmp/rtl" --top-module e3_engine --Mdir "$dir" -GPIn=16 -GPOut=4 \
        "-GWBits=$1" -GPortBits=64 "-GBits=$2" "-GColumns=$3" -GMapWords=256 -GPositions=256 \
        -GImagePixels=256 "-GPixelBits=$((3 * $2))" -GLayers=8 \
        -CFLAGS "-O1 -DPIN=16 -DPOUT=4 -DWBITS=$1 -DPORT=64 -DBITS=$2 -DCOLUMNS=$3 \
        -DMAP_WORDS=256 -DPOSITIONS=256 -DPIXEL_BITS=$((3 * $2))" "$PWD/tests/engine/core.vlt" \
        "$tmp/rtl/e3_mutants.sv" "$tmp/rtl/e3_engine.sv" "$PWD/tests/engine/core_tb.cpp" "$tmp/mutant.cpp"
    begun=$(date +%s)
    ok "without damage every code and score as by the book" "$dir/Ve3_engine" "${SEED:-1}" "${NETS:-40}"
    limit=$((20 + 10 * ($(date +%s) - begun)))
}
found() { # N: the last shape built sees it
    rc=0
    MUTANT=$1 timeout "$limit" "$dir/Ve3_engine" "${SEED:-1}" "${NETS:-40}" >"$tmp/run.log" 2>&1 </dev/null || rc=$?
    [ $rc != 0 ]
}
shape 6 6 8
m=0
: >"$tmp/left"
while read -r line; do
    m=$((m + 1))
    if found $m; then ok "found: $line" true; else echo "$m $line" >>"$tmp/left"; fi
done <$list
shape 4 8 128
while read -r m line; do
    ok "found: $line" found "$m"
done <"$tmp/left"
finish
