#!/usr/bin/env python3
"""Train AlexNet for CIFAR-10: 64c3s2-p2-192c3-p2-384c3-256c3-256c3-p2-4096-4096-10.

    python3 examples/alexnet/train.py --train data_batch_*.bin --test test_batch.bin

Plain float training on images in 0..1, batch normalisation after each convolution (e3ne folds it),
random shifts and mirrored images. On two CPU cores a matter of hours.
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

CLASSES = 10


def conv(channels, to, stride=1):
    return [nn.Conv2d(channels, to, 3, stride, padding=1, bias=False), nn.BatchNorm2d(to), nn.ReLU()]


def network():
    return nn.Sequential(
        *conv(3, 64, stride=2), nn.MaxPool2d(2),
        *conv(64, 192), nn.MaxPool2d(2),
        *conv(192, 384), *conv(384, 256), *conv(256, 256), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(), nn.Linear(256 * 2 * 2, 4096), nn.ReLU(),
        nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(),
        nn.Linear(4096, CLASSES))


def main():
    arg = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arg.add_argument("--train", required=True, nargs="+", help="binary records to learn from")
    arg.add_argument("--test", required=True, nargs="+", help="binary records to measure with")
    arg.add_argument("--epochs", type=int, default=60)
    arg.add_argument("--seed", type=int, default=1)
    arg.add_argument("--out", default="alexnet.onnx")
    opt = arg.parse_args()
    torch.manual_seed(opt.seed)
    model = network()
    fit.fit(model, *fit.cifar(opt.train, CLASSES), opt.epochs, lr=1e-3, weight_decay=5e-2,
            augment=fit.shifted_and_mirrored)
    print(f"test accuracy: {fit.accuracy(model, *fit.cifar(opt.test, CLASSES)):.2f} %")
    save_onnx(model, (3, 32, 32), opt.out)


if __name__ == "__main__":
    main()
