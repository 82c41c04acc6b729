#!/usr/bin/env python3
"""Make the golden exports again: networks trained elsewhere, 32 test images, torch's logits.

    python3 tests/golden/make.py [SHARED_FOLDER]      # default: $E3NE_SHARED, else ../shared

Writes, beside this file:
    lenet5/test.npz   x [32,1,32,32], y, logits of examples/lenet5/lenet5.onnx's own weights
    fang/model.onnx   32c3-p2-32c3-p2-256-10 of 28x28, no bias (868 kB)
    fang/test.npz     x [32,1,28,28], y, logits
The last bits of the logits depend on the CPU that torch ran on; compare with a tolerance.
"""
import os
import pathlib
import shutil
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "examples"))

import fit  # noqa: E402  (needs the path above)
from e3ne_export import save_npz  # noqa: E402  (fit adds its path)

IMAGES = 32


def golden(shared, name, pad):
    """Write NAME/test.npz: x float32 [32,1,H,W] in 0..1, y int64 [32], logits float32 [32,10]."""
    model = torch.load(shared / "models" / name / f"{name}.pt", map_location="cpu").eval()
    x, y = (t[:IMAGES] for t in fit.mnist(ROOT / "examples/data/mnist", "t10k", pad))
    with torch.no_grad():
        logits = model(x)
    (HERE / name).mkdir(exist_ok=True)
    save_npz(HERE / name / "test.npz", {"x": x.numpy(), "y": y.numpy(), "logits": logits.numpy()})
    print(f"{name}: {(logits.argmax(1) == y).sum().item()} of {IMAGES} right")


def main():
    default = os.environ.get("E3NE_SHARED", ROOT.parent / "shared")
    shared = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default)
    torch.set_num_threads(1)
    golden(shared, "lenet5", pad=2)
    golden(shared, "fang", pad=0)
    shutil.copyfile(shared / "models/fang/fang.onnx", HERE / "fang/model.onnx")


if __name__ == "__main__":
    main()
