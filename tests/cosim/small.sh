# A three-layer network through the whole flow: the one of `make quick`.
. tests/tap.sh
. tests/cosim/prove.inc
prove small
ok "report.html is there" test -s "$tmp/small/report.html"
finish
