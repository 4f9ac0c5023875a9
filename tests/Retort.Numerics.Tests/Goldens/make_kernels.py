"""Writes kernels.json: what PyTorch makes of small synthetic inputs. Run from any folder with
    python3 make_kernels.py
PyTorch 1.13, CPU. All tensors are written channels last, as the kernels have them."""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20240229)
cases = {}


def flat(t):
    t = t.detach()
    if t.dim() == 4:
        t = t.permute(0, 2, 3, 1)
    return [float("%.9g" % v) for v in t.reshape(-1).tolist()]


def save(name, **tensors):
    cases[name] = {k: flat(v) for k, v in tensors.items()}


def leaf(*shape):
    return torch.randn(*shape).requires_grad_()


# Two training steps of batch norm with residual and ReLU, [2, 6, 3, 5].
x, residual, dy = leaf(2, 6, 3, 5), leaf(2, 6, 3, 5), torch.randn(2, 6, 3, 5)
bn = torch.nn.BatchNorm2d(6)
bn.weight.data, bn.bias.data = torch.randn(6), torch.randn(6)
y = F.relu(bn(x * 2 + 1) + residual)
y.backward(dy)
save("batch_norm", x=x * 2 + 1, gamma=bn.weight, beta=bn.bias, residual=residual, dy=dy, y=y, dx=x.grad / 2, dgamma=bn.weight.grad,
     dbeta=bn.bias.grad, dresidual=residual.grad, running_mean=bn.running_mean, running_var=bn.running_var)

# Max pool 3 / 2 / 1 with ties, [2, 3, 7, 6].
x = torch.randint(-3, 3, (2, 3, 7, 6)).float().requires_grad_()
y, where = F.max_pool2d(x, 3, 2, 1, return_indices=True)
dy = torch.randn_like(y)
y.backward(dy)
save("max_pool", x=x, dy=dy, y=y, argmax=where.float(), dx=x.grad)

# Resize of [1, 3, 5, 4].
for align in (False, True):
    for size in ((10, 8), (7, 9), (3, 2)):
        x = leaf(1, 3, 5, 4)
        y = F.interpolate(x, size=size, mode="bilinear", align_corners=align)
        dy = torch.randn_like(y)
        y.backward(dy)
        save("resize_%dx%d_%s" % (size[0], size[1], "aligned" if align else "half_pixel"), x=x, dy=dy, y=y, dx=x.grad)

# Normalisation over the channels of [2, 5, 2, 3].
x, dy = leaf(2, 5, 2, 3), torch.randn(2, 5, 2, 3)
y = x / (torch.sqrt((x ** 2).sum(1, keepdim=True)) + 1e-12)
y.backward(dy)
save("l2_normalize", x=x, dy=dy, y=y, dx=x.grad)

# Cosine distance at every pixel, of normalised features.
a, b, dy = leaf(2, 5, 2, 3), leaf(2, 5, 2, 3), torch.randn(2, 1, 2, 3)
norm = lambda v: v / (torch.sqrt((v ** 2).sum(1, keepdim=True)) + 1e-12)
y = 1 - (norm(a) * norm(b)).sum(1, keepdim=True)
y.backward(dy)
save("cosine_distance", a=a, b=b, dy=dy, y=y, da=a.grad, db=b.grad)

# Cosine distance of whole maps.
a, b, dy = leaf(2, 5, 2, 3), leaf(2, 5, 2, 3), torch.randn(2)
y = 1 - F.cosine_similarity(a.permute(0, 2, 3, 1).reshape(2, -1), b.permute(0, 2, 3, 1).reshape(2, -1))
y.backward(dy)
save("flat_cosine_distance", a=a, b=b, dy=dy, y=y, da=a.grad, db=b.grad)

# Focal and L1 loss of a mask, through PyTorch's binary_cross_entropy.
for gamma in (0, 4):
    z = (torch.randn(37) * 3).requires_grad_()
    m = (torch.rand(37) > 0.6).float()
    p = torch.sigmoid(z)
    pt = p * m + (1 - p) * (1 - m)
    loss = (F.binary_cross_entropy(p, m, reduction="none") * (1 - pt) ** gamma).mean() + (p - m).abs().mean()
    loss.backward()
    save("segmentation_loss_%d" % gamma, z=z, m=m, loss=loss.reshape(1), dz=z.grad)

# Four steps of each optimiser from the same weights, with the same gradients.
start, gradients = torch.randn(19), torch.randn(4, 19)
for name, optimizer in (
    ("sgd", lambda w: torch.optim.SGD([w], lr=0.4, momentum=0.9, weight_decay=1e-2)),
    ("sgd_nesterov", lambda w: torch.optim.SGD([w], lr=0.1, momentum=0.9, weight_decay=1e-2, nesterov=True)),
    ("sgd_plain", lambda w: torch.optim.SGD([w], lr=0.1)),
    ("adam", lambda w: torch.optim.Adam([w], lr=0.005, betas=(0.5, 0.999))),
    ("adam_decay", lambda w: torch.optim.Adam([w], lr=0.01, weight_decay=0.1)),
):
    w = start.clone().requires_grad_()
    o = optimizer(w)
    for g in gradients:
        w.grad = g.clone()
        o.step()
    save(name, start=start, gradients=gradients, w=w)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "kernels.json"), "w") as f:
    f.write("{\n")
    f.write(",\n".join("  %s: {\n%s\n  }" % (json.dumps(n), ",\n".join("    %s: %s" % (json.dumps(k), json.dumps(v)) for k, v in c.items())) for n, c in cases.items()))
    f.write("\n}\n")
