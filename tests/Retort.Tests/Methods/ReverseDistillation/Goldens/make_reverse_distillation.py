#!/usr/bin/python3
"""Makes reverse_distillation.json: what a PyTorch version of reverse distillation gives for weights and pictures that a formula makes.

    /usr/bin/python3 make_reverse_distillation.py        (Debian's python3-torch, python3-torchvision, python3-numpy, python3-scipy)

Weights and pictures are not stored, see make_destseg.py, whose formula this takes; the names of trained parameters begin with
"student." for the formula. Stored are samples of the map, the scores, the loss, the gradients and the parameters after a step of Adam,
computed in double precision from the float32 values; and for each tensor how far PyTorch's own float32 is from that.
"""
import json, os, sys
import torch, torch.nn as nn, torch.nn.functional as F
from scipy.ndimage import gaussian_filter
from torchvision.models import resnet18, resnet50
from torchvision.models.resnet import BasicBlock, Bottleneck

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "DeSTSeg", "Goldens"))
from make_destseg import BATCH, SIZE, formula, picture, samples


class Teacher(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.conv1, self.bn1, self.maxpool, self.layer1, self.layer2, self.layer3 = net.conv1, net.bn1, net.maxpool, net.layer1, net.layer2, net.layer3

    def forward(self, x):
        f1 = self.layer1(self.maxpool(F.relu(self.bn1(self.conv1(x)))))
        f2 = self.layer2(f1)
        return [f1, f2, self.layer3(f2)]


def up(cin, cout):
    return nn.ConvTranspose2d(cin, cout, 2, 2, bias=False)


class UpBasic(nn.Module):
    def __init__(self, cin, planes, width):
        super().__init__()
        self.conv1, self.bn1 = up(cin, planes), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False), nn.BatchNorm2d(planes)
        self.upsample = nn.Sequential(up(cin, planes), nn.BatchNorm2d(planes))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.upsample(x))


class UpBottleneck(nn.Module):
    def __init__(self, cin, planes, width):
        super().__init__()
        inner = planes * width // 64
        self.conv1, self.bn1 = nn.Conv2d(cin, inner, 1, bias=False), nn.BatchNorm2d(inner)
        self.conv2, self.bn2 = up(inner, inner), nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = nn.Conv2d(inner, 4 * planes, 1, bias=False), nn.BatchNorm2d(4 * planes)
        self.upsample = nn.Sequential(up(cin, 4 * planes), nn.BatchNorm2d(4 * planes))

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(y)) + self.upsample(x))


def blocks(block, cin, planes, count, stride, width=64):
    out = planes * block.expansion
    down = nn.Sequential(nn.Conv2d(cin, out, 1, stride, bias=False), nn.BatchNorm2d(out)) if stride != 1 or cin != out else None
    return [block(cin, planes, stride, down, base_width=width)] + [block(out, planes, base_width=width) for _ in range(count - 1)]


class Embedding(nn.Module):
    def __init__(self, block, count, width):
        super().__init__()
        c = 64 * block.expansion
        self.bn_layer = nn.Sequential(*blocks(block, 12 * c, 512, count, 2, width))
        for i, (a, b) in enumerate([(c, 2 * c), (2 * c, 4 * c), (2 * c, 4 * c)], 1):
            setattr(self, f"conv{i}", nn.Conv2d(a, b, 3, 2, 1, bias=False)), setattr(self, f"bn{i}", nn.BatchNorm2d(b))

    def forward(self, f):
        a = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(f[0]))))))
        return self.bn_layer(torch.cat([a, F.relu(self.bn3(self.conv3(f[1]))), f[2]], 1))


class Decoder(nn.Module):
    def __init__(self, block, counts, width):
        super().__init__()
        e, first = block.expansion, UpBasic if block is BasicBlock else UpBottleneck
        for i, planes in enumerate((256, 128, 64)):
            stage = [first(2 * planes * e, planes, width)] + blocks(block, planes * e, planes, counts[i] - 1, 1, width)
            setattr(self, f"layer{i + 1}", nn.Sequential(*stage))

    def forward(self, x):
        d3 = self.layer1(x)
        d2 = self.layer2(d3)
        return [self.layer3(d2), d2, d3]


