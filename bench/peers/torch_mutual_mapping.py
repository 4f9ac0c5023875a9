#!/usr/bin/python3
"""PyTorch's times of mutual mapping reverse distillation with a ResNet-18 teacher, as one line of JSON: the peer of `Retort.Bench peer --method mutual-mapping`.

    OMP_NUM_THREADS=2 /usr/bin/python3 torch_mutual_mapping.py --threads 2 --batch 8 --repeat 3 [--onnx mutual_mapping.onnx]

The model is that of the tests' golden file with the product's number of slots and weights of noise; --onnx also writes it, with its map before
the smoothing.
"""
import os, sys
import torch, torch.nn as nn, torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "tests", "Retort.Tests", "Methods", "MutualMapping", "Goldens"))
import make_mutual_mapping as golden
from peer import Peer, map_of

golden.SLOTS = 50
peer = Peer()
model = golden.Model(True)
nn.init.normal_(model.memory.slots)


class Map(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, x):
        f = model.teacher(x)
        return map_of(f, model.decoder(model.memory.look_up(model.embed(f))[0]))


peer.inspect(Map().eval())
students = [p for n, p in model.named_parameters() if not n.startswith("teacher.")]
optimiser = torch.optim.Adam(students, lr=.005, betas=(.5, .999))
model.train(), model.teacher.eval()


def step(with_memory):
    with torch.no_grad():
        f = model.teacher(peer.pictures)
    d, loss = model(f) if with_memory else (model.decoder(model.embed(f)), 0)
    loss = loss + sum((1 - F.cosine_similarity(a.flatten(1), b.flatten(1))).mean() for a, b in zip(f, d))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


peer.train(lambda: step(False), lambda: step(True))
