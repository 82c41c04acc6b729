# The promises of e3_axi_reader (rtl/e3_axi_reader_props.svh) by induction: bursts stay within 4 KB,
# follow each other without a gap and are together as long as the run; and damage is found.
. tests/tap.sh
if ! command -v yosys >/dev/null; then
    skip "the reader's proof" "yosys is not installed"; finish
fi
prove() { # FILE PortBits Outstanding
    yosys -q -p "read_verilog -sv -defer -formal -DFORMAL -I rtl $1 rtl/e3_fifo.sv
        hierarchy -check -top e3_axi_reader -chparam PortBits $2 -chparam Outstanding $3 -chparam Quiet 16
        proc; flatten; memory_nordff; memory_map; opt_clean; async2sync; dffunmap; opt_clean
        sat -verify -tempinduct -prove-asserts -set-assumes -seq 1 -maxsteps 8"
}
reader=rtl/e3_axi_reader.sv
ok "a port of 64 bits" prove $reader 64 4
ok "a port of 128 bits" prove $reader 128 3
ok "a port of 512 bits" prove $reader 512 2
damaged() { # NAME SED: a reader that the proof must refuse
    sed "$2" $reader >"$tmp/reader.sv"
    cmp -s $reader "$tmp/reader.sv" && { ok "$1 applies" false; return; }
    fails 1 "$1 is refuted" "" prove "$tmp/reader.sv" 64 4
}
damaged "a burst across 4 KB" "s/33'(cmd_words_i) + 33'(first\[BurstW-1:0\])/33'(cmd_words_i)/"
damaged "a lost word" "s/{1'b0, next_q\[BurstW-1:0\]};/{1'b0, next_q[BurstW-1:0]} - 1'b1;/"
finish
