# Makes optimizers.json: what torch.optim.SGD and torch.optim.Adam do to two small tensors in six steps.
# Run: /usr/bin/python3 tests/Retort.Networks.Tests/Optimizers/Goldens/make_optimizers.py (PyTorch 1.13 or later).
import json
import os

import torch

STEPS = 6


def run(make):
    # The loss is sum(c * w^2); the second tensor has a smaller rate, and all rates are halved after the third step.
    a = torch.tensor([0.5, -1.25, 2.0, 0.125, -0.75], requires_grad=True)
    b = torch.tensor([1.5, -0.25, 0.875], requires_grad=True)
    c = [torch.tensor([1.0, 0.5, -0.25, 2.0, 0.75]), torch.tensor([-1.0, 0.25, 1.5])]
    optimizer = make([{"params": [a], "lr": 0.1}, {"params": [b], "lr": 0.03}])
    steps = []
    for step in range(STEPS):
        if step == 3:
            for group in optimizer.param_groups:
                group["lr"] *= 0.5
        optimizer.zero_grad()
        ((c[0] * a * a).sum() + (c[1] * b * b).sum()).backward()
        optimizer.step()
        steps.append(torch.cat([a, b]).tolist())
    return steps


goldens = {
    "sgd": run(lambda groups: torch.optim.SGD(groups, lr=1.0, momentum=0.9, weight_decay=0.01)),
    "adam": run(lambda groups: torch.optim.Adam(groups, betas=(0.5, 0.999), eps=1e-8, weight_decay=0.01)),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json"), "w") as file:
    json.dump(goldens, file, indent=1)
    file.write("\n")
