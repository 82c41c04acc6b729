# Calibration never sees test images: a pair of equal images is found, named and refused, drawn for
# calibration or not, in whatever format and at whatever stage; --allow-overlap says otherwise.
. tests/tap.sh
nets=tests/cosim/nets
if ! /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
    skip "overlap of calibration and test images" "python3 has no numpy"; finish
fi
# 39 images that are none of the test set's and, as the 30th, test image 7; the same without it;
# the same set again as 8-bit images of whole values.
/usr/bin/python3 - $nets/small.x.npy "$tmp" <<'END'
import sys, numpy as np
x, out = np.load(sys.argv[1]), sys.argv[2]
other = x[::-1].copy()
other.flat[::5] += 1
np.save(out + "/apart.npy", other)
one = other.copy(); one[29] = x[7]
np.save(out + "/one.npy", one)
two = one.copy(); two[3] = x[0]
np.save(out + "/two.npy", two)
n, c, h, w = x.shape
bytes_ = np.random.RandomState(1).randint(0, 256, x.shape, dtype=np.uint8)
np.save(out + "/bytes.npy", bytes_)
np.save(out + "/floats.npy", bytes_[20:].astype(np.float32) / np.float32(255))
END
go() { # VERB CALIB TEST OPTION...
    verb=$1 calib=$2 test=$3; shift 3
    "$e3ne" "$verb" $nets/small.onnx --calib "$calib" --test "$test" --labels $nets/small.y.npy \
        -o "$tmp/net" "$@"
}
x=$nets/small.x.npy
ok "sets that are apart" go simulate "$tmp/apart.npy" $x
equal "and that was looked at" "$(fact "$tmp/net" calibration.compared.overlap)" 0
rm -rf "$tmp/net"
fails 2 "one image in both: the pair and the count" \
    "1 of the calibration images.*image 29, test image 7" go simulate "$tmp/one.npy" $x
equal "nothing is left behind" "$(ls -d "$tmp"/net* 2>/dev/null)" ""
fails 2 "even if it is not drawn" "image 29, test image 7" \
    go quantize "$tmp/one.npy" $x --calib-images 1 --seed 2
fails 2 "two: the first pair" "2 of the calibration images.*image 3, test image 0" \
    go quantize "$tmp/two.npy" $x
fails 2 "the same file twice" "40 of the calibration images.*image 0, test image 0" go quantize $x $x
fails 2 "bytes and the floats that they are prepared to" "20 of the.*image 20, test image 0" \
    go quantize "$tmp/bytes.npy" "$tmp/floats.npy"
ok "unless told otherwise" go simulate "$tmp/two.npy" $x --allow-overlap
equal "and the folder tells" "$(fact "$tmp/net" calibration.compared.overlap)" 2
rm -rf "$tmp/net"
ok "quantised without test images" "$e3ne" quantize $nets/small.onnx --calib "$tmp/one.npy" -o "$tmp/net"
fails 2 "then measured on one that it was calibrated with" "image 29, test image 7" \
    "$e3ne" simulate "$tmp/net" --test $x --labels $nets/small.y.npy
ok "unless told otherwise then" \
    "$e3ne" simulate "$tmp/net" --test $x --labels $nets/small.y.npy --allow-overlap
finish
