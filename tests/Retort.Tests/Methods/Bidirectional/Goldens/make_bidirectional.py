#!/usr/bin/python3
"""Makes bidirectional.json: what a PyTorch version of our bidirectional distillation gives for weights and pictures that a formula makes.

    /usr/bin/python3 make_bidirectional.py        (Debian's python3-torch, python3-torchvision, python3-numpy, python3-scipy)

Weights and pictures are not stored, see make_destseg.py, whose formula this takes; the backward student is that of make_reverse_distillation.py. The
names of trained parameters begin with "student." for the formula. Stored are samples of the maps, the scores, the loss, the gradients and the running
statistics after a step, computed in double precision from the float32 values; and for each tensor how far PyTorch's own float32 is from that.
The exchange is written here as it is meant, each student towards the other held fixed; its value counts by half.
"""
import json, os, sys
import torch, torch.nn as nn, torch.nn.functional as F
from scipy.ndimage import gaussian_filter
from torchvision.models import resnet18, resnet50
from torchvision.models.resnet import BasicBlock

here = os.path.dirname(os.path.abspath(__file__))
for method in ("DeSTSeg", "ReverseDistillation"):
    sys.path.insert(0, os.path.join(here, "..", "..", method, "Goldens"))
from make_destseg import BATCH, SIZE, formula, mask, picture, samples
from make_reverse_distillation import Decoder, Embedding, Teacher

MARGIN, EXCHANGE, DIVERSITY = 0.5, 0.25, 0.7


class Forward(Teacher):
    def __init__(self, channels):
        super().__init__(resnet18())
        self.wide = channels != [64, 128, 256]
        for i, (a, b) in enumerate(zip((64, 128, 256), channels), 1):
            if self.wide:
                setattr(self, f"adapter{i}", nn.Conv2d(a, b, 1))

    def forward(self, x):
        f = super().forward(x)
        return [getattr(self, f"adapter{i}")(y) for i, y in enumerate(f, 1)] if self.wide else f


class Backward(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn, self.decoder = Embedding(BasicBlock, 2, 64), Decoder(BasicBlock, [2, 2, 2], 64)

    def forward(self, f):
        return self.decoder(self.bn(f))


class Model(nn.Module):
    def __init__(self, net, channels, backward):
        super().__init__()
        self.teacher = Teacher(net)
        setattr(self, "forward_student", Forward(channels))
        setattr(self, "backward_student", Backward() if backward else None)


MODELS = {"both": lambda: Model(resnet18(), [64, 128, 256], True), "adapted": lambda: Model(resnet50(), [256, 512, 1024], False)}


def ours(name):
    return name.replace("_student", "")


def fill(model):
    for name, module in list(model.teacher.named_modules()):
        if isinstance(module, nn.Conv2d):
            norm = name.replace("conv", "bn") if "conv" in name else name.replace("downsample.0", "downsample.1")
            bn = model.teacher.get_submodule(norm)
            module.weight.data = formula(f"teacher.{name}.weight", tuple(module.weight.shape))
            bn.weight.data.fill_(1), bn.running_mean.zero_(), bn.running_var.fill_(1 - bn.eps)
            bn.bias.data = formula(f"teacher.{name}.bias", tuple(bn.bias.shape))
    for name, tensor in model.state_dict().items():
        if not name.startswith("teacher.") and not name.endswith("num_batches_tracked"):
            tensor.copy_(formula("student." + ours(name), tuple(tensor.shape)))


def distance(a, b):
    return 1 - F.cosine_similarity(a, b)


def compute(name, dtype):
    def make():
        model = MODELS[name]()
        fill(model)
        return model.to(dtype).eval()

    clean, corrupted, out, model = picture("clean").to(dtype), picture("corrupted").to(dtype), {}, make()
    with torch.no_grad():
        f = model.teacher(corrupted)
        level = lambda a, b: F.interpolate(distance(a, b)[:, None], size=SIZE, mode="bilinear", align_corners=True)[:, 0]
        maps = {"forward": sum(level(a, b) for a, b in zip(f, model.forward_student(corrupted)))}
        if model.backward_student:
            maps["backward"] = sum(level(a, b) for a, b in zip(f, model.backward_student(f)))
            maps["joined"] = maps["forward"] + maps["backward"]
        out["maps"] = {n: torch.stack([torch.from_numpy(gaussian_filter(m.double().numpy(), 4)) for m in v]) for n, v in maps.items()}
        target = model.teacher(clean)

    model.train()
    model.teacher.eval()
    f_student = model.forward_student(corrupted)
    students = [f_student]
    loss = sum(distance(t, s).mean() for t, s in zip(target, f_student))
    shown = 0
    if model.backward_student:
        b_student = model.backward_student(f)
        students.append(b_student)
        loss = loss + sum(distance(t.flatten(1), s.flatten(1)).mean() for t, s in zip(target, b_student))
        for k, (a, b) in enumerate(zip(f_student, b_student)):
            normal = (F.avg_pool2d(mask(), 4 << k) == 0)[:, 0]
            exchange = distance(a, b.detach())[normal].mean() + distance(a.detach(), b)[normal].mean()
            loss = loss + EXCHANGE * exchange
            shown -= EXCHANGE * exchange.detach() / 2
    for student in students:
        for k, (t, s) in enumerate(zip(f, student)):
            anomalous = (F.avg_pool2d(mask(), 4 << k) >= .5)[:, 0]
            loss = loss + DIVERSITY * F.relu(MARGIN - distance(t, s))[anomalous].mean()
    loss.backward()
    out["loss"] = loss.detach() + shown
    out["gradients"] = {ours(n): p.grad for n, p in model.named_parameters() if p.grad is not None and not n.startswith("teacher.")}
    out["state"] = {ours(n): p for n, p in model.state_dict().items() if "running" in n and not n.startswith("teacher.")}
    return out


def main():
    torch.manual_seed(0), torch.set_num_threads(2)
    out = {}
    for name in MODELS:
        exact, rounded = compute(name, torch.float64), compute(name, torch.float32)
        g = out[name] = {"loss": float(exact["loss"]), "maps": {n: samples(m, 100) for n, m in exact["maps"].items()}}
        g["scores"] = {n: [float(p.max()) for p in m] for n, m in exact["maps"].items()}
        for kind in ("gradients", "state"):
            g[kind] = {n: {**samples(v, 4), "float32_error": float((rounded[kind][n].double() - v).abs().max())} for n, v in exact[kind].items()}
    with open(os.path.join(here, "bidirectional.json"), "w") as f:
        json.dump(out, f, indent=None, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
