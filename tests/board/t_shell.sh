#!/bin/sh
# The UART shell in its chip top, against a stand-in core: lint, other tools, behaviour.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$root/rtl/board" || exit 1
sources="e3_uart_pkg.sv e3_crc8.sv e3_uart_rx.sv e3_uart_tx.sv e3_uart_request.sv
         e3_uart_reply.sv e3_uart_shell.sv e3_chip_ice40_hx8k.sv $here/e3_top_stub.sv"
top=e3_chip_ice40_hx8k
sizes="16:1:11 9:3:5 2:2:11 1:1:4"          # Pixels:PixelBytes:OutWords

# stub PIXELS BYTES WORDS : the stub's parameters as macros
stub() { echo "-DSTUB_PIXELS=$1 -DSTUB_PIXEL_BYTES=$2 -DSTUB_OUT_WORDS=$3"; }

# verdict LOG WHAT, after a command: its exit status as a TAP line, the log where it failed
verdict() {
  if [ $? -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; sed 's/^/# /' "$1"; fi
}

have() { command -v "$1" >/dev/null || { echo "ok - $2 # SKIP $1 is not installed"; false; }; }

lint() {
  verilator --lint-only -Wall -DE3_SIM $(stub "$@") -GPixels="$1" -GPixelBytes="$2" \
    -GOutWords="$3" --top-module $top $sources >"$tmp/log" 2>&1
  verdict "$tmp/log" "verilator -Wall ($1 pixels of $2 bytes, $3 words)"
}

simulate() {
  define="-DPIXELS=$1 -DPIXEL_BYTES=$2 -DOUT_WORDS=$3 -DCLKS_PER_BIT=6 -DTIMEOUT_BITS=10"
  if verilator --cc --exe --build -Mdir "$tmp/$1" -DE3_SIM $(stub "$@") -GPixels="$1" \
      -GPixelBytes="$2" -GOutWords="$3" -GBaud=7000000 -GTimeoutBits=10 --top-module $top \
      -CFLAGS "$define" $sources "$here/shell_driver.cpp" >"$tmp/log" 2>&1; then
    "$tmp/$1/V$top" >"$tmp/out" 2>&1
    code=$?
    sed "s/^\(not \)\{0,1\}ok - .*/& ($1 pixels of $2 bytes)/" "$tmp/out"
    [ $code -eq 0 ] || grep -q '^not ok' "$tmp/out" || echo "not ok - driver ended with $code"
  else false; verdict "$tmp/log" "build ($1 pixels of $2 bytes)"; fi
}

each() { for size in $sizes; do "$1" $(echo "$size" | tr : ' '); done; }

run() {
  have verilator "lint and behaviour" && { each lint; each simulate; }
  have iverilog "iverilog" && {
    iverilog -g2012 -t null -DE3_SIM $(stub 16 1 11) $sources >"$tmp/log" 2>&1
    verdict "$tmp/log" "iverilog -g2012 accepts it"
  }
  have yosys "yosys" && {
    yosys -q -p "read_verilog -sv $(stub 784 1 11) $(echo $sources)
      synth_ice40 -top $top -json $tmp/chip.json" >"$tmp/log" 2>&1
    verdict "$tmp/log" "yosys synthesises it for iCE40"
  }
  have nextpnr-ice40 "place and route" && [ -s "$tmp/chip.json" ] && {
    nextpnr-ice40 -q --hx8k --package ct256 --json "$tmp/chip.json" --pcf $top.pcf --freq 42 \
      --asc "$tmp/chip.asc" >"$tmp/log" 2>&1
    verdict "$tmp/log" "nextpnr places the pins and meets 42 MHz"
  }
}

run | awk '/^ok - /{sub(/^ok/, "ok " ++n)} /^not ok - /{sub(/^not ok/, "not ok " ++n); bad=1}
           {print} END {print "1.." n; exit bad}'
