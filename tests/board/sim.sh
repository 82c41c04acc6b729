#!/bin/sh
# The host program against the Verilator model of the whole chip, through a pseudo-terminal: tiny,
# 20 test images of MNIST; then every way in which a port, a line or a board can be wrong.
. "$(dirname "$0")/build.inc"
e3ne=$root/build/e3ne
data=$root/examples/data/mnist
images=20
player=
trap '[ -n "$player" ] && kill $player; rm -rf "$tmp"' EXIT

# tiny DIR OPTIONS : quantised, planned, emitted
tiny() {
  dir=$1
  shift
  "$e3ne" emit "$root/examples/tiny/tiny.onnx" --device ice40-hx8k --steps 3 --target-fps 10000 \
    --calib "$data/calib-images-idx3-ubyte.gz" --test "$data/t10k-images-idx3-ubyte.gz" \
    --labels "$data/t10k-labels-idx1-ubyte.gz" -o "$dir" "$@" >"$tmp/log" 2>&1
}

# The first test images as PGM files; IDX: 16 bytes of header, then 784 bytes an image.
write_pgm() {
  mkdir "$tmp/pgm"
  gzip -dc "$data/t10k-images-idx3-ubyte.gz" 2>/dev/null | head -c $((16 + 784 * images)) >"$tmp/idx"
  i=0
  while [ $i -lt $images ]; do
    { printf 'P5\n28 28\n255\n'; tail -c +$((17 + 784 * i)) "$tmp/idx" | head -c 784; } \
      >"$tmp/pgm/$(printf %02d $i).pgm"
    i=$((i + 1))
  done
}

# 6 clocks a bit; a request breaks off after 2^16 clocks without a byte.
model() {
  {
    "$e3ne" synth "$tmp/tiny" --board hx8k-breakout --sources &&
    verilator --cc --exe --prefix Vchip -Mdir "$tmp/chip" -Wall -Wno-fatal -DE3_SIM -GBaud=7000000 \
      -GTimeoutBits=16 --top-module e3_chip -F "$tmp/tiny/board/files.f" "$here/board_pty.cpp" &&
    make -j2 -C "$tmp/chip" -f Vchip.mk OPT_FAST=-O1 OPT_SLOW=-O0 Vchip
  } >"$tmp/log" 2>&1
}

# play MODE : starts a board; $port is its terminal
play() {
  [ -n "$player" ] && { kill "$player"; wait "$player" 2>/dev/null; }
  : >"$tmp/port"
  (cd "$tmp/tiny/rtl" && exec "$tmp/chip/Vchip" 6 "$1") >"$tmp/port" 2>"$tmp/player.err" &
  player=$!
  while [ ! -s "$tmp/port" ] && kill -0 "$player"; do sleep 0.1; done
  port=$(cat "$tmp/port")
}

# ask DIR PORT IMAGE... : stdout in $tmp/out, stderr in $tmp/log, exit code in $code
ask() {
  dir=$1 at=$2
  shift 2
  "$e3ne" run "$dir" "$@" --port "$at" >"$tmp/out" 2>"$tmp/log"
  code=$?
}

# says CODE TEXT : the last ask ended so and said so
says() { [ "$code" -eq "$1" ] && grep -q "$2" "$tmp/log"; }

good_board() {
  "$e3ne" run "$tmp/tiny" "$tmp"/pgm/*.pgm >"$tmp/want" 2>"$tmp/log"
  play model
  ask "$tmp/tiny" "$port" "$tmp"/pgm/*.pgm
  [ $code -eq 0 ] && [ "$(grep -c ': class [0-9]$' "$tmp/out")" -eq $images ]
  verdict "the chip classifies $images images"
  diff "$tmp/want" "$tmp/out" >>"$tmp/log"
  verdict "classes and scores are the simulator's"
  ask "$tmp/tiny" "$port" "$tmp/pgm/00.pgm" --json
  [ $code -eq 0 ] && grep -q '"class": 7' "$tmp/out" && ! grep -q simulator_class "$tmp/out"
  verdict "as JSON too, and the board serves a second host"
}

wrong_board() {
  tiny "$tmp/weights" --weights 2
  verdict "the same network with other weights is built"
  ask "$tmp/weights" "$port" "$tmp/pgm/00.pgm" "$tmp/pgm/01.pgm"
  says 1 "otherwise than the simulator" && grep -q "the simulator differs" "$tmp/out"
  verdict "another build's answers are told from this one's"
  "$e3ne" emit "$root/tests/cosim/nets/small.onnx" --calib "$root/tests/cosim/nets/small.x.npy" \
    --test "$root/tests/cosim/nets/small.x.npy" --labels "$root/tests/cosim/nets/small.y.npy" \
    --allow-overlap --device ice40-hx8k -o "$tmp/small" >"$tmp/log" 2>&1
  verdict "another network is built"
  ask "$tmp/small" "$port" "$tmp/pgm/00.pgm"
  says 1 "the core on the board takes images of 784 pixels of 1 bytes and answers 11 words"
  verdict "another network on the board is told"
}

bad_line() {
  play noisy
  ask "$tmp/tiny" "$port" "$tmp/pgm/00.pgm" "$tmp/pgm/01.pgm"
  [ $code -eq 0 ] && head -4 "$tmp/want" | diff - "$tmp/out" >>"$tmp/log"
  verdict "a damaged request is sent again"
  play corrupt
  ask "$tmp/tiny" "$port" "$tmp/pgm/00.pgm"
  says 2 "checksum is wrong"
  verdict "damaged answers are told"
  play garbage
  ask "$tmp/tiny" "$port" "$tmp/pgm/00.pgm"
  says 2 "none begins an answer"
  verdict "garbage is told"
  play silent
  ask "$tmp/tiny" "$port" "$tmp/pgm/00.pgm"
  says 2 "no answer"
  verdict "silence is told"
  play unplug
  ask "$tmp/tiny" "$port" "$tmp/pgm/00.pgm"
  says 2 "the serial port"
  verdict "a port that goes away is told"
  player=
}

bad_port() {
  ask "$tmp/tiny" "$tmp/none" "$tmp/pgm/00.pgm"
  says 2 "cannot be opened"
  verdict "a port that is not there is told"
  ask "$tmp/tiny" /dev/null "$tmp/pgm/00.pgm"
  says 2 "is no serial port"
  verdict "a file that is no port is told"
}

chip_options() {
  "$e3ne" synth "$tmp/tiny" --board none >"$tmp/out" 2>"$tmp/log"
  code=$?
  says 2 "there is hx8k-breakout"
  verdict "a board that is not known is told"
  "$e3ne" synth "$tmp/tiny" --board hx8k-breakout --device ecp5-85k >"$tmp/out" 2>"$tmp/log"
  code=$?
  says 2 "build it with --device ice40-hx8k"
  verdict "a build for another device is told"
}

run() {
  command -v verilator >/dev/null || { echo "ok - board-sim # SKIP verilator is not installed"; return; }
  tiny "$tmp/tiny" --weights 3
  verdict "tiny is built for ice40-hx8k"
  write_pgm
  model
  verdict "the model of the whole chip is built"
  good_board
  wrong_board
  bad_line
  bad_port
  chip_options
}

run >"$tmp/tap"
number <"$tmp/tap"
