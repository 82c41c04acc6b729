# 20 random weight bits flipped in the hardware's memory: exactly the difference that the simulator
# predicts (doc/arithmetic.md 15), and at least one of them is seen.
. tests/tap.sh
nets=tests/cosim/nets
dir=$tmp/strides
ok "emitted" "$e3ne" emit $nets/strides.onnx --calib $nets/strides.x.npy --test $nets/strides.x.npy \
    --labels $nets/strides.y.npy --allow-overlap --steps 3 --weights 3 -o "$dir"
fails 1 "20 flipped bits are seen as predicted" "fault seen, as predicted" \
    "$e3ne" verify "$dir" --inject-fault random:20
equal "20 were tried" "$(grep -c '"as_predicted": true' "$dir/fault.json")" 20
between "some were seen" "$(grep -c '"seen": true' "$dir/fault.json")" 1 20
fails 2 "a layer that is not there" "no layer" "$e3ne" verify "$dir" --inject-fault nowhere:0:0:0
fails 2 "a bit that is not there" "bits 0..2" "$e3ne" verify "$dir" --inject-fault a:0:0:3
# The true memory images are untouched: without a fault nothing differs.
ok "without a fault nothing differs" "$e3ne" verify "$dir"
# Weights cleared behind the tool's back must be found.
sed -i '1s/[0-9a-f]/0/g' "$dir/rtl/mem/e3_a_array_w.hex"
fails 1 "a damaged memory image is found, with its place" "RTL differs from the model.*layer a" \
    "$e3ne" verify "$dir"
finish
