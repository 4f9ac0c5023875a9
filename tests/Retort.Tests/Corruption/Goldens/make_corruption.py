# Run: python3 make_corruption.py   (numpy, scikit-image; writes perlin.json beside this file)
"""Oracle for Perlin noise and its rotation: NumPy over whole fields, scikit-image's warp for the rotation.

The angles of the gradients come from a formula that PerlinTests.cs repeats; a few values of each field and the row sums of the mask are stored.
"""
import json
import math
import pathlib

import numpy as np
from skimage.transform import AffineTransform, warp

CASES = [(64, 1, 1, 30.0), (64, 4, 2, -71.5), (64, 32, 8, 12.25), (256, 2, 16, 90.0), (256, 16, 4, -33.0), (48, 2, 3, 5.0)]


def noise(size, rows, columns):
    k = np.arange((rows + 1) * (columns + 1))
    angles = (2 * math.pi * ((k * 7919 + 104729) % 1009) / 1009).reshape(rows + 1, columns + 1)
    gradients = np.stack((np.cos(angles), np.sin(angles)), -1)
    big = lambda g: np.repeat(np.repeat(g, size // rows, 0), size // columns, 1)
    grid = np.mgrid[0:size, 0:size] * np.array([rows / size, columns / size])[:, None, None] % 1
    dot = lambda g, dv, du: (grid[0] - dv) * g[..., 0] + (grid[1] - du) * g[..., 1]
    n00, n10 = dot(big(gradients[:-1, :-1]), 0, 0), dot(big(gradients[1:, :-1]), 1, 0)
    n01, n11 = dot(big(gradients[:-1, 1:]), 0, 1), dot(big(gradients[1:, 1:]), 1, 1)
    fade = 6 * grid**5 - 15 * grid**4 + 10 * grid**3
    lerp = lambda a, b, t: (b - a) * t + a
    return math.sqrt(2) * lerp(lerp(n00, n10, fade[0]), lerp(n01, n11, fade[0]), fade[1])


def rotate(field, degrees):
    shift = field.shape[0] / 2 - 0.5
    matrix = (AffineTransform(translation=(-shift, -shift)) + AffineTransform(rotation=math.radians(degrees))
              + AffineTransform(translation=(shift, shift)))
    return warp(field, matrix.inverse, order=1, mode="constant", cval=0.0, preserve_range=True)


if __name__ == "__main__":
    out = []
    for size, rows, columns, degrees in CASES:
        field = noise(size, rows, columns)
        turned = rotate(field, degrees)
        assert np.abs(turned - 0.5).min() > 1e-9
        out.append(dict(size=size, rows=rows, columns=columns, degrees=degrees, values=field.ravel()[::size * size // 13].tolist(),
                        mask_rows=(turned > 0.5).sum(1).tolist(), mask_columns=(turned > 0.5).sum(0).tolist()))
    pathlib.Path(__file__).with_name("perlin.json").write_text(json.dumps(out) + "\n")
