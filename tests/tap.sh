# tap.sh - for test scripts: `. tests/tap.sh`. Each check prints one TAP line; each script has a
# folder of its own, $tmp, that is gone when it ends.
n=0
failed=0
e3ne=${E3NE:-build/e3ne}
shared=${E3NE_SHARED:-../shared}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# ok WHAT COMMAND...: the command ends with 0; its output is shown if not.
ok() {
    what=$1; shift; n=$((n + 1))
    if "$@" >"$tmp/out" 2>&1; then echo "ok $n - $what"
    else echo "not ok $n - $what"; failed=1; sed 's/^/# /' "$tmp/out"; fi
}

# fails CODE WHAT PATTERN COMMAND...: ends with CODE and prints a line with PATTERN.
fails() {
    code=$1; what=$2; pattern=$3; shift 3; n=$((n + 1)); rc=0
    "$@" >"$tmp/out" 2>&1 || rc=$?
    if [ "$rc" -eq "$code" ] && grep -q -e "$pattern" "$tmp/out"; then echo "ok $n - $what"
    else echo "not ok $n - $what (ended with $rc, wanted $code and '$pattern')"; failed=1
         sed 's/^/# /' "$tmp/out"; fi
}

# equal WHAT GOT WANT
equal() {
    n=$((n + 1))
    if [ "$2" = "$3" ]; then echo "ok $n - $1"
    else echo "not ok $n - $1 (got '$2', want '$3')"; failed=1; fi
}

# between WHAT GOT LOW HIGH: numbers, both ends included
between() {
    n=$((n + 1))
    if awk -v x="$2" -v lo="$3" -v hi="$4" 'BEGIN { exit !(x != "" && x + 0 >= lo && x + 0 <= hi) }'
    then echo "ok $n - $1 ($2)"
    else echo "not ok $n - $1 (got '$2', want $3 to $4)"; failed=1; fi
}

skip() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }
fact() { "$e3ne" inspect "$1" --get "$2"; } # a figure of run.json
finish() { exit "$failed"; }
