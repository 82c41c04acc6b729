# quantize --search: the chosen T and W become the folder's, an impossible budget is an answer.
. tests/tap.sh
nets=tests/cosim/nets
images="--calib $nets/strides.x.npy --test $nets/strides.x.npy --labels $nets/strides.y.npy --calib-images 24 --allow-overlap"
search() { # DIR OPTION...
    dir=$1; shift
    "$e3ne" quantize $nets/strides.onnx $images --search "$@" -o "$dir"
}
ok "a search under a budget of weight bits" search "$tmp/a" --max-weight-bits 1500 --search-points 60
between "is kept to" "$(fact "$tmp/a" search.chosen.weight_bits)" 1 1500
equal "the table marks one line" "$(grep -c ' chosen$' "$tmp/out")" 1
between "one W for each layer in the options" "$(fact "$tmp/a" options.weights | grep -c '[0-9]')" 3 3
want=$(fact "$tmp/a" search.chosen.weights)
equal "the chosen ones" "$(fact "$tmp/a" options.weights | tr -d '[] \n')" "$(echo "$want" | tr -d '"')"
equal "and the layers have them" "$(fact "$tmp/a" layers.1.weight_bits)" "$(echo "$want" | tr -d '"' | cut -d, -f1)"
ok "search.json and search.svg are there" test -s "$tmp/a/search.json" -a -s "$tmp/a/search.svg"
ok "the folder goes on: plan" "$e3ne" plan "$tmp/a"
ok "and emit" "$e3ne" emit "$tmp/a"

ok "under a budget of cycles" search "$tmp/c" --max-cycles 200 --search-from 4,4 --search-points 40
between "is kept to" "$(fact "$tmp/c" search.chosen.cycles)" 1 200
ok "planned" "$e3ne" plan "$tmp/c"
between "the plan is as fast" "$(fact "$tmp/c" estimate.interval)" 1 200

fails 1 "out of reach: by how much" "over it by [0-9]* weight bits" search "$tmp/b" --max-weight-bits 100
fails 1 "the device is too small for it" "over it by the whole device\|over it by [0-9]* cycles" \
    search "$tmp/b" --max-cycles 3 --search-points 40
ok "and leaves no folder" test ! -e "$tmp/b"
fails 2 "a budget without a search" "goes with --search" "$e3ne" quantize "$tmp/a" --max-drop 1
fails 2 "no number" "a number is wanted" search "$tmp/b" --max-drop few
fails 2 "nowhere to begin" "T,W is wanted" search "$tmp/b" --search-from 6
fails 2 "too few networks" "too few to search" search "$tmp/b" --search-points 3

OMP_NUM_THREADS=1 search "$tmp/one" --max-drop 20 --search-points 60 >"$tmp/one.out"
OMP_NUM_THREADS=3 search "$tmp/three" --max-drop 20 --search-points 60 >"$tmp/three.out"
rm -f "$tmp"/one/times.json "$tmp"/three/times.json
ok "the same bytes with any number of threads" diff -r "$tmp/one" "$tmp/three"
finish