class Model(nn.Module):
    def __init__(self, block, counts, embedding, net, width=64):
        super().__init__()
        self.teacher, self.bn, self.decoder = Teacher(net), Embedding(block, embedding, width), Decoder(block, counts, width)


MODELS = {"resnet18": lambda: Model(BasicBlock, [2, 2, 2], 2, resnet18()), "resnet50": lambda: Model(Bottleneck, [3, 4, 6], 3, resnet50())}


def fill(model):
    """The product keeps the teacher folded: a bias on every convolution. The formula names the folded tensors."""
    for name, module in list(model.teacher.named_modules()):
        if isinstance(module, nn.Conv2d):
            norm = name.replace("conv", "bn") if "conv" in name else name.replace("downsample.0", "downsample.1")
            bn = model.teacher.get_submodule(norm)
            module.weight.data = formula(f"teacher.{name}.weight", tuple(module.weight.shape))
            bn.weight.data.fill_(1), bn.running_mean.zero_(), bn.running_var.fill_(1 - bn.eps)
            bn.bias.data = formula(f"teacher.{name}.bias", tuple(bn.bias.shape))
    for name, tensor in model.state_dict().items():
        if not name.startswith("teacher.") and not name.endswith("num_batches_tracked"):
            tensor.copy_(formula("student." + name, tuple(tensor.shape)))


def compute(backbone, dtype):
    def make():
        model = MODELS[backbone]()
        fill(model)
        return model.to(dtype).eval()

    x, out, model = picture("clean").to(dtype), {}, make()
    with torch.no_grad():
        f = model.teacher(x)
        level = lambda a, b: F.interpolate(1 - F.cosine_similarity(a, b)[:, None], size=SIZE, mode="bilinear", align_corners=True)
        map = sum(level(a, b) for a, b in zip(f, model.decoder(model.bn(f))))[:, 0].double().numpy()
    out["map"] = torch.stack([torch.from_numpy(gaussian_filter(m, 4)) for m in map])

    model = make()
    model.bn.train(), model.decoder.train()
    optimiser = torch.optim.Adam([*model.decoder.parameters(), *model.bn.parameters()], lr=.005, betas=(.5, .999))
    loss = sum((1 - F.cosine_similarity(a.flatten(1), b.flatten(1))).mean() for a, b in zip(f, model.decoder(model.bn(f))))
    optimiser.zero_grad()
    loss.backward()
    out["gradients"] = {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}
    optimiser.step()
    out["loss"] = loss.detach()
    out["state"] = {n: p.clone() for n, p in model.state_dict().items() if not n.startswith("teacher.") and not n.endswith("num_batches_tracked")}
    return out


def rounded(value):
    """Nine digits: all of a float32."""
    return [rounded(v) for v in value] if isinstance(value, list) else float("%.9g" % value) if isinstance(value, float) else value


def golden(exact, single):
    out = {"map": samples(exact["map"], 200), "scores": [float(m.max()) for m in exact["map"]], "loss": float(exact["loss"])}
    out = {k: {n: rounded(v) for n, v in part.items()} if isinstance(part, dict) else rounded(part) for k, part in out.items()}
    for kind in ("gradients", "state"):
        out[kind] = {}
        for name, tensor in exact[kind].items():
            error = float((single[kind][name].double() - tensor).abs().max())
            out[kind][name] = {k: rounded(v) for k, v in {**samples(tensor, 3), "float32_error": error}.items()}
    return out


def main():
    torch.manual_seed(0), torch.set_num_threads(2)
    with open(os.path.join(here, "reverse_distillation.json"), "w") as f:
        json.dump({b: golden(compute(b, torch.float64), compute(b, torch.float32)) for b in MODELS}, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
