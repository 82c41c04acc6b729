# simulate --encoding rate: figures for every number of steps, the same bytes with any number of
# threads, the sweep and its picture; what cannot be is refused.
. tests/tap.sh
nets=tests/cosim/nets
dir=$tmp/small
ok "quantised" "$e3ne" quantize $nets/small.onnx --calib $nets/small.x.npy --test $nets/small.x.npy \
    --labels $nets/small.y.npy --allow-overlap -o "$dir"
rates() { # THREADS STEPS
    OMP_NUM_THREADS=$1 "$e3ne" simulate "$dir" --encoding rate --rate-steps "$2" --json
}
rates 1 64 >"$tmp/one"
rates 2 64 >"$tmp/two"
ok "64 steps, one thread and two: the same figures" cmp "$tmp/one" "$tmp/two"
equal "for each step" "$(fact "$dir" rate.accuracy | grep -c "\.")" 64
fact64=$(fact "$dir" rate.sops_per_image.19)
half64=$(fact "$dir" rate_half_charged.accuracy.19)
rates 2 20 >"$tmp/two"
equal "a run of 20 steps is the start of one of 64" "$(fact "$dir" rate.sops_per_image.19)" "$fact64"
equal "half charged as well" "$(fact "$dir" rate_half_charged.accuracy.19)" "$half64"
equal "and has no 21st" "$(fact "$dir" rate.accuracy.20 2>/dev/null)" ""
ok "the sweep" "$e3ne" simulate "$dir" --encoding rate --rate-steps 16 --sweep
"$e3ne" simulate "$dir" >"$tmp/log"
equal "radix at the build's own T is what simulate says: accuracy" "$(fact "$dir" accuracy.quantized)" \
    "$(fact "$dir" radix.accuracy.3)"
equal "SOPs" "$(fact "$dir" simulate.sops_per_image)" "$(fact "$dir" radix.sops_per_image.3)"
equal "spikes" "$(fact "$dir" simulate.spikes_per_image)" "$(fact "$dir" radix.spikes_per_image.3)"
ok "the picture" "$e3ne" report --encodings "$tmp/e.svg" "$dir" "$dir"
equal "of two networks" "$(grep -o "small, W=3, rates from T=4" "$tmp/e.svg" | wc -l | tr -d " ")" 2
fails 2 "no such encoding" "radix and rate are there" "$e3ne" simulate "$dir" --encoding ttfs
fails 2 "too many steps" "1 to 256" "$e3ne" simulate "$dir" --encoding rate --rate-steps 257
fails 2 "steps that are no number" "1 to 256" "$e3ne" simulate "$dir" --encoding rate --rate-steps 1x
fails 2 "rate's options without rate" "belong to rate" "$e3ne" simulate "$dir" --sweep
fails 2 "no such scheme" "fit and e3ne are there" "$e3ne" quantize "$dir" --scheme best
ok "a network with signed codes" "$e3ne" quantize $nets/signed.onnx --calib $nets/signed.x.npy \
    --test $nets/signed.x.npy --labels $nets/signed.y.npy --allow-overlap -o "$tmp/signed"
fails 2 "has no rates" "never negative" "$e3ne" simulate "$tmp/signed" --encoding rate
finish
