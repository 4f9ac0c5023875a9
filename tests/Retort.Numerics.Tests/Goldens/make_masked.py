"""Writes masked.json: what PyTorch makes of a hinge and of a mean over a mask. Run from any folder with
    python3 make_masked.py
PyTorch 1.13, CPU."""

import json
import os

import torch

torch.manual_seed(20240724)
cases = {}


def flat(t):
    return [float("%.9g" % v) for v in t.detach().reshape(-1).tolist()]


x, dy = torch.rand(37).requires_grad_(), torch.randn(37)
y = torch.clamp(0.5 - x, min=0)
y.backward(dy)
cases["hinge"] = {"x": flat(x), "dy": flat(dy), "y": flat(y), "dx": flat(x.grad)}

x, mask = torch.randn(2, 5, 7).requires_grad_(), (torch.rand(2, 5, 7) < 0.3)
y = 0.7 * x[mask].mean()
y.backward()
cases["masked_mean"] = {"x": flat(x), "mask": flat(mask.float()), "y": flat(y), "dx": flat(x.grad)}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "masked.json"), "w") as file:
    file.write("{\n")
    file.write(",\n".join('"%s": %s' % (name, json.dumps(case)) for name, case in cases.items()))
    file.write("\n}\n")
