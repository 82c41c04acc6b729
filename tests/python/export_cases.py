"""What python/e3ne_export.py promises, one case a function; prints TAP (run by t_export.sh)."""
import os
import pathlib
import sys
import tempfile
import warnings
import zipfile

import numpy as np
import torch
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "python"))

from e3ne_export import ExportError, export  # noqa: E402  (needs the path above)

FILES = ["calib.npz", "model.onnx", "test.npz"]


def small_net():
    """Random weights; batch norm and dropout, which differ between train and eval mode."""
    torch.manual_seed(3)
    net = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
                        nn.Dropout(0.5), nn.Flatten(), nn.Linear(36, 5))
    net(torch.randn(64, 2, 8, 8))                       # moves the running statistics
    return net


def batches(*sizes, labels=True, shape=(2, 8, 8)):
    make = torch.Generator().manual_seed(7)
    for n in sizes:
        x = torch.rand(n, *shape, generator=make)
        yield (x, torch.randint(0, 5, (n,), generator=make)) if labels else x


def listing(folder):
    return sorted(p.name for p in pathlib.Path(folder).iterdir())


def case_files_and_shapes(tmp):
    net = small_net().eval()
    export(net, batches(6, 3, labels=False), batches(5, 4), tmp / "a")
    assert listing(tmp / "a") == FILES, listing(tmp / "a")
    calib, test = np.load(tmp / "a/calib.npz"), np.load(tmp / "a/test.npz")
    assert calib.files == ["x"] and test.files == ["x", "y", "logits"]
    assert calib["x"].shape == (9, 2, 8, 8) and calib["x"].dtype == np.float32
    assert test["x"].shape == (9, 2, 8, 8) and test["x"].dtype == np.float32
    assert test["y"].shape == (9,) and test["y"].dtype == np.int64
    assert test["logits"].shape == (9, 5) and test["logits"].dtype == np.float32
    assert np.array_equal(test["x"], torch.cat([x for x, _ in batches(5, 4)]).numpy())
    with torch.no_grad():
        want = net(torch.from_numpy(test["x"])).numpy()
    assert np.abs(test["logits"] - want).max() < 1e-5


def case_labels_kept(tmp):
    export(small_net(), batches(4, 4), batches(3, 2), tmp / "a")
    want = [y for _, y in batches(4, 4)]
    assert np.array_equal(np.load(tmp / "a/calib.npz")["y"], torch.cat(want).numpy())
    want = [y for _, y in batches(3, 2)]
    assert np.array_equal(np.load(tmp / "a/test.npz")["y"], torch.cat(want).numpy())


def case_same_bytes(tmp):
    net = small_net()
    for name in "ab":
        export(net, batches(6), batches(5), tmp / name)
    for f in FILES:
        assert (tmp / "a" / f).read_bytes() == (tmp / "b" / f).read_bytes(), f
    for f in ("calib.npz", "test.npz"):
        stamps = {i.date_time for i in zipfile.ZipFile(tmp / "a" / f).infolist()}
        assert stamps == {(1980, 1, 1, 0, 0, 0)}, stamps    # a clock may not tick between two runs


def case_split_of_batches_is_not_seen(tmp):
    x, y = next(batches(7))
    export(small_net(), [x], [(x, y)], tmp / "a")
    export(small_net(), [x[:2], x[2:]], [(x[:3], y[:3]), (x[3:], y[3:])], tmp / "b")
    for f in FILES:
        assert (tmp / "a" / f).read_bytes() == (tmp / "b" / f).read_bytes(), f


def case_model_state_restored(tmp):
    net = small_net().train()
    net[1].eval()                                       # a frozen batch norm, as users have
    modes = [m.training for m in net.modules()]
    before = {k: v.clone() for k, v in net.state_dict().items()}
    export(net, batches(6), batches(5), tmp / "a")
    assert [m.training for m in net.modules()] == modes
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    assert all(p.requires_grad for p in net.parameters()) and torch.is_grad_enabled()


def case_onnx_is_eval_opset_13_open_batch(tmp):
    export(small_net().train(), batches(6), batches(5), tmp / "a")
    try:
        import onnx
    except ImportError:
        raise Skip("no python3-onnx")
    model = onnx.load(str(tmp / "a/model.onnx"))
    onnx.checker.check_model(model)
    assert [o.version for o in model.opset_import] == [13]
    ops = [n.op_type for n in model.graph.node]
    assert ops == ["Conv", "Relu", "MaxPool", "Flatten", "Gemm"], ops
    for value in (model.graph.input[0], model.graph.output[0]):
        assert value.type.tensor_type.shape.dim[0].dim_param == "N"
    assert (model.graph.input[0].name, model.graph.output[0].name) == ("input", "logits")


