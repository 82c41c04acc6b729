#!/usr/bin/python3
"""E3NE's post-training scheme on LeNet-5 in PyTorch, without a line of e3ne: what each of its
choices does to the accuracy, and what our `--scheme e3ne` should give.

usage: bench/e3ne_scheme.py   (E3NE_SHARED: models/lenet5/lenet5.pt, data/mnist; a few minutes)

The first row is our reading of its compiler (github.com/DanielGerlinghoff/radix-encoding at commit
5b9bf34); every other row changes one thing. W = 3.
"""
import gzip
import math
import os

import numpy as np
import torch
from torch.nn import functional as F

SHARED = os.environ.get("E3NE_SHARED", "../shared")
W = 3
BATCH = 2000


def images(name):
    raw = gzip.open(f"{SHARED}/data/mnist/{name}-images-idx3-ubyte.gz").read()
    x = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 28, 28)
    return np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)))


def batches(x):
    for k in range(0, len(x), BATCH):
        yield torch.tensor(x[k:k + BATCH], dtype=torch.float32) / 255


def power(limit):
    """The exponent of the power of two at or above the limit."""
    return math.ceil(math.log2(limit))


def is_synapse(layer):
    return isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear))


def greatest(net, x):
    """Of each synapse layer: exponents of the greatest input and output on images x."""
    top = {}
    for z in batches(x):
        for layer in net:
            before = z.max().item()
            z = layer(z)
            if is_synapse(layer):
                a, b = top.get(layer, (0, 0))
                top[layer] = max(a, before), max(b, z.max().item())
    return {layer: (power(a), power(b)) for layer, (a, b) in top.items()}


def weights(layer, symmetric):
    sigma, mean = torch.std_mean(layer.weight)
    scale = W - 1 - power((mean.abs() + 3 * sigma).item())
    lowest = -2 ** (W - 1) + symmetric
    return scale, (layer.weight * 2.0 ** scale).round().clip(lowest, 2 ** (W - 1) - 1)


def accuracy(net, x, y, top, t, symmetric=False, saturate=False, round_scores=True, even_input=True):
    last = [layer for layer in net if is_synapse(layer)][-1]
    right = 0
    for k, z in enumerate(batches(x)):
        z = (z * (2 ** t - 1)).round() if even_input else (z * 2 ** t).round().clip(max=2 ** t - 1)
        for layer in net:
            if not is_synapse(layer):
                z = layer(z)
                continue
            scale, q = weights(layer, symmetric)
            conv = isinstance(layer, torch.nn.Conv2d)
            z = F.conv2d(z, q) if conv else F.linear(z, q)
            a, b = top[layer]
            unit = 2 ** (scale + (t - a) - (t - b))
            if layer is not last or round_scores:
                z = torch.floor((z + unit / 2) / unit)
            if saturate and layer is not last:
                z = z.clip(max=2 ** t - 1)
        right += (z.argmax(1).numpy() == y[k * BATCH:(k + 1) * BATCH]).sum()
    return 100 * right / len(x)


def main():
    net = list(torch.load(f"{SHARED}/models/lenet5/lenet5.pt", weights_only=False).eval())
    train, test = images("train"), images("t10k")
    raw = gzip.open(f"{SHARED}/data/mnist/t10k-labels-idx1-ubyte.gz").read()
    y = np.frombuffer(raw, np.uint8, offset=8)
    some = np.random.RandomState(0).choice(len(train), 512, replace=False)
    few, every = greatest(net, train[some]), greatest(net, train)
    rows = [("as read, limits from 512 training images", few, {}),
            ("weights within +-3, not -4 to 3", few, {"symmetric": True}),
            ("  and codes that saturate: --scheme e3ne", few, {"symmetric": True, "saturate": True}),
            ("scores not rounded", few, {"round_scores": False}),
            ("input codes in units of 2^-T", few, {"even_input": False}),
            ("limits from all 60,000 training images", every, {})]
    print(f"{'LeNet-5, W=3: accuracy, %':46}{'T=2':>8}{'T=3':>8}{'T=4':>8}")
    for name, top, change in rows:
        cells = "".join(f"{accuracy(net, test, y, top, t, **change):8.2f}" for t in (2, 3, 4))
        print(f"{name:46}{cells}", flush=True)


if __name__ == "__main__":
    with torch.no_grad():
        main()
