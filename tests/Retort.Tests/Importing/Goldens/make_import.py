#!/usr/bin/python3
"""Makes import.json: what checkpoints under their authors' names give, for weights and pictures that a formula makes.

    /usr/bin/python3 make_import.py                   (Debian's python3-torch, python3-torchvision, python3-numpy, python3-scipy)
    /usr/bin/python3 make_import.py destseg OUT.pth   writes such a checkpoint itself, by torch.save; rd4ad likewise

Weights and pictures are not stored, see make_destseg.py, whose formula and networks this takes. Stored are the names and shapes of the state dicts,
and samples of the maps, computed in double precision from the float32 values. The names are those of the authors' releases: DeSTSeg's with the
teacher and its batch norms in it, reverse distillation's as the state dicts "bn" and "decoder" with the layers that are declared and not used.
"""
import json, os, sys
import torch, torch.nn as nn, torch.nn.functional as F
from scipy.ndimage import gaussian_filter
from torchvision.models import resnet18
from torchvision.models.resnet import BasicBlock

here = os.path.dirname(os.path.abspath(__file__))
for method in ("DeSTSeg", "ReverseDistillation"):
    sys.path.insert(0, os.path.join(here, "..", "..", "Methods", method, "Goldens"))
from make_destseg import SIZE, Segmentation, Student, Trunk, at, formula, norm, picture, samples
from make_reverse_distillation import Decoder, Embedding, Teacher, rounded


class Unit(nn.Module):
    def __init__(self, cin, cout, kernel, rate=1):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(cin, cout, kernel, padding=kernel // 2 * rate, dilation=rate, bias=False), nn.BatchNorm2d(cout)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class AuthorsAspp(nn.Module):
    def __init__(self):
        super().__init__()
        pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), Unit(256, 256, 1))
        self.aspp_feature_extractors = nn.ModuleList([pool] + [Unit(256, 256, 3, rate) for rate in (6, 12, 18)])
        self.aspp_fusion_layer = Unit(1024, 256, 3)

    def forward(self, x):
        y = [extract(x) for extract in self.aspp_feature_extractors]
        return self.aspp_fusion_layer(torch.cat([at(y[0], x)] + y[1:], 1))


class TeacherNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Trunk(3)


class DeSTSeg(nn.Module):
    def __init__(self):
        super().__init__()
        self.teacher_net, self.student_net, self.segmentation_net = TeacherNet(), Student(), Segmentation(448)
        self.segmentation_net.head[0] = AuthorsAspp()

    def map(self, x):
        t, s = norm(self.teacher_net.encoder(x)), norm(self.student_net(x))
        y = self.segmentation_net(torch.cat([at(-a * b, t[0]) for a, b in zip(t, s)], 1))
        return F.interpolate(y, size=(SIZE, SIZE), mode="bilinear", align_corners=False)[:, 0]


class Rd4ad(nn.Module):
    """The names are those of the file, but for the teacher's, which is not in it: it is torchvision's file of its own."""
    def __init__(self):
        super().__init__()
        self.encoder, self.bn, self.decoder = Teacher(resnet18()), Embedding(BasicBlock, 2, 64), Decoder(BasicBlock, [2, 2, 2], 64)
        self.bn.conv4, self.bn.bn4 = nn.Conv2d(1024, 512, 1, bias=False), nn.BatchNorm2d(512)

    def map(self, x):
        f = self.encoder(x)
        levels = zip(f, self.decoder(self.bn(f)))
        m = sum(F.interpolate(1 - F.cosine_similarity(a, b)[:, None], size=SIZE, mode="bilinear", align_corners=True) for a, b in levels)[:, 0]
        return torch.stack([torch.from_numpy(gaussian_filter(p, 4)) for p in m.double().numpy()])


MODELS = {"destseg": DeSTSeg, "rd4ad": Rd4ad}


def make(name):
    model = MODELS[name]()
    for tensor_name, tensor in model.state_dict().items():
        if not tensor_name.endswith("num_batches_tracked"):
            tensor.copy_(formula(tensor_name, tuple(tensor.shape)))
    return model.eval()


def golden(name):
    model = make(name)
    shapes = {n: list(t.shape) for n, t in model.state_dict().items()}
    with torch.no_grad():
        m = model.double().map(picture("clean").double())
    return {"shapes": shapes, "map": {k: rounded(v) for k, v in samples(m, 200).items()}}


def save(name, path):
    model = make(name)
    torch.save(model.state_dict() if name == "destseg" else {part: getattr(model, part).state_dict() for part in ("bn", "decoder")}, path)


def main():
    torch.manual_seed(0), torch.set_num_threads(2)
    if len(sys.argv) == 3:
        save(*sys.argv[1:])
        return
    with open(os.path.join(here, "import.json"), "w") as f:
        json.dump({name: golden(name) for name in MODELS}, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
