#!/usr/bin/python3
"""Makes destseg.json: what a PyTorch version of DeSTSeg gives for weights and pictures that a formula makes.

    /usr/bin/python3 make_destseg.py        (Debian's python3-torch, python3-torchvision, python3-numpy)

Weights and pictures are not stored: FormulaTensors.cs makes the same ones. Stored are samples of the map, the losses, the
gradients and the parameters after one step of each phase. Computed in double precision, from the float32 values.
"""
import json, os
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from torchvision.models.resnet import BasicBlock, resnet18

SIZE, BATCH = 64, 2


def fnv(name):
    h = 2166136261
    for c in name.encode():
        h = ((h ^ c) * 16777619) & 0xFFFFFFFF
    return h


def uniform(name, count):
    """Numbers in [-1, 1): Murmur3's finaliser of a counter."""
    h = (np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B9) + np.uint64(fnv(name))) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> np.uint64(shift)
        h = (h * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(16)
    return ((h >> np.uint64(8)).astype(np.float64) / 2 ** 23 - 1).astype(np.float32)


def formula(name, shape):
    u = uniform(name, int(np.prod(shape)))
    if len(shape) == 4:
        u = u * np.float32(np.sqrt(3.0 / (shape[1] * shape[2] * shape[3])))
    elif name.endswith("running_var"):
        u = 1 + np.float32(0.5) * u
    elif name.endswith("bias") and name.startswith("student."):
        # Most activations well above zero: one within rounding of it would switch its ReLU, and 1% of all gradients below.
        u = np.float32(2.5) + np.float32(0.5) * u
    elif name.endswith("running_mean") or name.endswith("bias"):
        u = np.float32(0.1) * u
    else:
        u = 1 + np.float32(0.2) * u
    return torch.from_numpy(u.astype(np.float32)).double().reshape(shape)


class Trunk(nn.Module):
    def __init__(self, levels):
        super().__init__()
        r = resnet18(weights=None)
        self.conv1, self.bn1, self.maxpool, self.levels = r.conv1, r.bn1, r.maxpool, levels
        for i in range(1, levels + 1):
            setattr(self, f"layer{i}", getattr(r, f"layer{i}"))

    def forward(self, x):
        x, out = self.maxpool(F.relu(self.bn1(self.conv1(x)))), []
        for i in range(1, self.levels + 1):
            x = getattr(self, f"layer{i}")(x)
            out.append(x)
        return out


def stage(cin, cout):
    down = None if cin == cout else nn.Sequential(nn.Conv2d(cin, cout, 1, bias=False), nn.BatchNorm2d(cout))
    return nn.Sequential(BasicBlock(cin, cout, 1, down), BasicBlock(cout, cout))


def at(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Trunk(4)
        self.decoder_layer4, self.decoder_layer3 = stage(512, 512), stage(512, 256)
        self.decoder_layer2, self.decoder_layer1 = stage(256, 128), stage(128, 64)

    def forward(self, x):
        x1, x2, x3, x4 = self.encoder(x)
        b3 = self.decoder_layer3(at(self.decoder_layer4(x4), x3))
        b2 = self.decoder_layer2(at(b3, x2))
        return [self.decoder_layer1(at(b2, x1)), b2, b3]


def unit(cin, cout, k, d=1):
    return nn.Sequential(nn.Conv2d(cin, cout, k, padding=k // 2 * d, dilation=d, bias=False), nn.BatchNorm2d(cout), nn.ReLU())


class Aspp(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool, self.branches = unit(256, 256, 1), nn.ModuleList([unit(256, 256, 3, r) for r in (6, 12, 18)])
        self.fuse = unit(1024, 256, 3)

    def forward(self, x):
        pool = self.pool(F.adaptive_avg_pool2d(x, 1)).expand(-1, -1, *x.shape[2:])
        return self.fuse(torch.cat([pool] + [b(x) for b in self.branches], 1))


class Segmentation(nn.Module):
    def __init__(self, cin):
        super().__init__()
        self.res = stage(cin, 256)
        self.head = nn.Sequential(Aspp(), nn.Conv2d(256, 256, 3, padding=1, bias=False), nn.BatchNorm2d(256), nn.ReLU(), nn.Conv2d(256, 1, 1))

    def forward(self, x):
        return torch.sigmoid(self.head(self.res(x)))


class Model(nn.Module):
    def __init__(self, channels=448):
        super().__init__()
        self.teacher, self.student, self.seg = Trunk(3), Student(), Segmentation(channels)


def norm(features):
    return [x / (x.pow(2).sum(1, keepdim=True).sqrt() + 1e-12) for x in features]


def fold_teacher(model):
    """The product keeps the teacher folded: a bias on every convolution. The formula names the folded tensors."""
    for name, conv, bn in [("teacher.conv1", model.teacher.conv1, model.teacher.bn1)] + [
        (f"teacher.layer{l}.{b}.{part}", conv, bn)
        for l in (1, 2, 3) for b in (0, 1)
        for block in [getattr(model.teacher, f"layer{l}")[b]]
        for part, conv, bn in [("conv1", block.conv1, block.bn1), ("conv2", block.conv2, block.bn2)]
        + ([("downsample.0", block.downsample[0], block.downsample[1])] if block.downsample else [])]:
        conv.weight.data = formula(name + ".weight", tuple(conv.weight.shape))
        bn.weight.data.fill_(1), bn.running_mean.zero_(), bn.running_var.fill_(1 - bn.eps)
        bn.bias.data = formula(name + ".bias", tuple(bn.bias.shape))


def fill(model):
    fold_teacher(model)
    for name, tensor in model.state_dict().items():
        if not name.startswith("teacher.") and not name.endswith("num_batches_tracked"):
            tensor.copy_(formula(name, tuple(tensor.shape)))


def samples(tensor, count=6):
    flat = tensor.detach().double().flatten()
    step = max(1, len(flat) // count)
    return {"rms": float(flat.pow(2).mean().sqrt()), "step": step, "values": [float(v) for v in flat[::step][:count]]}


def picture(name):
    return torch.from_numpy(uniform(name, BATCH * SIZE * SIZE * 3).reshape(BATCH, SIZE, SIZE, 3).transpose(0, 3, 1, 2).copy()).double()


def mask():
    # Blobs: a coarse grid of random cells.
    cells = uniform("mask", BATCH * 64).reshape(BATCH, 8, 8) > 0.4
    return torch.from_numpy(np.kron(cells, np.ones((SIZE // 8, SIZE // 8))).astype(np.float64))[:, None]


def similarity(model, x):
    t, s = norm(model.teacher(x)), norm(model.student(x))
    return torch.cat([at(-a * b, t[0]) for a, b in zip(t, s)], 1)


def main():
    torch.manual_seed(0), torch.set_num_threads(2)
    out, clean, corrupted = {}, picture("clean"), picture("corrupted")
    model = Model().double()
    fill(model), model.eval()
    with torch.no_grad():
        t, s = model.teacher(corrupted), model.student(corrupted)
        seg = model.seg(similarity(model, corrupted))
        full = F.interpolate(seg, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
        dest = 1
        for a, b in zip(norm(t), norm(s)):
            dest = dest * at(1 - (a * b).sum(1, keepdim=True), t[0])
        dest = F.interpolate(dest, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
        out["segmentation_map"], out["student_map"] = samples(full, 200), samples(dest, 200)
        out["scores"] = {name: [float(m[i].flatten().sort(descending=True)[0][:100].double().mean()) for i in range(BATCH)]
                         for name, m in (("segmentation", full), ("student", dest))}

    def step(loss, groups):
        optimiser = torch.optim.SGD(groups, momentum=.9, weight_decay=1e-4)
        optimiser.zero_grad()
        loss.backward()
        gradients = {n: samples(p.grad) for n, p in model.named_parameters() if p.grad is not None}
        optimiser.step()
        state = {n: samples(p) for n, p in model.state_dict().items() if not n.startswith("teacher.") and not n.endswith("num_batches_tracked")}
        return {"loss": float(loss), "gradients": gradients, "state": state}

    model.student.train()
    with torch.no_grad():
        t = norm(model.teacher(clean))
    s = norm(model.student(corrupted))
    loss = sum((1 - (a * b).sum(1)).mean((1, 2)).sum() for a, b in zip(t, s))
    phase1 = step(loss, [{"params": list(model.student.parameters()), "lr": .4}])
    phase1["state"] = {n: v for n, v in phase1["state"].items() if n.startswith("student.")}
    out["phase1"] = phase1

    model = Model().double()
    fill(model), model.eval(), model.seg.train()
    with torch.no_grad():
        z = similarity(model, corrupted)
    p = model.seg(z)
    m = (F.interpolate(mask(), size=p.shape[2:], mode="bilinear", align_corners=False) >= .5).double()
    pt = p * m + (1 - p) * (1 - m)
    loss = (F.binary_cross_entropy(p, m, reduction="none") * (1 - pt) ** 4).mean() + (p - m).abs().mean()
    phase2 = step(loss, [{"params": list(model.seg.res.parameters()), "lr": .1}, {"params": list(model.seg.head.parameters()), "lr": .01}])
    phase2["state"] = {n: v for n, v in phase2["state"].items() if n.startswith("seg.")}
    out["phase2"] = phase2
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "destseg.json"), "w") as f:
        json.dump(out, f, indent=None, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
