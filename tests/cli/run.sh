# e3ne run: single images; the folder remembers how they are prepared.
. tests/tap.sh
data=examples/data/mnist
dir=$tmp/lenet5
ok "LeNet-5 quantised" "$e3ne" quantize examples/lenet5/lenet5.onnx --pad 2 \
    --calib $data/calib-images-idx3-ubyte.gz -o "$dir"
# The first test image, a 7, as PGM and as npy-free raw picture.
gzip -dc $data/t10k-images-idx3-ubyte.gz >"$tmp/t10k"
{ printf 'P5\n28 28\n255\n'; tail -c +17 "$tmp/t10k" | head -c 784; } >"$tmp/seven.pgm"
{ printf 'P5\n20 20\n255\n'; head -c 400 /dev/zero; } >"$tmp/small.pgm"
ok "a PGM is classified" "$e3ne" run "$dir" "$tmp/seven.pgm"
equal "as a 7" "$("$e3ne" run "$dir" "$tmp/seven.pgm" | sed -n 's/.*: class //p')" 7
equal "the same in JSON" "$("$e3ne" run "$dir" "$tmp/seven.pgm" --json | grep -c '"class": 7')" 1
equal "10 scores" "$("$e3ne" run "$dir" "$tmp/seven.pgm" | sed -n 's/ *scores//p' | wc -w | tr -d ' ')" 10
equal "spike trains of the 8 layers, but the last" \
    "$("$e3ne" run "$dir" "$tmp/seven.pgm" --spikes | grep -c 'most significant step first')" 7
# A network that was calibrated on floats, as the exporter writes them, takes pictures too.
ok "LeNet-5 calibrated on floats" "$e3ne" quantize examples/lenet5/lenet5.onnx \
    --calib tests/golden/lenet5/test.npz -o "$tmp/floats"
equal "a PGM is classified by it" "$("$e3ne" run "$tmp/floats" "$tmp/seven.pgm" --pad 2 | sed -n 's/.*: class //p')" 7
equal "prepared as the options say" \
    "$("$e3ne" run "$tmp/floats" "$tmp/seven.pgm" --pad 2 --scale 100000 --spikes | sed -n '/input/,/conv1/p' | grep -c '|')" 0
fails 2 "an image of a wrong size: both sizes are named" "20x20.*32x32\|24x24.*32x32\|32x32.*2[04]x2[04]" \
    "$e3ne" run "$dir" "$tmp/small.pgm"
fails 2 "no image" "at least one image" "$e3ne" run "$dir"
fails 2 "no build folder" "no build folder" "$e3ne" run "$tmp" "$tmp/seven.pgm"
finish
