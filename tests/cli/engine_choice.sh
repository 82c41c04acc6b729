# e3ne plan --arch engine: which engine is chosen for a device, a target, a number of LUTs, a shape.
. tests/tap.sh
nets=tests/cosim/nets
small="$nets/small.onnx --calib $nets/small.x.npy --arch engine"
dir=$tmp/one
slots() { echo $(($(fact "$dir" engine.shape.PIn) * $(fact "$dir" engine.shape.POut))); }

ok "nothing is said" "$e3ne" plan $small -o "$dir"
equal "the default" "$(fact "$dir" engine.chosen) $(slots)" "the default 2048"
ok "a device too small for it" "$e3ne" plan "$dir" --device xc7a35t
between "gets a smaller one" "$(slots)" 64 1024
between "of at most four fifths of its LUTs" "$(fact "$dir" estimate.lut)" 5000 16640
equal "and why" "$(fact "$dir" engine.chosen | cut -d, -f1)" "the fastest that fits the device"
ok "at most 8,000 LUTs" "$e3ne" plan "$dir" --device xc7a100t --max-lut 8000
between "are kept" "$(fact "$dir" estimate.lut)" 4000 8000
few=$(fact "$dir" estimate.latency)
ok "at most 30,000 LUTs" "$e3ne" plan "$dir" --max-lut 30000
between "are fewer cycles" "$(fact "$dir" estimate.latency)" 100 $((few - 1))
ok "20,000 images a second" "$e3ne" plan "$dir" --max-lut 0 --target-fps 20000
between "of at most 5,000 cycles" "$(fact "$dir" estimate.latency)" 100 5000
lut=$(fact "$dir" estimate.lut)
ok "187,000 images a second" "$e3ne" plan "$dir" --target-fps 187000
between "of at most 534 cycles" "$(fact "$dir" estimate.latency)" 100 534
between "take more LUTs" "$(fact "$dir" estimate.lut)" $((lut + 1)) 63400
ok "a shape" "$e3ne" plan "$dir" --target-fps 0 --shape PIn=16,POut=8,PortBits=64
equal "is taken as it is" "$(fact "$dir" engine.shape.PIn) $(fact "$dir" engine.shape.POut) $(fact "$dir" engine.chosen)" \
    "16 8 as --shape says"
fails 2 "lanes that do not follow the port" "choose PortBits" "$e3ne" plan "$dir" --shape PortBits=64,Lanes=32
equal "lanes follow the port" "$(fact "$dir" engine.shape.Lanes) $(fact "$dir" engine.shape.Columns)" "16 256"
fails 2 "a parameter that is none" "a number is wanted for one of PIn, POut" "$e3ne" plan "$dir" --shape Pins=3
fails 1 "a shape that does not fit the device" "xc7a35t is too small" \
    "$e3ne" plan "$dir" --device xc7a35t --shape PIn=64,POut=64
fails 1 "too few LUTs" "more than the 1000" "$e3ne" plan $small --max-lut 1000 -o "$tmp/no"
finish
