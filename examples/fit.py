"""What the example models' train.py share: data as tensors, a training loop, the accuracy."""
import pathlib
import sys
import time

import torch
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE / "data"), str(HERE.parent / "python")]

from cifar import read_cifar  # noqa: E402  (needs the path above)
from idx import read_idx  # noqa: E402

SHIFT = 2       # pixels: largest random displacement of a training image


def mnist(folder, part, pad):
    """Images [N,1,28+2pad,28+2pad] in 0..1 and labels [N]; part is "train" or "t10k"."""
    folder = pathlib.Path(folder)
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
    x = torch.from_numpy(images.copy()).unsqueeze(1).float() / 255
    return F.pad(x, [pad] * 4), torch.from_numpy(labels.copy()).long()


def cifar(files, classes):
    """Images [N,3,32,32] in 0..1 and labels [N] of binary records; classes is 10 or 100."""
    parts = [read_cifar(f, classes) for f in files]
    x = torch.cat([torch.from_numpy(images.copy()) for images, _ in parts]).float() / 255
    return x, torch.cat([torch.from_numpy(labels.copy()) for _, labels in parts]).long()


def accuracy(model, x, y):
    """Percent of images whose largest logit is the label's."""
    model.eval()
    with torch.no_grad():
        hits = sum((model(a).argmax(1) == b).sum().item()
                   for a, b in zip(x.split(500), y.split(500)))
    return 100 * hits / len(y)


def shifted(x):
    """Each image moved by its own -SHIFT..SHIFT pixels in both directions, zeros moved in."""
    n, channels, height, width = x.shape
    padded = F.pad(x, [SHIFT] * 4)
    move = torch.randint(0, 2 * SHIFT + 1, (2, n, 1))
    rows = (move[0] + torch.arange(height)).view(n, 1, height, 1)
    cols = (move[1] + torch.arange(width)).view(n, 1, 1, width)
    each = torch.arange(n).view(n, 1, 1, 1), torch.arange(channels).view(1, channels, 1, 1)
    return padded[each[0], each[1], rows, cols]


def shifted_and_mirrored(x):
    """The same, and every second image, by chance, mirrored left to right."""
    x = shifted(x)
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x, x.flip(3))


def fit(model, x, y, epochs, lr, batch=128, weight_decay=1e-4, augment=shifted):
    """Train with AdamW and one cosine from lr to 0; prints loss and seconds once an epoch."""
    optimiser = torch.optim.AdamW(model.parameters(), lr, weight_decay=weight_decay)
    steps = -(-len(x) // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * steps)
    begin = time.time()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for pick in torch.randperm(len(x)).split(batch):
            loss = F.cross_entropy(model(augment(x[pick])), y[pick])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}/{epochs}: loss {total / steps:.4f}, "
              f"{time.time() - begin:.0f} s", flush=True)
