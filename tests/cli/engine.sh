# e3ne plan and emit --arch engine: the tape, its facts, what is refused; auto chooses.
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
equal "no pipeline beside it" "$(ls -d "$dir/rtl" 2>/dev/null)" ""
before=$(cksum <"$dir/tape.bin")
ok "emitted again from the folder" "$e3ne" emit "$dir"
equal "the same bytes" "$(cksum <"$dir/tape.bin")" "$before"
ok "planned again with every column fetched, behind 64 bits" "$e3ne" plan "$dir" --no-skip --port-bits 64
ok "emitted" "$e3ne" emit "$dir"
equal "another tape" "$([ "$(cksum <"$dir/tape.bin")" != "$before" ] && echo differs)" differs
equal "for another engine" "$(fact "$dir" engine.shape.PortBits) $(fact "$dir" engine.skip)" "64 false"
fails 2 "the hardware's verification is not the pipeline's" "planned for the engine" "$e3ne" verify "$dir" \
    --test $nets/small.x.npy --labels $nets/small.y.npy --allow-overlap
ok "a pipeline in its place" "$e3ne" plan "$dir" --arch pipeline
equal "is noted, the engine forgotten" "$(fact "$dir" arch.name)$("$e3ne" inspect "$dir" --get engine 2>/dev/null)" pipeline

fails 2 "pools that the write-back cannot do are named" "cannot do it" \
    "$e3ne" plan $nets/pools.onnx --calib $nets/pools.x.npy --arch engine -o "$tmp/pools"
fails 1 "a device that cannot hold the array" "ice40-hx8k is too small" \
    "$e3ne" plan $nets/small.onnx $good --arch engine --device ice40-hx8k -o "$tmp/no"
fails 1 "a target that the engine misses" "cannot be met: the engine takes about" \
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
finish
