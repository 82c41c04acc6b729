#!/bin/sh
# sim.sh - accuracy of LeNet-5 on all of MNIST's test images for T = 2..4, W = 2..4, with the
# defaults of `e3ne quantize` (512 of the training images), and speed and memory of the simulator
# on one thread. Needs E3NE_SHARED (default ../shared) for the model and the images.
set -eu
cd "$(dirname "$0")/.."
shared=${E3NE_SHARED:-../shared}
mnist=$shared/data/mnist
[ -d "$mnist" ] || { echo "# no $mnist: set E3NE_SHARED"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export OMP_NUM_THREADS=1

# one T W: the simulate verb's first line
one() {
    build/e3ne quantize "$shared/models/lenet5/lenet5.onnx" --pad 2 --steps "$1" --weights "$2" \
        --calib "$mnist/train-images-idx3-ubyte.gz" -o "$dir/t$1w$2" > "$dir/log"
    build/e3ne simulate "$dir/t$1w$2" --test "$mnist/t10k-images-idx3-ubyte.gz" \
        --labels "$mnist/t10k-labels-idx1-ubyte.gz" > "$dir/log" 2>> "$dir/log"
    sed -n 's/^simulate *//p' "$dir/log"
}

for w in 2 3 4; do
    for t in 2 3 4; do
        printf 'T=%s W=%s  %s\n' "$t" "$w" "$(one "$t" "$w")"
    done
done
if command -v /usr/bin/time > "$dir/log"; then
    /usr/bin/time -f %M -o "$dir/peak" build/e3ne simulate "$dir/t4w3" > "$dir/log" 2>&1
    echo "peak memory, 10,000 images read, encoded and simulated: $(($(cat "$dir/peak") / 1024)) MiB"
fi
