#!/usr/bin/python3
"""Makes stfpm.json: what a PyTorch version of STFPM gives for weights and pictures that a formula makes.

    /usr/bin/python3 make_stfpm.py        (Debian's python3-torch, python3-torchvision, python3-numpy, python3-scipy)

Weights and pictures are not stored, see make_destseg.py, whose formula this takes. Stored are samples of the map, the scores, the loss,
the gradients and the parameters after a step, computed in double precision from the float32 values; and for each tensor how far
PyTorch's own float32 is from that.
"""
import json, os, sys
import torch, torch.nn as nn, torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "DeSTSeg", "Goldens"))
sys.path.insert(0, os.path.join(here, "..", "..", "ReverseDistillation", "Goldens"))
from make_destseg import SIZE, Trunk, fold_teacher, formula, picture, samples
from make_reverse_distillation import golden


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.teacher, self.student = Trunk(3), Trunk(3)


def distances(model, x):
    with torch.no_grad():
        t = model.teacher(x)
    return [.5 * (F.normalize(a) - F.normalize(b)).pow(2).sum(1, keepdim=True) for a, b in zip(t, model.student(x))]


def compute(dtype):
    def make():
        model = Model()
        fold_teacher(model)
        for name, tensor in model.student.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                tensor.copy_(formula(f"student.{name}", tuple(tensor.shape)))
        return model.to(dtype).eval()

    x, out, model = picture("clean").to(dtype), {}, make()
    with torch.no_grad():
        map = 1
        for level in distances(model, x):
            map = map * F.interpolate(level, size=SIZE, mode="bilinear", align_corners=False)
    out["map"] = map[:, 0]

    model = make()
    model.student.train()
    optimiser = torch.optim.SGD(model.student.parameters(), lr=.4, momentum=.9, weight_decay=1e-4)
    loss = sum(level.mean() for level in distances(model, x))
    optimiser.zero_grad()
    loss.backward()
    out["gradients"] = {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}
    optimiser.step()
    out["loss"] = loss.detach()
    out["state"] = {n: p.clone() for n, p in model.state_dict().items() if n.startswith("student.") and not n.endswith("num_batches_tracked")}
    return out


def main():
    torch.manual_seed(0), torch.set_num_threads(2)
    with open(os.path.join(here, "stfpm.json"), "w") as f:
        json.dump(golden(compute(torch.float64), compute(torch.float32)), f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
