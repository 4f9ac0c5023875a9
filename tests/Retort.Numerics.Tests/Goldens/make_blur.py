"""Writes blur.json: what SciPy's gaussian_filter makes of small maps. Run from any folder with
    python3 make_blur.py
SciPy 1.10."""

import json
import os

import numpy as np
from scipy.ndimage import gaussian_filter

random = np.random.default_rng(20220325)
cases = {}
for h, w, sigma in ((24, 21, 4), (5, 40, 4), (1, 3, 1.5), (9, 8, 0.1)):
    x = random.random((h, w), dtype=np.float32)
    y = gaussian_filter(x, sigma=sigma)
    cases["%dx%d_%g" % (h, w, sigma)] = {"x": x, "y": y}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "blur.json"), "w") as f:
    f.write("{\n")
    f.write(",\n".join("  %s: {\n%s\n  }" % (json.dumps(n), ",\n".join(
        "    %s: %s" % (json.dumps(k), json.dumps([float("%.9g" % a) for a in v.reshape(-1)])) for k, v in c.items())) for n, c in cases.items()))
    f.write("\n}\n")
