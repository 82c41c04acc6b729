"""Reader of CIFAR's binary records: label bytes (CIFAR-100: coarse, then fine), then planes R, G, B
of 32x32 bytes (https://www.cs.toronto.edu/~kriz/cifar.html, "binary version")."""
import numpy as np

PLANES = 3 * 32 * 32


def read_cifar(path, classes):
    """Images uint8 [N,3,32,32] and labels uint8 [N]; classes is 10 or 100."""
    head = {10: 1, 100: 2}[classes]
    data = np.fromfile(path, np.uint8)
    if data.size == 0 or data.size % (head + PLANES):
        raise ValueError(f"{path}: {data.size} bytes are no whole records of {head + PLANES}")
    records = data.reshape(-1, head + PLANES)
    labels = records[:, head - 1]
    if labels.max() >= classes:
        raise ValueError(f"{path}: label {labels.max()} of {classes} classes")
    return records[:, head:].reshape(-1, 3, 32, 32), labels
