# e3ne - trained networks to spiking FPGA hardware.
#
#   make            build/e3ne
#   make demo       packages, build, LeNet-5 from ONNX to proven, synthesised hardware
#   make check      packages, build, all tests         make quick   the fast ones, under 90 s
#   make bench      the figures of the README          make install PREFIX= DESTDIR=
#   make bench-ablation   what each pass of the quantiser brings: table of doc/quantisation.md
#   make bench-encoding   radix codes beside rates: table and picture of doc/encoding.md
#
# SAN=1 builds with AddressSanitizer and UBSan into build/san; WERROR=1 makes warnings errors; V=1
# shows the commands.

CC      ?= gcc
PREFIX  ?= /usr/local
B       := build$(if $(SAN),/san)
PYTHON  ?= /usr/bin/python3

WARN    := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes \
           -Wmissing-prototypes -Wswitch-enum -Wvla -Wundef $(if $(WERROR),-Werror)
comma   := ,
OPT     := $(if $(SAN),-O1 -fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-O2)
PKGS    := libprotobuf-c libzip libpng jansson zlib openblas
# Deferred, so that `make demo` can install the packages before they are asked for.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   = $(shell pkg-config --libs $(PKGS))
CPPFLAGS = -Isrc -I$(B)/gen -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE
CFLAGS  ?= -g
ALL_CFLAGS = -std=c17 $(OPT) $(WARN) -ffp-contract=off -fopenmp -MMD -MP $(CFLAGS)
LDLIBS   = $(PKG_LIBS) -lm

# One short line for each command, none under make -s.
SILENT   = $(findstring s,$(firstword -$(MAKEFLAGS)))
say      = $(if $(V),,@$(if $(SILENT),,echo '  $1 $@';))

SRC     := $(wildcard src/*/*.c)
MAIN    := src/cli/main.c
OBJ     := $(SRC:%.c=$(B)/%.o)
LIB_OBJ := $(filter-out $(MAIN:%.c=$(B)/%.o),$(OBJ)) $(B)/gen/onnx.pb-c.o
C_TESTS   := $(patsubst %.c,%,$(wildcard tests/*/t_*.c))
UNIT_TESTS := $(C_TESTS:%=$(B)/%)
# Under the sanitizers: everything but what starts other programs.
SAN_TESTS := $(filter tests/unit/% tests/fmt/% tests/front/% tests/pass/% tests/sim/% tests/quant/% tests/explore/% tests/engine/%,$(C_TESTS))
# The gate-level run takes as long as the others together: make check-gates.
SCRIPT_TESTS := $(filter-out tests/cosim/gates.sh,$(wildcard tests/*/*.sh))
QUICK_TESTS  := $(patsubst %,build/%,$(SAN_TESTS)) $(wildcard tests/cosim/small.sh)

# What scripts of tests run.
TEST_TOOLS := tests/engine/cycles_nets tests/engine/whole
.PHONY: all demo check quick bench bench-accuracy bench-ablation bench-encoding bench-search bench-engine bench-pnr install clean tests check-floors check-gates board-sim
.SUFFIXES:
all: $(B)/e3ne

demo:
	@scripts/deps demo
	@$(MAKE) --no-print-directory -s -j2 all
	@scripts/demo

check:
	@scripts/deps check
	@$(MAKE) --no-print-directory -s -j2 all tests
	@$(MAKE) --no-print-directory -s -j2 tests SAN=1
	@$(MAKE) --no-print-directory -s check-floors
	@tests/run -j 2 $(C_TESTS:%=build/%) $(SAN_TESTS:%=build/san/%) $(SCRIPT_TESTS)

quick:
	@$(MAKE) --no-print-directory -s -j2 all tests
	@$(MAKE) --no-print-directory -s check-floors
	@tests/run -j 2 $(QUICK_TESTS)

bench-search: all
	@bench/search

bench: all
	@scripts/deps bench
	@bench/run

bench-ablation: all
	@bench/ablation

bench-accuracy: all
	@bench/accuracy

bench-engine: all $(B)/bench/engine_cycles
	@bench/engine
	@bench/engine_rtl

bench-pnr: all
	@bench/pnr

bench-encoding: all
	@bench/encoding

check-floors:
	@awk -f tools/floors.awk floors.txt src/*/*.[ch]

check-gates: all
	@tests/run tests/cosim/gates.sh

board-sim: all
	@tests/run tests/board/sim.sh

$(B)/e3ne: $(MAIN:%.c=$(B)/%.o) $(B)/libe3ne.a
	$(call say,link)$(CC) $(ALL_CFLAGS) -o $@ $^ $(LDLIBS)
$(B)/libe3ne.a: $(LIB_OBJ)
	$(call say,ar  )rm -f $@ && ar rcs $@ $^
$(B)/%.o: %.c | $(B)/gen/onnx.pb-c.h
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -c -o $@ $<
# Inner loops there are written to be vectorised.
$(B)/src/sim/%.o $(B)/src/quant/%.o: ALL_CFLAGS += $(if $(SAN),,-O3)
# The program asks the CPU before it runs these two.
X86 = $(filter x86_64%,$(shell $(CC) -dumpmachine))
$(B)/src/sim/cpu_vnni.o: ALL_CFLAGS += $(if $(X86),-mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni)
$(B)/src/sim/cpu_avx2.o: ALL_CFLAGS += $(if $(X86),-mavx2)

# ONNX's own schema, from libonnx-dev (path made plain so that the header's name is short).
$(B)/gen/onnx.pb-c.h: scripts/gen_onnx.sh
	$(call say,gen )sh scripts/gen_onnx.sh $(B)/gen
$(B)/gen/onnx.pb-c.o: $(B)/gen/onnx.pb-c.h
	$(call say,cc  )$(CC) -I$(B)/gen $(PKG_CFLAGS) -std=gnu17 $(OPT) -c -o $@ $(B)/gen/onnx.pb-c.c

# Every tests/<suite>/t_*.c is a program of its own; it prints TAP.
tests: $(UNIT_TESTS) $(B)/e3ne $(if $(SAN),,$(TEST_TOOLS:%=$(B)/%))
$(B)/tests/%: tests/%.c $(B)/libe3ne.a
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(CPPFLAGS) -Itests $(PKG_CFLAGS) $(ALL_CFLAGS) -o $@ $< $(B)/libe3ne.a -lcmocka $(LDLIBS)

$(B)/bench/%: bench/%.c $(B)/libe3ne.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -o $@ $< $(B)/libe3ne.a $(LDLIBS)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/e3ne/python $(DESTDIR)$(PREFIX)/share/doc/e3ne
	install $(B)/e3ne $(DESTDIR)$(PREFIX)/bin/
	find rtl -type d | while read -r d; do install -d "$(DESTDIR)$(PREFIX)/share/e3ne/$$d"; done
	find rtl -type f | while read -r f; do install -m 644 "$$f" "$(DESTDIR)$(PREFIX)/share/e3ne/$$f"; done
	install -m 644 python/e3ne_export.py $(DESTDIR)$(PREFIX)/share/e3ne/python/
	install -m 644 LICENSE NOTICE README.md doc/*.md $(DESTDIR)$(PREFIX)/share/doc/e3ne/

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(UNIT_TESTS:=.d)
