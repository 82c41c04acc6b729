#!/bin/sh
# gen_onnx.sh DIR - C code for ONNX's schema (onnx/onnx.proto of libonnx-dev) by protobuf-c-compiler.
set -eu
out=$1
proto=
for dir in /usr/include/onnx /usr/local/include/onnx; do
    [ -f "$dir/onnx.proto" ] && proto=$dir && break
done
[ -n "$proto" ] || { echo "onnx.proto not found: install libonnx-dev" >&2; exit 3; }
mkdir -p "$out"
cp "$proto/onnx.proto" "$out/onnx.proto"
protoc-c --proto_path="$out" --c_out="$out" onnx.proto
