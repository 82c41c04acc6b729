"""Makes the small networks of tests/cosim/nets: each a corner of what the pipeline can do.

usage: make.py   (python3-onnx and numpy; the files are committed, tests do not need this script)

Weights and images are random from fixed seeds, labels are arbitrary: what is tested is that the
hardware equals the model, not that the model is of any use.
"""
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nets")


class Net:
    def __init__(self, seed, shape):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.consts, self.shape, self.last = [], [], list(shape), "x"

    def const(self, name, a):
        self.consts.append(numpy_helper.from_array(a.astype(np.float32), name))
        return name

    def node(self, op, name, inputs=(), **attrs):
        out = name + "_out"
        self.nodes.append(helper.make_node(op, [self.last, *inputs], [out], name=name, **attrs))
        self.last = out

    def conv(self, name, o, k, stride=(1, 1), pads=(0, 0, 0, 0), bias=True):
        c, h, w = self.shape
        ins = [self.const(name + ".w", self.rng.normal(0, (2 / (c * k[0] * k[1])) ** 0.5, (o, c, *k)))]
        if bias:
            ins.append(self.const(name + ".b", self.rng.normal(0, 0.1, o)))
        self.node("Conv", name, ins, kernel_shape=list(k), strides=list(stride), pads=list(pads))
        self.shape = [o, (h + pads[0] + pads[2] - k[0]) // stride[0] + 1,
                      (w + pads[1] + pads[3] - k[1]) // stride[1] + 1]

    def pool(self, name, k, stride=None, pads=(0, 0, 0, 0)):
        stride = stride or k
        self.node("MaxPool", name, kernel_shape=list(k), strides=list(stride), pads=list(pads))
        _, h, w = self.shape
        self.shape[1:] = [(h + pads[0] + pads[2] - k[0]) // stride[0] + 1,
                          (w + pads[1] + pads[3] - k[1]) // stride[1] + 1]

    def relu(self, name):
        self.node("Relu", name)

    def gemm(self, name, o):
        n = int(np.prod(self.shape))
        if len(self.shape) == 3:
            self.node("Flatten", name + "_flat", axis=1)
        ins = [self.const(name + ".w", self.rng.normal(0, (2 / n) ** 0.5, (o, n))),
               self.const(name + ".b", self.rng.normal(0, 0.1, o))]
        self.node("Gemm", name, ins, transB=1)
        self.shape = [o]

    def save(self, name, shape, images=40, floats=False):
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *shape])
        y = helper.make_tensor_value_info(self.last, TensorProto.FLOAT, ["n", *self.shape])
        graph = helper.make_graph(self.nodes, name, [x], [y], self.consts)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
        onnx.checker.check_model(model)
        onnx.save(model, os.path.join(HERE, name + ".onnx"))
        data = self.rng.integers(0, 256, (images, *shape)) * (self.rng.random((images, *shape)) < 0.5)
        data = ((data - 100) / 100).astype(np.float32) if floats else data.astype(np.uint8)
        np.save(os.path.join(HERE, name + ".x.npy"), data)
        labels = self.rng.integers(0, self.shape[0], images).astype(np.int64)
        np.save(os.path.join(HERE, name + ".y.npy"), labels)


def main():
    os.makedirs(HERE, exist_ok=True)

    n = Net(1, (1, 8, 8))  # three layers: the one of `make quick`
    n.conv("first", 4, (3, 3)); n.relu("r1"); n.pool("half", (2, 2)); n.gemm("last", 5)
    n.save("small", (1, 8, 8))

    n = Net(2, (3, 9, 7))  # colour, not square, padding and strides that leave rows over
    n.conv("a", 6, (3, 3), (2, 1), (1, 1, 0, 1)); n.relu("r1")
    n.conv("b", 4, (2, 3), (1, 2), (0, 0, 1, 2)); n.relu("r2")
    n.gemm("c", 4)
    n.save("strides", (3, 9, 7))

    n = Net(3, (2, 8, 10))  # pools that overlap and are padded, one on signed codes
    n.conv("a", 4, (3, 3), pads=(1, 1, 1, 1)); n.relu("r1"); n.pool("p1", (3, 3), (2, 2), (1, 1, 1, 1))
    n.conv("b", 6, (3, 3), pads=(1, 1, 1, 1)); n.pool("p2", (3, 2), (2, 2), (1, 0, 0, 0))
    n.gemm("c", 3)
    n.save("pools", (2, 8, 10))

    n = Net(4, (1, 6, 5))  # no ReLU between linear layers: signed codes; signed input
    n.gemm("a", 12); n.gemm("b", 8); n.relu("r"); n.gemm("c", 6)
    n.save("signed", (1, 6, 5), floats=True)

    n = Net(5, (1, 12, 1))  # one column, a window as high as the map, codes as the answer
    n.conv("a", 4, (5, 1)); n.relu("r1"); n.pool("p", (2, 1))
    n.conv("b", 6, (4, 1)); n.relu("r2")
    n.save("column", (1, 12, 1))


if __name__ == "__main__":
    main()
