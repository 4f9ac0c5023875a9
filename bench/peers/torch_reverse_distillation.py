#!/usr/bin/python3
"""PyTorch's times of reverse distillation with a ResNet-18 teacher, as one line of JSON: the peer of `Retort.Bench peer --method reverse-distillation`.

    OMP_NUM_THREADS=2 /usr/bin/python3 torch_reverse_distillation.py --threads 2 --batch 8 --repeat 3 [--onnx reverse_distillation.onnx]

The model is that of the tests' golden file, with weights of noise; --onnx also writes it, with its map before the smoothing.
"""
import argparse, json, os, resource, statistics, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "tests", "Retort.Tests", "Methods", "ReverseDistillation", "Goldens"))
from make_reverse_distillation import MODELS

SIZE = 256
parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2), parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--repeat", type=int, default=3), parser.add_argument("--onnx")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)


class Map(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        f = self.model.teacher(x)
        levels = zip(f, self.model.decoder(self.model.bn(f)))
        return sum(F.interpolate(1 - F.cosine_similarity(a, b)[:, None], size=SIZE, mode="bilinear", align_corners=True) for a, b in levels)


def median(action):
    action()
    times = []
    for _ in range(options.repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


model = MODELS["resnet18"]()
net, one, many = Map(model).eval(), torch.randn(1, 3, SIZE, SIZE), torch.randn(options.batch, 3, SIZE, SIZE)
with torch.no_grad():
    inference = median(lambda: net(one))
    if options.onnx:
        torch.onnx.export(net, one, options.onnx, opset_version=13, input_names=["image"], output_names=["map"])

model.bn.train(), model.decoder.train()
optimiser = torch.optim.Adam([*model.decoder.parameters(), *model.bn.parameters()], lr=.005, betas=(.5, .999))


def step():
    with torch.no_grad():
        f = model.teacher(many)
    loss = sum((1 - F.cosine_similarity(a.flatten(1), b.flatten(1))).mean() for a, b in zip(f, model.decoder(model.bn(f))))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


training = median(step)
print(json.dumps({"infer_b1": inference, "phase1_step": training, "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
