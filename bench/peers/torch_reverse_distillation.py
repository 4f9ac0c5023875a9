#!/usr/bin/python3
"""PyTorch's times of reverse distillation with a ResNet-18 teacher, as one line of JSON: the peer of `Retort.Bench peer --method reverse-distillation`.

    OMP_NUM_THREADS=2 /usr/bin/python3 torch_reverse_distillation.py --threads 2 --batch 8 --repeat 3 [--onnx reverse_distillation.onnx]

The model is that of the tests' golden file, with weights of noise; --onnx also writes it, with its map before the smoothing.
"""
import os, sys
import torch, torch.nn as nn, torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "tests", "Retort.Tests", "Methods", "ReverseDistillation", "Goldens"))
from make_reverse_distillation import MODELS
from peer import Peer, map_of

peer = Peer()
model = MODELS["resnet18"]()


class Map(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, x):
        f = model.teacher(x)
        return map_of(f, model.decoder(model.bn(f)))


peer.inspect(Map().eval())
model.bn.train(), model.decoder.train()
optimiser = torch.optim.Adam([*model.decoder.parameters(), *model.bn.parameters()], lr=.005, betas=(.5, .999))


def step():
    with torch.no_grad():
        f = model.teacher(peer.pictures)
    loss = sum((1 - F.cosine_similarity(a.flatten(1), b.flatten(1))).mean() for a, b in zip(f, model.decoder(model.bn(f))))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


peer.train(step)
