#!/bin/sh
# run.sh [SECONDS [TARGET...]] - builds the readers with libFuzzer, AddressSanitizer and UBSan and
# feeds each for SECONDS (3). A crash leaves its input in tests/fuzz/found/TARGET.*.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-3}
[ $# -gt 0 ] && shift
targets=${*:-$(ls tests/fuzz/fuzz_*.c | sed 's|.*/fuzz_||; s|\.c$||' | grep -v '^main$')}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "ok 1 - fuzzing # SKIP $1"; exit 0; }
echo 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n) { return p && n == 99; }' >"$work/x.c"
command -v clang >/dev/null || skip "clang is not installed"
clang -fsanitize=fuzzer,address,undefined -o "$work/x" "$work/x.c" 2>/dev/null ||
    skip "clang's fuzzer runtime is not installed (libclang-rt-14-dev)"

pkgs="libprotobuf-c libzip libpng jansson zlib openblas"
flags="-std=c17 -g -O1 -Isrc -I$work/gen -Itests -D_DEFAULT_SOURCE -ffp-contract=off \
    -fno-omit-frame-pointer -fno-sanitize-recover=all $(pkg-config --cflags $pkgs)"
san="-fsanitize=fuzzer-no-link,address,undefined"
libs="$(pkg-config --libs $pkgs) -lm"
failed() { echo "not ok 1 - fuzz targets build"; sed 's/^/# /' "$work/log"; exit 1; }

sh scripts/gen_onnx.sh "$work/gen" >"$work/log" 2>&1 || failed
mkdir "$work/o"
for f in src/base/*.c src/fmt/*.c src/ir/graph.c src/ir/shape.c src/ir/verify.c src/ir/text.c \
         src/ir/parse.c src/front/*.c src/pass/*.c "$work/gen/onnx.pb-c.c"; do
    rename=
    [ "$f" = src/base/arena.c ] && rename=-Darena_take=arena_take_real
    echo "clang $flags $san $rename -c $f -o $work/o/$(basename "$f" .c).o"
done | xargs -P 2 -I{} sh -c '{}' >"$work/log" 2>&1 || failed
clang $flags $san -c src/base/arena.c -o "$work/arena.o" >"$work/log" 2>&1 || failed
clang $flags -fsanitize=address,undefined -o "$work/seeds" tests/fuzz/seeds.c "$work/arena.o" \
    $(ls "$work"/o/*.o | grep -v /arena.o) -lcmocka $libs >"$work/log" 2>&1 || failed
ASAN_OPTIONS=detect_leaks=0 "$work/seeds" "$work/seed" >"$work/log" 2>&1 || failed

n=0
bad=0
for t in $targets; do
    n=$((n + 1))
    mkdir -p "$work/seed/$t" "$work/found"
    clang $flags -fsanitize=fuzzer,address,undefined -o "$work/fuzz_$t" tests/fuzz/fuzz_main.c \
        "tests/fuzz/fuzz_$t.c" "$work"/o/*.o $libs >"$work/log" 2>&1 || failed
    if "$work/fuzz_$t" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=4000 \
        -artifact_prefix="$work/found/$t." "$work/seed/$t" >"$work/log" 2>&1; then
        echo "ok $n - $t: $(sed -n 's/.*Done \([0-9]*\) runs.*/\1 runs/p' "$work/log")," \
            "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$work/log" | tail -1) edges"
    else
        bad=1
        mkdir -p tests/fuzz/found
        cp "$work/found/$t".* tests/fuzz/found/ 2>/dev/null
        echo "not ok $n - $t"
        tail -40 "$work/log" | sed 's/^/# /'
    fi
done
exit $bad
