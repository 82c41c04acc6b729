#!/bin/sh
# The UART shell in its chip top, against a stand-in core: lint, other tools, behaviour.
. "$(dirname "$0")/build.inc"
cd "$root/rtl/board" || exit 1
sizes="16:1:11 9:3:5 2:2:11 1:1:4"          # Pixels:PixelBytes:OutWords

have() { command -v "$1" >/dev/null || { echo "ok - $2 # SKIP $1 is not installed"; false; }; }

lint() {
  verilator --lint-only -Wall -DE3_SIM $(stub "$@") -GPixels="$1" -GPixelBytes="$2" \
    -GOutWords="$3" --top-module $top $sources >"$tmp/log" 2>&1
  verdict "verilator -Wall ($1 pixels of $2 bytes, $3 words)"
}

behaviour() {
  if build "$@"; then
    drive "$@" >"$tmp/out" 2>&1
    code=$?
    sed -E "s/^(not )?ok - .*/& ($1 pixels of $2 bytes)/" "$tmp/out"
    [ $code -eq 0 ] || grep -q '^not ok' "$tmp/out" || echo "not ok - the driver ended with $code"
  else false; verdict "build ($1 pixels of $2 bytes)"; fi
}

each() { for size in $sizes; do "$1" $(echo "$size" | tr : ' '); done; }

run() {
  have verilator "lint and behaviour" && { each lint; each behaviour; }
  have iverilog "iverilog" && {
    iverilog -g2012 -t null -DE3_SIM $(stub 16 1 11) $sources >"$tmp/log" 2>&1
    verdict "iverilog -g2012 accepts it"
  }
  have yosys "yosys" && {
    yosys -q -p "read_verilog -sv $(stub 784 1 11) $(echo $sources)
      synth_ice40 -top $top -json $tmp/chip.json" >"$tmp/log" 2>&1
    verdict "yosys synthesises it for iCE40"
  }
  have nextpnr-ice40 "place and route" && [ -s "$tmp/chip.json" ] && {
    nextpnr-ice40 -q --hx8k --package ct256 --json "$tmp/chip.json" --pcf $top.pcf --freq 42 \
      --asc "$tmp/chip.asc" >"$tmp/log" 2>&1
    verdict "nextpnr places the pins and meets 42 MHz"
  }
}

run | number
