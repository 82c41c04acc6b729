# Corners of the pipeline, each a network of its own (tests/cosim/make.py).
. tests/tap.sh
. tests/cosim/prove.inc
prove strides --steps 3 --weights 4 --input-steps 6
prove pools --steps 4 --weights 2 --raw-input
prove signed --steps 5 --weights 5 --name other
prove column --steps 2 --weights 8
prove small --scheme e3ne --steps 3
finish
