#!/usr/bin/python3
"""Images per second of PyTorch's float inference on the CPU, its best batch size.

usage: torch_speed.py lenet5|vgg11 THREADS    the network's shape; weights do not matter for speed

Processor seconds with one thread, wall-clock seconds with more, the best of several rounds."""
import sys
import time

import torch
from torch import nn

BATCHES = (1, 4, 16, 32, 64, 100, 128, 200, 256, 500, 1000)
ROUNDS = 5
SECONDS = 0.3  # of a round, about


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, bias=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, bias=False), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 120, 5, bias=False), nn.ReLU(), nn.Flatten(),
        nn.Linear(120, 84, bias=False), nn.ReLU(), nn.Linear(84, 10, bias=False)), (1, 32, 32)


def vgg11():
    layers, c = [], 3
    for width in (64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0):
        if width:
            layers += [nn.Conv2d(c, width, 3, padding=1), nn.ReLU()]
            c = width
        else:
            layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(512, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(),
               nn.Linear(4096, 100)]
    return nn.Sequential(*layers), (3, 32, 32)


def seconds(model, x, clock):
    start = clock()
    model(x)
    return clock() - start


def main():
    model, shape = {"lenet5": lenet5, "vgg11": vgg11}[sys.argv[1]]()
    threads = int(sys.argv[2])
    torch.set_num_threads(threads)
    clock = time.process_time if threads == 1 else time.perf_counter
    model.eval()
    best, best_batch = 0.0, 0
    with torch.inference_mode():
        for batch in BATCHES:
            x = torch.rand(batch, *shape)
            for way in (x, x.contiguous(memory_format=torch.channels_last)):
                each = min(seconds(model, way, clock) for _ in range(3))
                if each > 1:
                    continue
                for _ in range(ROUNDS):
                    n = max(1, int(SECONDS / ROUNDS / each))
                    each = min(each, sum(seconds(model, way, clock) for _ in range(n)) / n)
                if batch / each > best:
                    best, best_batch = batch / each, batch
    print(f"{best:.0f} {best_batch}")


main()
