#!/usr/bin/python3
"""Makes transposed_convolution.json: PyTorch's ConvTranspose2d(3, 4, 2, 2, bias=False) of [2, 3, 3, 2], and its gradients.

    /usr/bin/python3 make_transposed_convolution.py        (Debian's python3-torch)

Pictures are written channels last, the filter and its gradient as PyTorch has them.
"""
import json, os, torch

torch.manual_seed(20240301)
x, dy = torch.randn(2, 3, 3, 2).requires_grad_(), torch.randn(2, 4, 6, 4)
layer = torch.nn.ConvTranspose2d(3, 4, 2, 2, bias=False)
y = layer(x)
y.backward(dy)
flat = lambda t: [float("%.9g" % v) for v in t.detach().reshape(-1).tolist()]
last = lambda t: flat(t.detach().permute(0, 2, 3, 1))
out = {"x": last(x), "weight": flat(layer.weight), "shape": list(layer.weight.shape), "dy": last(dy), "y": last(y), "dx": last(x.grad), "dweight": flat(layer.weight.grad)}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "transposed_convolution.json"), "w") as f:
    json.dump(out, f, separators=(",", ":"))
    f.write("\n")
