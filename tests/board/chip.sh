#!/bin/sh
# A small network's whole chip through Yosys, nextpnr and icepack: bitstream, figures, same bytes.
. "$(dirname "$0")/build.inc"
e3ne=$root/build/e3ne
net=$root/tests/cosim/nets/small

fact() { "$e3ne" inspect "$tmp/small" --get "board.$1"; }
chip() { "$e3ne" synth "$tmp/small" --board hx8k-breakout >"$tmp/log" 2>&1; }

run() {
  for tool in yosys nextpnr-ice40 icepack; do
    command -v $tool >/dev/null || { echo "ok - a whole chip # SKIP $tool is not installed"; return; }
  done
  "$e3ne" emit "$net.onnx" --calib "$net.x.npy" --test "$net.x.npy" --labels "$net.y.npy" \
    --allow-overlap --steps 3 --target-fps 1000 --device ice40-hx8k -o "$tmp/small" >"$tmp/log" 2>&1 && chip
  verdict "synthesised, placed, routed, packed"
  [ "$(wc -c <"$tmp/small/board/chip.bin")" -gt 100000 ]
  verdict "the bitstream is there"
  fact fmax_mhz | awk '{ exit !($1 >= 42) }'
  verdict "it meets the PLL's clock"
  [ "$(fact logic_cells)" -gt 500 ] && [ "$(fact logic_cells)" -lt 2500 ] && [ "$(fact bram)" -lt 32 ]
  verdict "logic cells and block RAMs are in run.json"
  cp "$tmp/small/board/chip.bin" "$tmp/first.bin" && cp "$tmp/small/run.json" "$tmp/first.json" && chip &&
    cmp "$tmp/first.bin" "$tmp/small/board/chip.bin" && cmp "$tmp/first.json" "$tmp/small/run.json"
  verdict "again: the same bytes"
}

run >"$tmp/tap"
number <"$tmp/tap"
