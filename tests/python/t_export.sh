#!/bin/sh
# The PyTorch exporter, run live where torch is installed; export_cases.py prints the TAP.
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import torch, numpy' 2>/dev/null; then
  echo "1..1"
  echo "ok 1 - python exporter # SKIP $python has no torch"
  exit 0
fi
exec "$python" -B "$here/export_cases.py"
