# T and W of each layer its own, through hardware and back; lists are kept and checked.
. tests/tap.sh
. tests/cosim/prove.inc
prove pools --steps 3,2,5 --weights 4,1,2 --input-steps 2
steps() { fact "$1" options.steps | tr -d ' \n'; }
equal "the folder remembers T of each layer" "$(steps "$tmp/pools")" "[3,2,5]"
equal "T of the second layer's codes" "$(fact "$tmp/pools" layers.3.steps)" 2
equal "W of the second layer" "$(fact "$tmp/pools" layers.3.weight_bits)" 1
ok "one number for all, on the same folder" "$e3ne" quantize "$tmp/pools" --steps 2
equal "is kept as one" "$(steps "$tmp/pools")" 2
fails 2 "a list that is too short" "2 numbers, but the network has" "$e3ne" quantize "$tmp/pools" --weights 3,3
fails 2 "a list with a hole" "whole number" "$e3ne" quantize "$tmp/pools" --steps 3,,2
fails 2 "a T that does not exist" "1 to 8" "$e3ne" quantize "$tmp/pools" --steps 3,9,2
finish
