"""Hand a PyTorch classifier over to e3ne: the network, calibration images, test images.

    from e3ne_export import export
    export(model, calib_loader, test_loader, "lenet5")      # model.onnx, calib.npz, test.npz
    $ e3ne compile lenet5

The arrays hold the images as the model sees them, after the loader's own transforms, and torch's
own logits, so that e3ne can tell "the network was read wrongly" from "quantisation costs this".
Needs torch (1.13 or later) and numpy, nothing else.
"""
import contextlib
import inspect
import os
import tempfile
import zipfile

import numpy as np
import torch

OPSET = 13


class ExportError(ValueError):
    """The model or a loader cannot be exported; the message says which, where, and what to do."""


def export(model, calib_loader, test_loader, dir):
    """Write dir/model.onnx, dir/calib.npz and dir/test.npz; return nothing.

    model         torch.nn.Module, float32: images [N,C,H,W] -> logits [N,classes]. It is run in
                  eval mode; every module's mode is as before on return.
    calib_loader  iterable of batches: x, or (x, y). Training images, some hundreds are enough.
    test_loader   iterable of batches (x, y); y are class numbers.
    dir           folder, made if missing. Its parent must exist.

    calib.npz     x float32 [N,C,H,W]; y int64 [N] where the loader gives labels
    test.npz      x float32 [N,C,H,W]; y int64 [N]; logits float32 [N,classes]

    The files get their names once all three are complete: after an error the folder is as it was.
    Same images in the same order, same bytes (so do not shuffle). Raises ExportError.

    Example, torchvision's MNIST:
        data = lambda train: MNIST("data", train, transform=ToTensor())
        calib = DataLoader(Subset(data(True), range(1000)), batch_size=100)
        export(net, calib, DataLoader(data(False), batch_size=100), "mynet")
    """
    _check_model(model)
    calib = _gather(calib_loader, "calib_loader")
    test = _gather(test_loader, "test_loader")
    if "y" not in test:
        raise ExportError("test_loader gives no labels: its batches must be (images, labels)")
    if calib["x"].shape[1:] != test["x"].shape[1:]:
        raise ExportError(f"images are {list(calib['x'].shape[1:])} in calib_loader "
                          f"but {list(test['x'].shape[1:])} in test_loader")
    with _eval_mode(model):
        test["logits"] = _logits(model, test["x"])
        _check_labels(test["y"], test["logits"].shape[1])
        _write_all(dir, {
            "model.onnx": lambda path: save_onnx(model, test["x"].shape[1:], path),
            "calib.npz": lambda path: save_npz(path, calib),
            "test.npz": lambda path: save_npz(path, test),
        })


def save_onnx(model, shape, path):
    """Write `model` as ONNX, input `input` [N,*shape], output `logits` [N,classes], N left open."""
    old = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    axes = {"input": {0: "N"}, "logits": {0: "N"}}
    try:
        with _eval_mode(model):
            torch.onnx.export(model, torch.zeros(1, *shape, device=_device(model)), path,
                              opset_version=OPSET, input_names=["input"],
                              output_names=["logits"], dynamic_axes=axes, **old)
    except (RuntimeError, ValueError) as e:
        raise ExportError(f"torch.onnx cannot export this model: {e}") from e


def save_npz(path, arrays):
    """Write {name: array} as an .npz; unlike np.savez, same arrays give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3                      # Unix, whatever runs here
            info.external_attr = 0o644 << 16
            info.file_size = array.nbytes + 4096        # lets zipfile choose zip64 beforehand
            with z.open(info, "w") as f:
                np.lib.format.write_array(f, np.ascontiguousarray(array), (1, 0), False)


def _check_model(model):
    if not isinstance(model, torch.nn.Module):
        raise ExportError(f"model is a {type(model).__name__}, not a torch.nn.Module")
    for name, p in model.named_parameters():
        if p.dtype != torch.float32:
            raise ExportError(f"parameter {name} is {p.dtype}: call model.float() first")


def _device(model):
    return next((p.device for p in model.parameters()), torch.device("cpu"))


@contextlib.contextmanager
def _eval_mode(model):
    """Eval mode and no gradients inside; each module's own mode is put back after."""
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training


