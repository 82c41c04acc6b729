#!/bin/sh
# Each damage below to the shell must make a check of shell_driver.cpp fail.
. "$(dirname "$0")/build.inc"
size="9 3 5"

# mutant FILE SED_EDIT : "ok" if the damaged design builds and the driver finds it out
mutant() {
  rm -rf "$tmp/rtl" && cp -r "$root/rtl/board" "$tmp/rtl" && cd "$tmp/rtl" || exit 1
  sed "$2" "$root/rtl/board/$1" >"$1"
  if cmp -s "$root/rtl/board/$1" "$1"; then echo "not ok - $1: $2 does not apply"; return; fi
  if ! build $size; then echo "not ok - $1: $2 does not build"; return; fi
  if timeout 20 sh -c "ulimit -c 0; '$tmp/9/V$top' $size 6 10" >/dev/null 2>&1; then
    echo "not ok - $1: $2 survives"
  else echo "ok - $1: $2"; fi
}

run() {
  command -v verilator >/dev/null || {
    echo "ok - mutants # SKIP verilator is not installed"; return; }
  cd "$root/rtl/board" && build $size && drive $size >/dev/null || {
    echo "not ok - the undamaged design"; return; }
  while read -r file edit; do mutant "$file" "$edit"; done <<'LIST'
e3_crc8.sv s/8'h07 :/8'h1D :/
e3_uart_pkg.sv s/8'hFF;/8'h00;/
e3_uart_rx.sv s/err_d   = !line/err_d   = 1'b0/
e3_uart_rx.sv s/busy_d = !line; /busy_d = 1'b1; /
e3_uart_tx.sv s/left_d = 4'd10/left_d = 4'd9/
e3_uart_request.sv s/held_q == 2'd2;/held_q != 2'd0;/
e3_uart_request.sv s/ || state_q == Abort;/;/
e3_uart_request.sv s/Abort:   push = entered_q/Abort:   push = 1'b0/
e3_uart_request.sv s/out_valid_d = out_valid_q \&\& !s_axis_tready/out_valid_d = 1'b0/
e3_uart_request.sv s/if (push \&\& !out_free) status_d =/if (1'b0) status_d =/
e3_uart_request.sv s/if (in_err_i) status_d/if (1'b0) status_d/
e3_uart_request.sv s/(late \&\& !in_valid_i)/(1'b0)/
e3_uart_request.sv s/Silence: if (late)/Silence: if (1'b1)/
e3_uart_request.sv s/crc_next != '0) status/crc_next == 8'h01) status/
e3_uart_request.sv s/|| state_q == Abort) \&\& late/) \&\& late/
e3_uart_reply.sv s/!ask_valid_i :/1'b0 :/
e3_uart_reply.sv s/m_axis_tlast != (left_q == 8'd1)/1'b0/
e3_uart_reply.sv s/m_axis_tready \&\& !take \&\& late/1'b0/
e3_uart_reply.sv s/(state_q == Status) ? status_q/(state_q == Sync) ? status_q/
e3_uart_reply.sv s/crc_d   = !go/crc_d   = !out_valid_o/
LIST
}

run | number
