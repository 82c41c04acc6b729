# The examples' training scripts: one epoch on the calibration images, and the network that they
# write has the layers of the one that the project's figures are about.
. tests/tap.sh
python=/usr/bin/python3
if ! $python -c 'import torch, onnx' 2>/dev/null; then
    skip "training scripts" "python3 has no torch or onnx"; finish
fi
layers() { "$e3ne" inspect "$1" | awk 'NR > 1 { sub("matmul", "dense", $2); print $2, $3, $4, $5 }'; }
trains() { # MODEL DATA-FOLDER CLASSES RECORD-BYTES
    model=$1 records=$shared/data/$2/calib_2000.bin theirs=$shared/models/$1/$1_fp16.onnx
    if [ ! -f "$records" ] || [ ! -f "$theirs" ]; then
        skip "$model" "$records or $theirs is not there"; return 0
    fi
    head -c $(($4 * 256)) "$records" >"$tmp/test.bin"
    ok "$model: one epoch" $python examples/$model/train.py --train "$records" --test "$tmp/test.bin" \
        --epochs 1 --out "$tmp/$model.onnx"
    equal "$model: its layers" "$(layers "$tmp/$model.onnx")" "$(layers "$theirs")"
}
trains alexnet cifar10 10 3073
trains vgg11 cifar100 100 3074
# Both kinds of records, and a file that is neither.
ok "whole records only" $python - "$tmp" <<'END'
import pathlib, sys
sys.path.insert(0, "examples/data")
from cifar import read_cifar
file = pathlib.Path(sys.argv[1], "records")
file.write_bytes(bytes([3]) + bytes(3072) + bytes([9]) + bytes([255] * 3072))
x, y = read_cifar(file, 10)
assert x.shape == (2, 3, 32, 32) and list(y) == [3, 9] and x[1].min() == 255 and x[0].max() == 0
file.write_bytes(bytes([3, 77]) + bytes(3072))
x, y = read_cifar(file, 100)
assert x.shape == (1, 3, 32, 32) and list(y) == [77]
for bad, classes in ((bytes(3072), 10), (b"", 10), (bytes([10]) + bytes(3072), 10)):
    file.write_bytes(bad)
    try:
        read_cifar(file, classes)
    except ValueError:
        continue
    raise SystemExit(f"{len(bad)} bytes were taken")
END
finish
