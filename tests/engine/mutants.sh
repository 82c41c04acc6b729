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
ok "$number mutants build" verilator --cc --exe --build -O1 --x-initial unique -Wno-fatal -Wno-lint \
    -I"$tmp/rtl" -y "$tmp/rtl" --top-module e3_engine --Mdir "$tmp/build" -GPIn=16 -GPOut=4 \
    -GWBits=6 -GPortBits=64 -GBits=6 -GColumns=8 -GMapWords=256 -GPositions=256 \
    -GImagePixels=256 -GPixelBits=18 -GLayers=8 \
    -CFLAGS "-O1 -DPIN=16 -DPOUT=4 -DWBITS=6 -DPORT=64 -DBITS=6 -DCOLUMNS=8 \
    -DMAP_WORDS=256 -DPOSITIONS=256 -DPIXEL_BITS=18" "$PWD/tests/engine/core.vlt" \
    "$tmp/rtl/e3_mutants.sv" "$tmp/rtl/e3_engine.sv" "$PWD/tests/engine/core_tb.cpp" "$tmp/mutant.cpp"
ok "without damage every code and score as by the book" "$tmp/build/Ve3_engine" "${SEED:-1}" 25
m=0
while read -r line; do
    m=$((m + 1)) rc=0
    MUTANT=$m timeout "${LIMIT:-20}" "$tmp/build/Ve3_engine" "${SEED:-1}" 25 >"$tmp/run.log" 2>&1 </dev/null || rc=$?
    ok "found: $line" [ $rc != 0 ]
done <$list
finish
