"""IDX files, the format of MNIST: read and written whole, gzip-compressed.

Layout: two zero bytes, type 0x08 (unsigned byte), number of dimensions, each dimension as a
big-endian uint32, then the values in C order.
"""
import gzip
import struct

import numpy as np


def read_idx(path):
    """Return the uint8 array in the .gz file `path`; ValueError if it is no IDX file of bytes."""
    with gzip.open(path, "rb") as f:
        raw = f.read()
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    n_dim = raw[3]
    if len(raw) < 4 + 4 * n_dim:
        raise ValueError(f"{path}: the file ends inside its header")
    shape = struct.unpack_from(f">{n_dim}I", raw, 4)
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * n_dim)
    if values.size != np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path}: {values.size} values for the shape {shape}")
    return values.reshape(shape)


def write_idx(path, array):
    """Write the uint8 array to the .gz file `path`: same array, same bytes (no name, no time)."""
    header = b"\0\0\x08" + struct.pack(f">B{array.ndim}I", array.ndim, *array.shape)
    with open(path, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(header + np.ascontiguousarray(array, np.uint8).tobytes())
