"""Writes attention.json: what PyTorch makes of small synthetic inputs to the parts of coordinate attention and of a memory. Run from any folder with
    python3 make_attention.py
PyTorch 1.13, CPU. All tensors are written channels last, as the kernels have them."""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20240105)
cases = {}


def flat(t):
    t = t.detach()
    if t.dim() == 4:
        t = t.permute(0, 2, 3, 1)
    return [float("%.9g" % v) for v in t.reshape(-1).tolist()]


def save(name, **tensors):
    cases[name] = {k: flat(v) for k, v in tensors.items()}


def leaf(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).requires_grad_()


x, dy = leaf(41, scale=3.0), torch.randn(41)
y = F.hardswish(x)
y.backward(dy)
save("hard_swish", x=x, dy=dy, y=y, dx=x.grad)

# The means over the width and, transposed, over the height of [2, 5, 3, 4], as CoordAtt joins them.
x, dy = leaf(2, 5, 3, 4), torch.randn(2, 5, 7, 1)
y = torch.cat([x.mean(3, keepdim=True), x.mean(2, keepdim=True).permute(0, 1, 3, 2)], 2)
y.backward(dy)
save("axis_means", x=x, dy=dy, y=y, dx=x.grad)

# Times a factor of each row and one of each column.
x, rows, columns, dy = leaf(2, 5, 3, 4), leaf(2, 5, 3, 1), leaf(2, 5, 4, 1), torch.randn(2, 5, 3, 4)
y = x * rows * columns.permute(0, 1, 3, 2)
y.backward(dy)
save("axis_scale", x=x, rows=rows, columns=columns, dy=dy, y=y, dx=x.grad, drows=rows.grad, dcolumns=columns.grad)

# Shares of 6 slots at temperature .1 over [2, 6, 2, 3], and their entropy as in MemAE's EntropyLoss.
x, dy = leaf(2, 6, 2, 3), torch.randn(2, 6, 2, 3)
y = F.softmax(x / .1, 1)
y.backward(dy)
save("softmax", x=x, dy=dy, y=y, dx=x.grad)

x, dy = F.softmax(torch.randn(2, 6, 2, 3), 1).requires_grad_(), torch.randn(2, 1, 2, 3)
y = -(x * torch.log(x + 1e-12)).sum(1, keepdim=True)
y.backward(dy)
save("entropy", x=x, dy=dy, y=y, dx=x.grad)

# MemAE's hard_shrink_relu and the normalisation after it; the threshold drops some shares and keeps others.
x, dy = F.softmax(torch.randn(2, 6, 2, 3), 1).requires_grad_(), torch.randn(2, 6, 2, 3)
y = F.normalize(F.relu(x - .15) * x / (torch.abs(x - .15) + 1e-12), p=1, dim=1)
y.backward(dy)
save("hard_shrink", x=x, dy=dy, y=y, dx=x.grad)

x, reference, dy = leaf(2, 5, 2, 3), leaf(2, 5, 2, 3), torch.randn(2, 5, 2, 3)
y = x * reference.norm(dim=1, keepdim=True)
y.backward(dy)
save("scale_by_length", x=x, reference=reference, dy=dy, y=y, dx=x.grad, dreference=reference.grad)

theta, x, dy = leaf(3), leaf(3, 50), torch.randn(50)
y = (F.softmax(theta, 0)[:, None] * x).sum(0)
y.backward(dy)
save("mixture", theta=theta, x=x, dy=dy, y=y, dx=x.grad, dtheta=theta.grad)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "attention.json"), "w") as f:
    f.write("{\n")
    f.write(",\n".join("  %s: {\n%s\n  }" % (json.dumps(n), ",\n".join("    %s: %s" % (json.dumps(k), json.dumps(v)) for k, v in c.items())) for n, c in cases.items()))
    f.write("\n}\n")
