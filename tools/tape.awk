# tape.awk - rtl/e3_tape.svh from src/hw/tape.def: localparams for every field (make check compares).
#   awk -f tools/tape.awk src/hw/tape.def >rtl/e3_tape.svh
BEGIN {
    print "// e3_tape.svh - the tape's header, layer records and the engine's registers."
    print "// Printed from src/hw/tape.def by tools/tape.awk; not to be edited."
    print "/* verilator lint_off UNUSEDPARAM */"
}
END { print "/* verilator lint_on UNUSEDPARAM */" }
match($0, /^(NUMBER|HEADER|RECORD|REGISTER|FAULT)\(/) {
    kind = substr($0, 1, RLENGTH - 1)
    split(substr($0, RLENGTH + 1), f, /[ ,]+/)
    if (kind == "NUMBER") printf "localparam logic [31:0] Number_%s = 32'h%s;\n", f[1], substr(f[2], 3)
    else if (kind == "HEADER") printf "localparam int Header_%s = %d;\n", f[1], f[2]
    else if (kind == "RECORD") printf "localparam int %-16s = %d, %s = %d;\n", "At_" f[1], f[2] * 32 + f[3], "Bits_" f[1], f[4]
    else if (kind == "REGISTER") { v = f[2]; sub(/^0x/, "", v); printf "localparam logic [7:0] Reg_%s = 8'h%s;\n", f[1], v }
    else printf "localparam logic [7:0] Fault_%s = 8'd%d;\n", f[1], f[2]
}
