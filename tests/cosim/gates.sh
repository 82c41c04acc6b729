# The gate-level netlist of LeNet-5, as Yosys writes it for 7-series, gives the words that the
# emitted testbench wants on its 3 images (make check-gates).
. tests/tap.sh
data=examples/data/mnist
if ! command -v yosys >/dev/null || ! command -v verilator >/dev/null; then
    skip "gate-level netlist" "yosys or verilator is not installed"; finish
fi
dir=$tmp/lenet5
cells=$(dirname "$(readlink -f "$(command -v yosys)")")/../share/yosys/xilinx/cells_sim.v
ok "LeNet-5 emitted" "$e3ne" emit examples/lenet5/lenet5.onnx --pad 2 --target-fps 22500 \
    --calib $data/calib-images-idx3-ubyte.gz --test $data/t10k-images-idx3-ubyte.gz \
    --labels $data/t10k-labels-idx1-ubyte.gz -o "$dir"
ok "synthesised" "$e3ne" synth "$dir"
# The netlist has its memories inside: the testbench's parameter-less instance fits it.
ok "the netlist builds" verilator --binary --timing -Wno-fatal -O3 --top-module e3_tb \
    --Mdir "$tmp/obj" -CFLAGS -O1 -j 2 "$dir/synth/gates.v" "$cells" \
    "$dir/rtl/e3_tb.sv"
ok "the netlist runs" sh -c "cd '$dir/rtl' && '$tmp/obj/Ve3_tb' >'$tmp/run.log'"
equal "3 images, no wrong word" "$(grep -c '3 images, 0 wrong words.*PASS' "$tmp/run.log")" 1
finish
