# make install into an empty folder; LeNet-5 compiles from there, in an empty folder.
. tests/tap.sh
root=$(pwd)
ok "make install" make -s install PREFIX=/usr DESTDIR="$tmp/root"
bin=$tmp/root/usr/bin/e3ne
ok "it runs" "$bin" --version
mkdir "$tmp/work"
data=$root/examples/data/mnist
ok "LeNet-5 compiles from the installed copy" sh -c "cd '$tmp/work' && '$bin' emit '$root/examples/lenet5/lenet5.onnx' \
    --pad 2 --target-fps 22500 --calib '$data/calib-images-idx3-ubyte.gz' \
    --test '$data/t10k-images-idx3-ubyte.gz' --labels '$data/t10k-labels-idx1-ubyte.gz'"
ok "the folder is named after the model" test -f "$tmp/work/lenet5.e3ne/rtl/e3_top.sv"
ok "nothing else is there" sh -c "test \"\$(ls '$tmp/work')\" = lenet5.e3ne"
if command -v iverilog >/dev/null; then # a small network: Icarus is slow
    net=$root/tests/cosim/nets/small
    rtl=$tmp/work/small.e3ne/rtl
    ok "a small network" sh -c "cd '$tmp/work' && '$bin' emit '$net.onnx' --calib '$net.x.npy' \
        --test '$net.x.npy' --labels '$net.y.npy' --allow-overlap"
    ok "Icarus builds the emitted testbench" sh -c "cd '$rtl' && iverilog -g2012 -f files.f e3_tb.sv -o '$tmp/tb'"
    ok "and it passes" sh -c "cd '$rtl' && vvp '$tmp/tb' | grep -q '3 images, 0 wrong words.*PASS'"
else
    skip "the emitted testbench in Icarus" "iverilog is not installed"
fi
finish
