#!/usr/bin/env python3
"""Train the small MNIST network of the iCE40-HX8K board: 8c3-p2-16c3-p2-10, no bias.

    python3 examples/tiny/train.py --data FOLDER_WITH_MNIST

Two phases: plain float training, then training with weights on the 3-bit grid and activations
rounded to 3-bit codes (gradients pass through the rounding), which costs the float network little
and the quantised one far less than rounding afterwards. What is written is an ordinary float
network; e3ne finds its own scales.
"""
import argparse
import pathlib
import sys

import torch
from torch import nn
from torch.nn.utils import parametrize

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

import fit  # noqa: E402  (needs the path above)
from e3ne_export import save_onnx  # noqa: E402  (fit adds its path)

STEPS = 3           # T: bits of an activation's code
WEIGHT_BITS = 3     # W: weights are -3..3 times a scale


def network():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, bias=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, bias=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 10, bias=False))


class Grid(nn.Module):
    """Weights on the W-bit grid: each output's scale by least squares, gradients straight through.

    Scale and integers are found in turn: q = round(w / s), s = <w, q> / <q, q>.
    """

    def forward(self, w):
        flat = w.detach().flatten(1)
        top = 2 ** (WEIGHT_BITS - 1) - 1
        scale = flat.abs().amax(1, keepdim=True) / top * 0.8
        for _ in range(4):
            q = (flat / scale).round().clamp(-top, top)
            scale = (flat * q).sum(1, keepdim=True) / (q * q).sum(1, keepdim=True)
        return w + ((q * scale).view_as(w) - w.detach())


class Codes:
    """Forward hook of a ReLU: its outputs as T-bit codes times one scale, straight through.

    The scale follows the batches: 1/2^T of the largest values, the top one in a thousand cut off.
    """

    def __init__(self):
        self.scale = 0.0

    def __call__(self, module, inputs, out):
        top = 2 ** STEPS - 1
        if module.training:
            seen = out.detach().flatten()[::7].kthvalue(int(out.numel() // 7 * 0.999)).values
            self.scale = seen / top if not self.scale else 0.99 * self.scale + 0.01 * seen / top
        return out + ((out.detach() / self.scale).round().clamp(0, top) * self.scale - out.detach())


def main():
    arg = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arg.add_argument("--data", required=True, help="folder of MNIST's four .gz files")
    arg.add_argument("--epochs", type=int, default=16, help="of each phase")
    arg.add_argument("--seed", type=int, default=1)
    arg.add_argument("--out", default="tiny.onnx")
    opt = arg.parse_args()
    torch.manual_seed(opt.seed)
    torch.set_num_threads(1)
    x, y = fit.mnist(opt.data, "train", pad=0)
    model = network()
    fit.fit(model, x, y, opt.epochs, lr=4e-3)
    layers = [m for m in model if isinstance(m, (nn.Conv2d, nn.Linear))]
    for m in layers:
        parametrize.register_parametrization(m, "weight", Grid())
    hooks = [m.register_forward_hook(Codes()) for m in model if isinstance(m, nn.ReLU)]
    fit.fit(model, x, y, opt.epochs, lr=2e-3)
    test = fit.mnist(opt.data, "t10k", pad=0)
    print(f"with T={STEPS} codes and W={WEIGHT_BITS} weights: {fit.accuracy(model, *test):.2f} %")
    for h in hooks:
        h.remove()
    for m in layers:
        parametrize.remove_parametrizations(m, "weight")
    print(f"float, as written: {fit.accuracy(model, *test):.2f} %")
    save_onnx(model, test[0].shape[1:], opt.out)


if __name__ == "__main__":
    main()
