"""What the peers' scripts share: their options, the map, the timing, and the line of JSON that `Retort.Bench` reads."""
import argparse, json, resource, statistics, time
import torch, torch.nn.functional as F

SIZE = 256


def map_of(teacher, student):
    """The sum over levels of one minus the cosine, at the picture's size."""
    return sum(F.interpolate(1 - F.cosine_similarity(a, b)[:, None], size=SIZE, mode="bilinear", align_corners=True) for a, b in zip(teacher, student))


class Peer:
    """One run: pictures of noise, and what is measured with them."""

    def __init__(self):
        parser = argparse.ArgumentParser()
        parser.add_argument("--threads", type=int, default=2), parser.add_argument("--batch", type=int, default=8)
        parser.add_argument("--repeat", type=int, default=3), parser.add_argument("--onnx")
        self.options, self.figures = parser.parse_args(), {}
        torch.set_num_threads(self.options.threads)
        torch.manual_seed(0)
        self.pictures = torch.randn(self.options.batch, 3, SIZE, SIZE)

    def median(self, action):
        action()
        times = []
        for _ in range(self.options.repeat):
            start = time.perf_counter()
            action()
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    def inspect(self, net):
        """Times the map of one picture; writes the network as ONNX if that was asked for."""
        one = torch.randn(1, 3, SIZE, SIZE)
        with torch.no_grad():
            self.figures["infer_b1"] = self.median(lambda: net(one))
            if self.options.onnx:
                torch.onnx.export(net, one, self.options.onnx, opset_version=13, input_names=["image"], output_names=["map"])

    def train(self, *steps):
        """Times a training step of each phase and prints all figures."""
        for phase, step in enumerate(steps, 1):
            self.figures[f"phase{phase}_step"] = self.median(step)
        self.figures["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(self.figures))