def _gather(loader, what):
    """All batches of a loader as {"x": [N,C,H,W], "y": [N]}, y only where it gives labels."""
    xs, ys = [], []
    for i, batch in enumerate(loader):
        x, y = _split(batch, f"{what}, batch {i}")
        if xs and x.shape[1:] != xs[0].shape[1:]:
            raise ExportError(f"{what}, batch {i}: images are {list(x.shape[1:])}, "
                              f"those before were {list(xs[0].shape[1:])}")
        if xs and (y is None) != (len(ys) == 0):
            raise ExportError(f"{what}, batch {i}: labels in some batches only")
        xs.append(x)
        if y is not None:
            ys.append(y)
    if not xs or sum(map(len, xs)) == 0:
        raise ExportError(f"{what} is empty")
    return {"x": np.concatenate(xs), **({"y": np.concatenate(ys)} if ys else {})}


def _split(batch, where):
    """A batch as (x, y or None) in numpy, checked."""
    x, y = batch, None
    if isinstance(batch, (tuple, list)):
        if len(batch) not in (1, 2):
            raise ExportError(f"{where}: {len(batch)} parts, expected images or (images, labels)")
        x, y = batch if len(batch) == 2 else (batch[0], None)
    return _images(x, where), None if y is None else _labels(y, len(x), where)


def _images(x, where):
    if not isinstance(x, torch.Tensor):
        raise ExportError(f"{where}: images are a {type(x).__name__}, not a torch.Tensor")
    if not x.is_floating_point():
        raise ExportError(f"{where}: images are {x.dtype}: apply ToTensor() or scale them to float")
    if x.dim() != 4:
        raise ExportError(f"{where}: images have shape {list(x.shape)}, expected [N,C,H,W]")
    if not torch.isfinite(x).all():
        raise ExportError(f"{where}: an image holds NaN or infinity")
    return x.detach().to("cpu", torch.float32).numpy()


def _labels(y, n, where):
    if not isinstance(y, torch.Tensor):
        raise ExportError(f"{where}: labels are a {type(y).__name__}, not a torch.Tensor")
    if y.is_floating_point() or y.is_complex() or tuple(y.shape) != (n,):
        raise ExportError(f"{where}: labels are {y.dtype} {list(y.shape)}, "
                          f"expected one class number for each of {n} images")
    return y.detach().to("cpu", torch.int64).numpy()


def _check_labels(y, n_classes):
    if y.min() < 0 or y.max() >= n_classes:
        raise ExportError(f"test_loader: labels {y.min()}..{y.max()}, "
                          f"but the model has {n_classes} classes")


def _logits(model, x, batch=100):
    """The model's outputs float32 [N,classes]; batches of a fixed size, so the same bytes."""
    outs = []
    for i in range(0, len(x), batch):
        out = model(torch.from_numpy(x[i:i + batch]).to(_device(model)))
        if not isinstance(out, torch.Tensor) or out.dim() != 2 or out.shape[1] < 1:
            shape = list(out.shape) if isinstance(out, torch.Tensor) else type(out).__name__
            raise ExportError(f"model gives {shape}, expected one tensor of logits [N,classes]")
        if not torch.isfinite(out).all():
            raise ExportError(f"model gives NaN or infinity among test images {i}..{i + batch - 1}")
        outs.append(out.to("cpu", torch.float32).numpy())
    return np.concatenate(outs)


def _write_all(dir, writers):
    """Run {name: writer(path)} in a temporary folder beside `dir`, then move the files in."""
    dir = os.path.abspath(os.fspath(dir))
    if os.path.exists(dir) and not os.path.isdir(dir):
        raise ExportError(f"{dir} exists and is not a folder")
    try:
        tmp = tempfile.TemporaryDirectory(prefix=".e3ne-export-", dir=os.path.dirname(dir))
    except OSError as e:
        raise ExportError(f"cannot write beside {dir}: {e.strerror}") from e
    with tmp:
        for name, write in writers.items():
            write(os.path.join(tmp.name, name))
        os.makedirs(dir, exist_ok=True)
        for name in writers:
            os.replace(os.path.join(tmp.name, name), os.path.join(dir, name))
