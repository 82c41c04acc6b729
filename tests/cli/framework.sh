# A folder that the Python exporter wrote: our float network against the framework's own logits.
. tests/tap.sh
folder() { # NAME: a golden export, as a folder with model.onnx, calib.npz and test.npz
    mkdir -p "$tmp/$1"
    cp tests/golden/$1/test.npz "$tmp/$1/"
    cp tests/golden/$1/test.npz "$tmp/$1/calib.npz"
    if [ -f tests/golden/$1/model.onnx ]; then cp tests/golden/$1/model.onnx "$tmp/$1/"
    else cp examples/$1/$1.onnx "$tmp/$1/model.onnx"; fi
}
for net in lenet5 fang; do
    folder $net
    ok "$net: simulated from the exported folder alone" "$e3ne" simulate "$tmp/$net" --allow-overlap -o "$tmp/$net.out"
    between "$net: logits differ by less than 1e-3" \
        "$(fact "$tmp/$net.out" framework.max_logit_difference)" 0 1e-3
    equal "$net: argmax agrees on all" "$(fact "$tmp/$net.out" framework.argmax_agreement)" 100.0
done
# The other network's logits must be refused.
cp tests/golden/fang/model.onnx "$tmp/fang/model.onnx"
mkdir "$tmp/mixed"
cp examples/tiny/tiny.onnx "$tmp/mixed/model.onnx"
cp tests/golden/fang/test.npz "$tmp/mixed/test.npz"
cp tests/golden/fang/test.npz "$tmp/mixed/calib.npz"
fails 1 "logits of another model are refused" "more than 1e-3" "$e3ne" simulate "$tmp/mixed" --allow-overlap -o "$tmp/m.out"
finish
