# report.html in a real browser: it renders, and no request leaves the page.
. tests/tap.sh
if ! command -v chromium >/dev/null; then
    skip "report.html in a browser" "chromium is not installed"; finish
fi
nets=tests/cosim/nets
ok "a build with a report" "$e3ne" report $nets/small.onnx --calib $nets/small.x.npy -o "$tmp/small"
shot() { # WIDTH
    timeout 60 chromium --headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$tmp/chromium" --window-size=$1,2000 --screenshot="$tmp/$1.png" \
        "file://$tmp/small/report.html"
}
for width in 1280 420; do
    ok "it renders $width pixels wide" shot $width
    between "and is no empty page" "$(wc -c <"$tmp/$width.png")" 20000 5000000
done
equal "nothing is loaded from elsewhere" "$(grep -cE '(src|href)="?(https?:)?//' "$tmp/small/report.html")" 0
finish
