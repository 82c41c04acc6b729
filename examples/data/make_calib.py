#!/usr/bin/env python3
"""Draw the calibration images: 1,000 of MNIST's 60,000 training images, in the order drawn.

    python3 examples/data/make_calib.py --data FOLDER_WITH_MNIST
"""
import argparse
import pathlib

import numpy as np

from idx import read_idx, write_idx

HERE = pathlib.Path(__file__).resolve().parent


def main():
    arg = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arg.add_argument("--data", required=True, help="folder of train-images-idx3-ubyte.gz")
    arg.add_argument("--images", type=int, default=1000)
    arg.add_argument("--seed", type=int, default=1)
    arg.add_argument("--out", default=HERE / "mnist" / "calib-images-idx3-ubyte.gz")
    opt = arg.parse_args()
    images = read_idx(pathlib.Path(opt.data) / "train-images-idx3-ubyte.gz")
    drawn = np.random.RandomState(opt.seed).permutation(len(images))[:opt.images]
    write_idx(opt.out, images[drawn])
    print(f"{opt.out}: {len(drawn)} of {len(images)} images, seed {opt.seed}")


if __name__ == "__main__":
    main()
