# Run: python3 make_metrics.py   (numpy, scikit-learn, scikit-image; writes metrics.json beside this file)
"""Oracle for the metrics: slow code straight from the definitions, with scikit-learn's areas and scikit-image's components.

Maps and masks come from an integer formula that MetricsGoldenTests.cs repeats, so only parameters and results are stored.
"""
import bisect
import json
import pathlib

import numpy as np
from skimage import measure
from sklearn.metrics import auc, average_precision_score, precision_recall_curve, roc_auc_score

WORD = 0xFFFFFFFF

# levels: noise values; boost: added on defects; drift: strength of a smooth pattern; rects, side: defect rectangles a picture
CASES = [
    dict(name="fine", seed=1, pictures=9, width=40, height=31, levels=50000, boost=20000, drift=900, rects=3, side=9),
    dict(name="coarse ties", seed=2, pictures=8, width=32, height=32, levels=6, boost=3, drift=0, rects=4, side=7),
    dict(name="single pixels", seed=3, pictures=10, width=25, height=37, levels=300, boost=150, drift=10, rects=14, side=1),
    dict(name="two values", seed=4, pictures=6, width=20, height=20, levels=2, boost=0, drift=0, rects=2, side=6),
    dict(name="detector upside down", seed=5, pictures=7, width=30, height=22, levels=4000, boost=-2500, drift=100, rects=3, side=8),
    dict(name="nearly perfect", seed=6, pictures=8, width=33, height=29, levels=1000, boost=960, drift=0, rects=2, side=10),
    dict(name="large defects", seed=7, pictures=5, width=24, height=24, levels=700, boost=350, drift=15, rects=5, side=16),
]


def mix(x):
    x &= WORD
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & WORD
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & WORD
    return x ^ (x >> 16)


def picture(case, p):
    w, h, seed = case["width"], case["height"], case["seed"]
    mask = np.zeros((h, w), bool)
    if p % 4 != 0:
        for r in range(case["rects"]):
            draw = [mix(seed * 7919 + p * 104729 + r * 4 + k) for k in range(4)]
            x, y = draw[0] % w, draw[1] % h
            mask[y:y + 1 + draw[2] % case["side"], x:x + 1 + draw[3] % case["side"]] = True
    values = np.zeros((h, w), np.int64)
    for y in range(h):
        for x in range(w):
            noise = mix(seed * 65537 + (p * h + y) * w + x) % case["levels"]
            values[y, x] = noise + case["drift"] * ((x * 5 + y * 3) % 11) + (case["boost"] if mask[y, x] else 0)
    return (values - case["levels"] // 2) / 64.0, mask


def aupro(maps, masks, limit=0.3):
    regions, flat = [], np.concatenate([m.ravel() for m in maps])
    for m, gt in zip(maps, masks):
        labels = measure.label(gt, connectivity=2)
        regions += [m[labels == k] for k in range(1, labels.max() + 1)]
    normal = np.concatenate([m[~gt] for m, gt in zip(maps, masks)])
    x, y = [0.0], [0.0]
    for t in np.unique(flat)[::-1]:
        x.append(np.mean(normal >= t))
        y.append(np.mean([np.mean(r >= t) for r in regions]))
    x, y = np.array(x), np.array(y)
    inside = x <= limit
    px, py = list(x[inside]), list(y[inside])
    if px[-1] < limit:
        k = len(px)
        px.append(limit)
        py.append(y[k - 1] + (y[k] - y[k - 1]) * (limit - x[k - 1]) / (x[k] - x[k - 1]))
    return np.trapz(py, px) / limit


def pro_of_picture(m, gt):
    regions = [tuple(r.coords.T) for r in measure.regionprops(measure.label(gt))]
    low, high = m.min(), m.max()
    points = []
    for t in np.arange(low, high, (high - low) / 200):
        found = m > t
        points.append((np.mean([found[r].mean() for r in regions]), found[~gt].mean()))
    points = np.array([p for p in points if p[1] < 0.3])
    if len(points) < 2:  # Here and on the next line the published procedure fails; these are our values.
        return 0.0
    if points[:, 1].max() == 0:
        return points[0, 0]
    return auc(points[:, 1] / points[:, 1].max(), points[:, 0])


def iap(maps, masks):
    scores = []
    for m, gt in zip(maps, masks):
        labels = measure.label(gt, connectivity=2)
        for k in range(1, labels.max() + 1):
            inside = np.sort(m[labels == k])[::-1]
            scores.append(inside[int(0.5 * len(inside))])
    scores.sort()
    flat, gt = np.concatenate([m.ravel() for m in maps]), np.concatenate([g.ravel() for g in masks])
    recalls, precisions = [], []
    for i, s in enumerate(scores):
        recalls.append(1 - i / len(scores))
        precisions.append(np.sum(gt[flat >= s]) / np.sum(flat >= s))
    for i in range(len(precisions) - 1):
        precisions[i + 1] = max(precisions[i + 1], precisions[i])
    k = bisect.bisect_left(recalls[::-1], 0.9)
    return np.mean(precisions), precisions[::-1][k]


def best_f1(labels, scores):
    precision, recall, _ = precision_recall_curve(labels, scores)
    return np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300))


def results(case):
    maps, masks = map(list, zip(*[picture(case, p) for p in range(case["pictures"])]))
    labels = [p % 4 != 0 for p in range(case["pictures"])]
    scores = [np.sort(m.ravel())[-5] for m in maps]
    flat, gt = np.concatenate([m.ravel() for m in maps]), np.concatenate([g.ravel() for g in masks])
    instance = iap(maps, masks)
    return dict(
        image_auroc=roc_auc_score(labels, scores), image_ap=average_precision_score(labels, scores), image_f1_max=best_f1(labels, scores),
        pixel_auroc=roc_auc_score(gt, flat), pixel_ap=average_precision_score(gt, flat), pixel_f1_max=best_f1(gt, flat),
        aupro=aupro(maps, masks), pro_per_image=np.mean([pro_of_picture(m, g) for m, g in zip(maps, masks) if g.any()]),
        iap=instance[0], iap90=instance[1])


if __name__ == "__main__":
    cases = [dict(case, expected={k: float(v) for k, v in results(case).items()}) for case in CASES]
    pathlib.Path(__file__).with_name("metrics.json").write_text(json.dumps(cases, indent=1) + "\n")
