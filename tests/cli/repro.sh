# The same input gives the same bytes (times.json aside), whatever the number of threads; and what
# is in tensors.npz and run.json is enough to compute every code again in numpy.
. tests/tap.sh
nets=tests/cosim/nets
build() { # THREADS DIR
    OMP_NUM_THREADS=$1 "$e3ne" emit $nets/pools.onnx --calib $nets/pools.x.npy --test $nets/pools.x.npy \
        --labels $nets/pools.y.npy --allow-overlap -o "$2"
    OMP_NUM_THREADS=$1 "$e3ne" simulate "$2" --dump "$2/codes.npz" --images 40
}
ok "built with one thread" build 1 "$tmp/one"
ok "built with two threads" build 2 "$tmp/two"
peaks() { # DIR: peak memory of each stage
    grep -q '"quantize_peak_mb": [1-9]' "$1/times.json" && grep -q '"simulate_peak_mb": [1-9]' "$1/times.json"
}
ok "times.json has the peak memory of each stage" peaks "$tmp/one"
rm -f "$tmp"/one/times.json "$tmp"/two/times.json
ok "the same bytes" diff -r "$tmp/one" "$tmp/two"
if /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
    ok "numpy computes the same codes from tensors.npz and run.json" \
        /usr/bin/python3 tests/cli/recompute.py "$tmp/one" "$tmp/one/codes.npz"
    fails 1 "and would see a wrong one" "differ" \
        /usr/bin/python3 tests/cli/recompute.py "$tmp/one" "$tmp/one/codes.npz" --spoil
else
    skip "codes again in numpy" "python3-numpy is not installed"
fi
finish
