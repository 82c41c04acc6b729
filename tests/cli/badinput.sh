# What users do wrong: an exit code, a sentence that says what to do, and nothing left behind.
. tests/tap.sh
nets=tests/cosim/nets
x=$nets/small.x.npy
y=$nets/small.y.npy
model=$nets/small.onnx
out=$tmp/out.e3ne
compile() { "$e3ne" compile "$@" -o "$out" --no-synth; }
# An IDX file of N labels, all VALUE.
idx_labels() {
    { printf '\0\0\010\001\0\0\0'; printf "\\$(printf %o "$1")"
      i=0; while [ $i -lt "$1" ]; do printf "\\$(printf %o "$2")"; i=$((i + 1)); done
    } >"$tmp/labels.$1.$2"
    echo "$tmp/labels.$1.$2"
}
good="--calib $x --test $x --allow-overlap --labels $y"

: >"$tmp/empty.onnx"
fails 2 "an empty model" "empty.onnx" compile "$tmp/empty.onnx" $good
head -c 700 "$model" >"$tmp/cut.onnx"
fails 2 "a truncated model names file and byte" "cut.onnx at byte" compile "$tmp/cut.onnx" $good
echo "this is no network" >"$tmp/text.onnx"
fails 2 "a file that is no ONNX" "text.onnx" compile "$tmp/text.onnx" $good
fails 2 "a model that is not there" "missing.onnx" compile "$tmp/missing.onnx" $good
fails 2 "no calibration images" "--calib IMAGES is missing" compile $model --test $x --labels $y
fails 2 "no test images" "--test IMAGES is missing" compile $model --calib $x
fails 2 "no labels" "label" compile $model --calib $x --test $x --allow-overlap
fails 2 "images of a wrong size: both are named" "9x7.*8x8\|8x8.*9x7" \
    compile $model --calib $nets/strides.x.npy --test $x --labels $y
fails 2 "fewer labels than images" "39.*40\|40.*39" compile $model --calib $x --test $x --allow-overlap \
    --labels "$(idx_labels 39 1)"
fails 2 "labels out of range" "200" compile $model --calib $x --test $x --allow-overlap --labels "$(idx_labels 40 200)"
fails 2 "an unknown device lists those that are known" "xc7a100t" compile $model $good --device virtex9
fails 2 "an unknown option" "no such option" compile $model $good --frobnicate
fails 2 "an option without its argument" "argument is missing" "$e3ne" compile $model $good --steps
fails 2 "too many time steps" "1 to 8" compile $model $good --steps 9
fails 2 "an unknown verb" "no verb" "$e3ne" frobnicate
fails 2 "an unknown architecture" "auto, pipeline and engine" compile $model $good --arch vliw
fails 2 "an engine behind a port that cannot be" "64, 128, 256 and 512" \
    compile $model $good --arch engine --port-bits 96
equal "nothing is left behind" "$(ls "$tmp" | grep -c 'out.e3ne')" 0

mkdir "$tmp/mine"
echo precious >"$tmp/mine/file"
fails 2 "a folder that is not e3ne's stays" "not made by e3ne" \
    "$e3ne" compile $model $good --no-synth -o "$tmp/mine"
equal "and is as it was" "$(cat "$tmp/mine/file"; ls "$tmp/mine" | wc -l | tr -d ' ')" "precious
1"
fails 2 "an output folder that cannot be made" "no/such" "$e3ne" compile $model $good -o "$tmp/no/such/dir"
if [ "$(id -u)" -eq 0 ]; then
    skip "an output folder without leave to write" "root may write everywhere"
else
    mkdir "$tmp/locked"; chmod 500 "$tmp/locked"
    fails 2 "an output folder without leave to write" "locked" "$e3ne" compile $model $good -o "$tmp/locked/x"
fi

# A disk that fills up while it writes (a limit on file size stands in for it).
ok "emitted" "$e3ne" emit $model $good -o "$out"
before=$(cd "$out" && find rtl -type f | sort | xargs cat | cksum)
fails 2 "an emit that cannot write" "rtl.part" \
    sh -c "trap '' XFSZ; ulimit -f 4; exec '$e3ne' emit '$out' --raw-input"
equal "leaves the older hardware as it was" \
    "$(cd "$out" && ls -d rtl*; find rtl -type f | sort | xargs cat | cksum)" "rtl
$before"

# Without the tools on PATH: the package is named, the exit code is 3.
fails 3 "Verilator is missing: its package is named" "install verilator\|package.*verilator" \
    env PATH=/nonexistent "$e3ne" verify "$out"
fails 3 "Yosys is missing: its package is named" "yosys" env PATH=/nonexistent "$e3ne" synth "$out"
equal "the build is still whole" "$("$e3ne" inspect "$out" --get model.name)" small

# A target that cannot be met, and a network that is too large.
fails 1 "a target out of reach says what can be had" "best folding takes" \
    compile $model $good --target-fps 100000000
data=examples/data/mnist
fails 1 "a network too large for the device: what is short, by how much, what would do" \
    "ice40-hx8k is too small: needs [0-9]* bits of block RAM of 131072.*smallest listed device that fits is" \
    "$e3ne" plan tests/golden/fang/model.onnx --calib $data/calib-images-idx3-ubyte.gz --calib-images 16 \
    --test $data/t10k-images-idx3-ubyte.gz --labels $data/t10k-labels-idx1-ubyte.gz \
    --device ice40-hx8k -o "$tmp/large"
equal "and no folder is left" "$(ls -d "$tmp"/large* 2>/dev/null | wc -l | tr -d ' ')" 0
finish