def case_lenet5(tmp):
    shared = pathlib.Path(os.environ.get("E3NE_SHARED", ROOT.parent / "shared"))
    if not (shared / "models/lenet5/lenet5.pt").exists():
        raise Skip("no lenet5.pt in E3NE_SHARED")
    golden = np.load(ROOT / "tests/golden/lenet5/test.npz")
    x, y = torch.from_numpy(golden["x"]), torch.from_numpy(golden["y"])
    export(torch.load(shared / "models/lenet5/lenet5.pt"), [x], [(x, y)], tmp / "lenet5")
    got = np.load(tmp / "lenet5/test.npz")
    assert np.array_equal(got["x"], golden["x"]) and np.array_equal(got["y"], golden["y"])
    assert np.abs(got["logits"] - golden["logits"]).max() < 1e-3
    size = (tmp / "lenet5/model.onnx").stat().st_size
    committed = (ROOT / "examples/lenet5/lenet5.onnx").stat().st_size
    assert abs(size - committed) < 1000, (size, committed)


def refused(tmp, said, net, calib, test):
    """export() must raise ExportError whose text holds `said`, and must leave nothing behind."""
    try:
        export(net, calib, test, tmp / "a")
    except ExportError as e:
        assert said in str(e), f"said: {e}"
    else:
        raise AssertionError("no error")
    assert listing(tmp) == [], listing(tmp)


class Lambda(nn.Module):
    """A function as the last layer."""

    def __init__(self, forward):
        super().__init__()
        self.forward = forward


def odd_batches(x, y, change):
    """Two batches, the second changed."""
    return [(x, y), change(x.clone(), y.clone())]


def with_nan(x, y):
    x[1, 0, 2, 2] = float("nan")
    return x, y


X, Y = next(batches(4))
REFUSED = {
    "an empty calib loader": ("calib_loader is empty", small_net, [], [(X, Y)]),
    "an empty test loader": ("test_loader is empty", small_net, [X], []),
    "a test loader without labels": ("gives no labels", small_net, [X], [X]),
    "labels in some batches": ("batch 1: labels in some", small_net, [X, (X, Y)], [(X, Y)]),
    "shapes that differ": ("batch 1: images are [2, 8, 7]", small_net, [X],
                           odd_batches(X, Y, lambda x, y: (x[..., 1:], y))),
    "loaders that differ": ("in test_loader", small_net, [X[..., 1:]], [(X, Y)]),
    "images that are no tensor": ("images are a ndarray", small_net, [X.numpy()], [(X, Y)]),
    "labels that are no tensor": ("labels are a list", small_net, [X], [(X, Y.tolist())]),
    "integer images": ("torch.uint8", small_net, [(X * 255).byte()], [(X, Y)]),
    "images without channels": ("expected [N,C,H,W]", small_net, [X[:, 0]], [(X, Y)]),
    "NaN in an image": ("batch 1: an image holds NaN", small_net, [X],
                        odd_batches(X, Y, with_nan)),
    "a label too large": ("5 classes", small_net, [X], [(X, Y * 0 + 5)]),
    "labels of another count": ("for each of 4 images", small_net, [X], [(X, Y[1:])]),
    "a half-precision model": ("call model.float()", lambda: small_net().half(), [X], [(X, Y)]),
    "a function for a model": ("not a torch.nn.Module", lambda: len, [X], [(X, Y)]),
    "a model that gives maps": ("[4, 2, 8, 8]", nn.ReLU, [X], [(X, Y)]),
    "NaN from the model": ("model gives NaN", lambda: nn.Sequential(
        nn.Flatten(), Lambda(lambda x: x * float("inf"))), [X * 0], [(X, Y)]),
    "an operator that ONNX lacks": ("torch.onnx cannot", lambda: nn.Sequential(
        nn.Flatten(), Lambda(lambda x: torch.fft.fft(x).real)), [X], [(X, Y * 0)]),
}


def case_error_keeps_old_files(tmp):
    net = small_net()
    export(net, batches(6), batches(5), tmp / "a")
    before = [(tmp / "a" / f).read_bytes() for f in FILES]
    try:
        export(net, batches(3), batches(0), tmp / "a")
        raise AssertionError("no error")
    except ExportError:
        pass
    assert before == [(tmp / "a" / f).read_bytes() for f in FILES]
    assert listing(tmp) == ["a"] and listing(tmp / "a") == FILES


class Skip(Exception):
    pass


def cases():
    for name, function in sorted(globals().items()):
        if name.startswith("case_"):
            yield name[5:].replace("_", " "), function
    for what, (said, net, calib, test) in REFUSED.items():
        yield f"refuses {what}", lambda tmp, a=(said, net, calib, test): refused(
            tmp, a[0], a[1](), a[2], a[3])


def run(case):
    """"" if the case holds, else what went wrong; Skip passes through."""
    with tempfile.TemporaryDirectory() as tmp:
        try:
            case(pathlib.Path(tmp))
        except Skip:
            raise
        except Exception as e:                          # any other is a failure to report
            return f"{type(e).__name__}: {e}"
    return ""


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    bad = 0
    for n, (what, case) in enumerate(cases(), 1):
        try:
            wrong = run(case)
        except Skip as e:
            print(f"ok {n} - {what} # SKIP {e}")
            continue
        bad += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {n} - {what}" + (f"\n# {wrong}" if wrong else ""))
    print(f"1..{n}")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
