# The same bytes by each CPU's loops and any number of threads; a wrong E3NE_CPU is told; only the
# two files that ask first hold instructions that not every x86-64 has.
. tests/tap.sh
nets=tests/cosim/nets
ok "quantised" env E3NE_CPU=portable "$e3ne" simulate $nets/pools.onnx --calib $nets/pools.x.npy \
    --allow-overlap --test $nets/pools.x.npy --labels $nets/pools.y.npy -o "$tmp/first"
rm -f "$tmp/first/times.json"
for cpu in vnni avx2 portable; do
    rm -rf "$tmp/next"
    if E3NE_CPU=$cpu OMP_NUM_THREADS=2 "$e3ne" simulate $nets/pools.onnx --calib $nets/pools.x.npy \
        --allow-overlap --test $nets/pools.x.npy --labels $nets/pools.y.npy -o "$tmp/next" \
        >"$tmp/log" 2>&1; then
        rm -f "$tmp/next/times.json"
        ok "$cpu: the same bytes" diff -r "$tmp/first" "$tmp/next"
    elif grep -q "lacks its instructions" "$tmp/log"; then
        skip "$cpu: the same bytes" "this machine lacks its instructions"
    else
        equal "$cpu runs" "$(cat "$tmp/log")" ""
    fi
done
fails 2 "a CPU that there is not" "there are vnni, avx2 and portable" \
    env E3NE_CPU=z80 "$e3ne" simulate $nets/pools.onnx --calib $nets/pools.x.npy \
    --allow-overlap --test $nets/pools.x.npy --labels $nets/pools.y.npy -o "$tmp/bad"
if [ "$(uname -m)" != x86_64 ] || [ ! -f build/src/sim/cpu.o ] || ! command -v objdump >"$tmp/log"
then
    skip "baseline instructions elsewhere" "no objdump, no objects or another machine"
else
    for o in build/src/*/*.o; do
        case $o in */cpu_vnni.o | */cpu_avx2.o) continue ;; esac
        objdump -d --no-show-raw-insn "$o" | grep -q '%[yz]mm' && echo "$o"
    done >"$tmp/wide"
    equal "no AVX outside cpu_vnni.o and cpu_avx2.o" "$(cat "$tmp/wide")" ""
    equal "AVX in cpu_avx2.o" "$(objdump -d build/src/sim/cpu_avx2.o | grep -c -m1 '%ymm')" 1
fi
finish
