# One model of a small engine behind its memory runs tapes of LeNet-5 and of random networks (whole.c):
# every layer's codes are the simulator's. Damaged RTL is found, in the right layer.
. tests/tap.sh
for tool in verilator gcc; do
    command -v $tool >/dev/null || { skip "the whole engine" "$tool is not installed"; finish; }
done
export E3NE_CACHE="$tmp/cache"
build/tests/engine/whole rtl "${NETS:-30}" >"$tmp/whole.log" 2>&1 || failed=1
cat "$tmp/whole.log"
n=$(grep -c '^\(not \)\?ok' "$tmp/whole.log")
[ "$n" -gt 2 ] || failed=1

# damaged MODULE SED-EDIT LAYER: the first difference is in that layer
damaged() {
    rm -rf "$tmp/rtl"
    cp -r rtl "$tmp/rtl"
    sed -i "$2" "$tmp/rtl/$1.sv"
    ok "$1: $2" sh -c "! cmp -s rtl/$1.sv '$tmp/rtl/$1.sv'"
    rc=0
    build/tests/engine/whole "$tmp/rtl" 0 >"$tmp/damaged.log" 2>&1 || rc=1
    equal "is found" $rc 1
    ok "$(sed -n 's/.*as simulated \(.*\) #.*/\1/p' "$tmp/damaged.log")" grep -q "layer $3," "$tmp/damaged.log"
}
damaged e3_fire 's/a > b/a < b/' pool1
damaged e3_lanes 's/(code << 1) + code/(code << 1)/' dense4
finish
