# CIFAR's binary records bring their own labels, of either kind: the same figures as the images and
# labels apart; and AlexNet and VGG-11 on real ones.
. tests/tap.sh
python=/usr/bin/python3
if ! $python -c 'import numpy, onnx' 2>/dev/null; then
    skip "CIFAR records" "python3 has no numpy or onnx"; finish
fi
# A random network, 60 random images to calibrate and 80 to test with; as many labels right as
# chance has it, but the same in every form.
$python - "$tmp" <<'END'
import sys, numpy as np
sys.path.insert(0, "tests/cosim")
import make
out = sys.argv[1]
net = make.Net(5, (3, 32, 32))
net.conv("a", 4, (3, 3), stride=(4, 4)); net.relu("ra"); net.gemm("b", 10)
make.HERE = out
net.save("net", (3, 32, 32))
rng = np.random.default_rng(6)
x = rng.integers(0, 256, (140, 3, 32, 32), dtype=np.uint8)
y = rng.integers(0, 10, 140, dtype=np.uint8)
def records(name, part, coarse):
    rows = [np.concatenate([[7] * coarse, [label], image.ravel()]) for image, label in part]
    np.array(rows, dtype=np.uint8).tofile(f"{out}/{name}")
pairs = list(zip(x, y))
for coarse, name in ((0, "c10"), (1, "c100")):
    records(f"{name}.calib", pairs[:60], coarse)
    records(f"{name}.test", pairs[60:], coarse)
np.save(f"{out}/calib.npy", x[:60]); np.save(f"{out}/test.npy", x[60:])
np.save(f"{out}/labels.npy", y[60:].astype(np.int64))
END
go() { # NAME OPTION...
    name=$1; shift
    "$e3ne" simulate "$tmp/net.onnx" --steps 4 --weights 4 --input-steps 8 -o "$tmp/$name" "$@"
}
same() { # FACT: of all three
    equal "CIFAR-10 records: $1" "$(fact "$tmp/ten" "$1")" "$(fact "$tmp/apart" "$1")"
    equal "CIFAR-100 records: $1" "$(fact "$tmp/hundred" "$1")" "$(fact "$tmp/apart" "$1")"
}
ok "images and labels apart" go apart --calib "$tmp/calib.npy" --test "$tmp/test.npy" --labels "$tmp/labels.npy"
ok "CIFAR-10 records" go ten --calib "$tmp/c10.calib" --test "$tmp/c10.test"
ok "CIFAR-100 records, fine labels" go hundred --calib "$tmp/c100.calib" --test "$tmp/c100.test"
for f in accuracy.float accuracy.quantized simulate.images simulate.sops_per_image; do same $f; done
fails 2 "records as calibration and test" "60 of the calibration images" \
    go again --calib "$tmp/c10.calib" --test "$tmp/c10.calib"
# The two real networks on 100 real records, by the scheme that quantises fastest.
real() { # NAME CALIB TEST BYTES LEAST
    model=$shared/models/$1/$1_fp16.onnx
    if ! [ -f "$model" ] || ! [ -f "$2" ]; then skip "$1 on real records" "$model or $2 is not there"; return; fi
    head -c $((100 * $4)) "$3" >"$tmp/$1.test"
    ok "$1 on real records" "$e3ne" simulate "$model" --calib "$2" --test "$tmp/$1.test" \
        --scheme e3ne --steps 6 --weights 6 --calib-images 16 -o "$tmp/$1"
    equal "$1: all of them" "$(fact "$tmp/$1" simulate.images)" 100
    between "$1: their labels are the right ones" "$(fact "$tmp/$1" accuracy.float)" "$5" 100
}
real alexnet "$shared/data/cifar10/calib_2000.bin" "$shared/data/cifar10/test_batch.bin" 3073 75
real vgg11 "$shared/data/cifar100/calib_2000.bin" "$shared/data/cifar100/test.bin" 3074 55
finish
