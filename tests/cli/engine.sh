# e3ne plan, emit and verify --arch engine: the tape, its facts, what is refused; auto chooses.
. tests/tap.sh
nets=tests/cosim/nets
good="--calib $nets/small.x.npy"
dir=$tmp/small
size() { wc -c <"$1/tape.bin" | tr -d ' '; }

ok "a network on an engine" "$e3ne" emit $nets/small.onnx $good --arch engine -o "$dir"
equal "tape.bin is as long as run.json says" "$(size "$dir")" "$(fact "$dir" engine.tape_bytes)"
equal "its magic" "$(head -c 4 "$dir/tape.bin")" E3TP
equal "its configuration word is run.json's" \
    "$(od -An -tx4 -j8 -N4 "$dir/tape.bin" | tr -d ' ')" "$(fact "$dir" engine.config)"
equal "which is the CRC-32 of the shape" "$(fact "$dir" engine.config)" \
    "$(/usr/bin/python3 -c 'import struct, zlib; print("%08x" % zlib.crc32(struct.pack("<14I",
    64, 32, 4, 8, 512, 128, 24, 8, 512, 256, 32, 2304, 24, 16)))')"
equal "the choice is noted" "$(fact "$dir" arch.name)" engine
equal "no memory images beside the engine's RTL" "$(ls -d "$dir/rtl/mem" 2>/dev/null)" ""
equal "its RTL is the library's" "$(cd "$dir/rtl" && for f in e3_engine*.sv e3_tape.svh; do cmp "$f" "$OLDPWD/rtl/$f" 2>&1; done)" ""
ok "its top" grep -q "module e3_top" "$dir/rtl/e3_top.sv"
before=$(cksum <"$dir/tape.bin")
ok "emitted again from the folder" "$e3ne" emit "$dir"
equal "the same bytes" "$(cksum <"$dir/tape.bin")" "$before"
ok "planned again with every column fetched, behind 64 bits" "$e3ne" plan "$dir" --no-skip --port-bits 64
ok "emitted" "$e3ne" emit "$dir"
equal "another tape" "$([ "$(cksum <"$dir/tape.bin")" != "$before" ] && echo differs)" differs
equal "for another engine" "$(fact "$dir" engine.shape.PortBits) $(fact "$dir" engine.skip)" "64 false"
ok "a pipeline in its place" "$e3ne" plan "$dir" --arch pipeline
equal "is noted, the engine forgotten" "$(fact "$dir" arch.name)$("$e3ne" inspect "$dir" --get engine 2>/dev/null)" pipeline

fails 2 "pools that the write-back cannot do are named" "cannot do it" \
    "$e3ne" plan $nets/pools.onnx --calib $nets/pools.x.npy --arch engine -o "$tmp/pools"
fails 1 "a device that cannot hold the array" "ice40-hx8k is too small" \
    "$e3ne" plan $nets/small.onnx $good --arch engine --device ice40-hx8k -o "$tmp/no"
fails 1 "a target that the engine misses" "cannot be met: the engine takes" \
    "$e3ne" plan $nets/small.onnx $good --arch engine --target-fps 10000000 -o "$tmp/no"
equal "nothing is left of them" "$(ls -d "$tmp"/no* "$tmp"/pools* 2>/dev/null)" ""

ok "auto" "$e3ne" plan $nets/small.onnx $good -o "$tmp/auto"
equal "takes a pipeline that fits" "$(fact "$tmp/auto" arch.name)" pipeline
fang="tests/golden/fang/model.onnx --calib examples/data/mnist/calib-images-idx3-ubyte.gz --calib-images 16"
ok "a network whose weights fill the device" "$e3ne" emit $fang --weights 5 --device ecp5-25k -o "$tmp/fang"
equal "takes an engine" "$(fact "$tmp/fang" arch.name)" engine
equal "because of its weights" "$(fact "$tmp/fang" arch.why | grep -c 'bits of block RAM')" 1
equal "with 5 bits a weight" "$(fact "$tmp/fang" engine.shape.WBits)" 5
equal "its tape" "$(size "$tmp/fang")" "$(fact "$tmp/fang" engine.tape_bytes)"

# A small engine in Verilator: its model is built once and runs any network's tape.
if ! command -v verilator >/dev/null; then skip "engines are verified" "verilator is not installed"; finish; fi
export E3NE_CACHE="$tmp/cache"
small="--arch engine --port-bits 64 --shape PIn=8,POut=4,Columns=32,FracBits=16,MapWords=1024 --no-synth"
verified() { # NET ARGUMENTS
    "$e3ne" compile $nets/$1.onnx --calib $nets/$1.x.npy --test $nets/$1.x.npy --labels $nets/$1.y.npy \
        --allow-overlap $small -o "$tmp/$1" --verify-images 4 >"$tmp/$1.log" 2>&1
}
ok "a network from model to page" verified small
ok "its lines" grep -q "verify     RTL equals model on 4 images.*built" "$tmp/small.log"
equal "every code is as simulated" "$(fact "$tmp/small" verify.mismatches)" 0
equal "every image's cycles are as predicted" "$(fact "$tmp/small" cycles.wrong_predictions)" 0
equal "the hardware's accuracy is the simulator's" "$(fact "$tmp/small" accuracy.rtl)" "$(fact "$tmp/small" accuracy.quantized_same_images)"
ok "the page is there" test -s "$tmp/small/report.html"
equal "with the RTL's hashes" "$("$e3ne" inspect "$tmp/small" --get hashes | grep -c 'rtl/e3_.*sv')" "$(ls "$tmp"/small/rtl/*.sv* | wc -l | tr -d ' ')"
ok "another network" verified strides
ok "runs on the same model" grep -q "model built before" "$tmp/strides.log"
equal "of which there is one" "$(ls "$tmp/cache" | wc -l | tr -d ' ')" 1
ok "without skipping" "$e3ne" plan "$tmp/strides" --no-skip
ok "another tape" "$e3ne" emit "$tmp/strides"
ok "on that model" "$e3ne" verify "$tmp/strides"
fails 1 "20 flipped bits of its weights are seen as predicted" "fault seen, as predicted" \
    "$e3ne" verify "$tmp/strides" --inject-fault random:20
equal "20 were tried" "$(grep -c '"as_predicted": true' "$tmp/strides/fault.json")" 20
between "some were seen" "$(grep -c '"seen": true' "$tmp/strides/fault.json")" 1 20
ok "the tape is as before" "$e3ne" verify "$tmp/strides"
printf '\001' | dd of="$tmp/strides/tape.bin" bs=1 seek=300 conv=notrunc 2>/dev/null
fails 1 "a damaged tape is refused, with the engine's reason" "error 6: the tape's CRC differs" "$e3ne" verify "$tmp/strides"
cp "$tmp/small/tape.bin" "$tmp/strides/tape.bin"
fails 1 "another network's tape is seen" "RTL differs from the model" "$e3ne" verify "$tmp/strides"
fails 2 "a parameter that no engine has" "a number is wanted for one of PIn" "$e3ne" plan "$tmp/small" --shape PIM=8
finish
