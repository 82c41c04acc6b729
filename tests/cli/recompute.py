"""Every code of a build again, from run.json and tensors.npz alone, by the contract's formulas.

usage: recompute.py BUILD CODES.npz [--spoil]   (--spoil changes a threshold first: codes must differ)
"""
import json
import os
import sys

import numpy as np


def windows(x, layer, fill):
    (kh, kw), (sh, sw), (t, l, b, r) = layer["kernel"], layer["stride"], layer["pad"]
    x = np.pad(x, ((0, 0), (0, 0), (t, b), (l, r)), constant_values=fill)
    oh, ow = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    return np.stack([x[:, :, u:u + oh * sh:sh, v:v + ow * sw:sw] for u in range(kh) for v in range(kw)], 2)


def fire(v, layer, theta, bias):
    u = (v << layer["frac_bits"]) + bias[None, :, None, None]
    code = np.floor_divide(u, theta[None, :, None, None])
    t, signed = layer["steps"], layer["signed"]
    return np.clip(code, -(1 << t - 1) if signed else 0, (1 << t - signed) - 1)


def main():
    build, codes = sys.argv[1], np.load(sys.argv[2])
    run = json.load(open(os.path.join(build, "run.json")))
    tensors = dict(np.load(os.path.join(build, "tensors.npz")))
    layers = run["layers"]
    if "--spoil" in sys.argv:
        tensors[layers[1]["name"] + ".theta"][0] *= 2
    x = codes[layers[0]["name"]].astype(np.int64)
    bad = 0
    for layer in layers[1:]:
        name = layer["name"]
        if layer["op"] == "s_maxpool":
            x = windows(x, layer, -(1 << 20)).max(2)
        else:
            w = tensors[name + ".w"].astype(np.int64)
            if layer["op"] == "s_dense":
                v = (x.reshape(len(x), -1) @ w.T)[:, :, None, None]
            else:
                v = np.einsum("nckij,ock->noij", windows(x, layer, 0), w.reshape(*w.shape[:2], -1))
            if layer["steps"] == 0:
                bad += np.count_nonzero(v[:, :, 0, 0] + tensors[name + ".bias"] != codes["logits"])
                continue
            x = fire(v, layer, tensors[name + ".theta"], tensors[name + ".bias"])
        bad += np.count_nonzero(x != codes[name])
    print(f"{bad} codes differ")
    sys.exit(bad != 0)


main()
