#!/usr/bin/env python3
"""Train LeNet-5 for 32x32 MNIST: 6c5-p2-16c5-p2-120c5-84-10 with ReLU, no bias.

    python3 examples/lenet5/train.py --data FOLDER_WITH_MNIST

Plain float training, nothing here knows of spikes: images 0..1 with two zeros on each side.
"""
import argparse
import pathlib
import sys

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

import fit  # noqa: E402  (needs the path above)
from e3ne_export import save_onnx  # noqa: E402  (fit adds its path)


def network():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, bias=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, bias=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 120, 5, bias=False), nn.ReLU(), nn.Flatten(),
        nn.Linear(120, 84, bias=False), nn.ReLU(),
        nn.Linear(84, 10, bias=False))


def main():
    arg = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arg.add_argument("--data", required=True, help="folder of MNIST's four .gz files")
    arg.add_argument("--epochs", type=int, default=20)
    arg.add_argument("--seed", type=int, default=1)
    arg.add_argument("--out", default="lenet5.onnx")
    opt = arg.parse_args()
    torch.manual_seed(opt.seed)
    model = network()
    fit.fit(model, *fit.mnist(opt.data, "train", pad=2), opt.epochs, lr=2e-3)
    print(f"test accuracy: {fit.accuracy(model, *fit.mnist(opt.data, 't10k', pad=2)):.2f} %")
    save_onnx(model, (1, 32, 32), opt.out)


if __name__ == "__main__":
    main()
