# Run: python3 make_masks.py   (torch, torchvision; writes masks.json beside this file)
"""Oracle for masks at working size: ToTensor, torchvision's antialiased bilinear resize on floats, at least 0.5.

The masks come from a formula that MaskFileTests.cs repeats: a slanted stripe and some grey dots.
"""
import json
import pathlib

import torch
from torchvision.transforms import functional as F

CASES = [(90, 90, 32), (70, 53, 24), (20, 31, 40), (32, 32, 32)]


def value(x, y):
    return 255 if (3 * x + 5 * y) % 97 < 31 else 200 if (x * 7 + y * 13) % 41 == 0 else 0


if __name__ == "__main__":
    out = []
    for width, height, size in CASES:
        mask = torch.tensor([[value(x, y) / 255 for x in range(width)] for y in range(height)])[None]
        resized = F.resize(mask, [size, size], antialias=True)[0]
        assert (resized - 0.5).abs().min() > 1e-5
        rows = ["".join("#" if v >= 0.5 else "." for v in row) for row in resized]
        out.append(dict(width=width, height=height, size=size, rows=rows))
    pathlib.Path(__file__).with_name("masks.json").write_text(json.dumps(out, indent=1) + "\n")
