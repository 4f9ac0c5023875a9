"""Inspects pictures with an ONNX model that `retort export` wrote. Needs nothing of Retort:

    pip install numpy onnxruntime pillow
    python onnx_consumer.py bottle.onnx part1.png part2.png
"""

import base64
import sys

import numpy as np
import onnxruntime
from PIL import Image


class ExportedDetector:
    """The model does everything, from 8-bit pixels to the verdict."""

    OUTPUTS = ["map", "score", "normalized_score", "verdict"]

    def __init__(self, path):
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        self.metadata = self.session.get_modelmeta().custom_metadata_map
        if self.metadata.get("retort.format") != "1":
            raise ValueError(f"{path}: this is not a model that retort export wrote, or of a newer version.")
        self.size = int(self.metadata["retort.size"])
        self.classes = self.metadata["retort.classes"].split(",")

    def inspect(self, pictures):
        """Takes 8-bit RGB [N, H, W, 3] of any height and width; returns maps [N, size, size], scores, normalised scores and verdicts."""
        maps, scores, normalized, verdicts = self.session.run(self.OUTPUTS, {"pictures": pictures})
        return maps, scores, normalized, [self.classes[v] for v in verdicts]

    def verify(self):
        """Inspects the picture that the model holds; returns by how much the results differ from the detector's own, and by how much they may."""
        size = self.size
        picture = np.frombuffer(base64.b64decode(self.metadata["retort.selftest.picture"]), np.uint8).reshape(1, size, size, 3)
        expected = np.frombuffer(base64.b64decode(self.metadata["retort.selftest.map"]), "<f4").reshape(size, size)
        maps, scores, _, _ = self.inspect(picture)
        difference = max(np.abs(maps[0] - expected).max(), abs(scores[0] - float(self.metadata["retort.selftest.score"])))
        return float(difference), float(self.metadata["retort.selftest.tolerance"])


def main(model, paths):
    detector = ExportedDetector(model)
    difference, tolerance = detector.verify()
    passed = difference <= tolerance
    print(f"self-test {'passed' if passed else 'failed'}: map and score differ by at most {difference:.3g} (allowed {tolerance:.3g})")
    if not passed:
        return 1
    for path in paths:
        picture = np.asarray(Image.open(path).convert("RGB"))[np.newaxis]
        maps, scores, normalized, verdicts = detector.inspect(picture)
        print(f"{path}: {verdicts[0]}, score {scores[0]:.4g}, normalised {normalized[0]:.3f}, peak of the map {maps[0].max():.4g}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Usage: onnx_consumer.py MODEL.onnx [PICTURE ...]")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
