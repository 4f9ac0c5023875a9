#!/usr/bin/python3
"""Makes mutual_mapping.json: what a PyTorch version of mutual mapping reverse distillation gives for weights and pictures that a formula makes.

    /usr/bin/python3 make_mutual_mapping.py        (Debian's python3-torch, python3-torchvision, python3-numpy, python3-scipy)

Teacher, embedding and decoder are those of make_reverse_distillation.py, and what is stored is what is stored there; the step is one of the
phase with a memory. "all" has every part, "memory" the memory alone, with nothing but its read-out for the decoder.
"""
import json, os, sys
import torch, torch.nn as nn, torch.nn.functional as F
from scipy.ndimage import gaussian_filter

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "..", m, "Goldens") for m in ("DeSTSeg", "ReverseDistillation")]
from make_destseg import SIZE, picture, uniform
from make_reverse_distillation import MODELS, fill, golden

SLOTS, TEMPERATURE, SHRINK = 12, .1, 1.
COMMITMENT, ENTROPY, ORTHOGONALITY = .1, .0002, .01


class CoordAtt(nn.Module):
    def __init__(self, c):
        super().__init__()
        m = max(8, c // 32)
        self.conv1, self.bn1 = nn.Conv2d(c, m, 1), nn.BatchNorm2d(m)
        self.conv_h, self.conv_w = nn.Conv2d(m, c, 1), nn.Conv2d(m, c, 1)

    def forward(self, x):
        h = x.shape[2]
        y = torch.cat([x.mean(3, keepdim=True), x.mean(2, keepdim=True).transpose(2, 3)], 2)
        y = self.bn1(self.conv1(y))
        y = y * F.relu6(y + 3) / 6
        return x * torch.sigmoid(self.conv_h(y[:, :, :h])) * torch.sigmoid(self.conv_w(y[:, :, h:].transpose(2, 3)))


def unit(cin, cout, kernel, stride=1):
    return nn.Sequential(nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(cout))


class Mapping(nn.Module):
    CHANNELS = (64, 128, 256)

    def __init__(self):
        super().__init__()
        c = self.CHANNELS
        for i in range(3):
            setattr(self, f"theta{i + 1}", nn.Parameter(torch.zeros(3)))
            setattr(self, f"fuse{i + 1}", unit(c[i], c[i], 3))
            getattr(self, f"fuse{i + 1}").add_module("attention", CoordAtt(c[i]))
            for j in range(3):
                if j < i:
                    setattr(self, f"map{j + 1}{i + 1}", nn.Sequential(*[unit(c[k], c[k + 1], 3, 2) for k in range(j, i)]))
                elif j > i:
                    setattr(self, f"map{j + 1}{i + 1}", unit(c[j], c[i], 1))

    def bring(self, f, j, i):
        x = f[j]
        if j < i:
            for step in getattr(self, f"map{j + 1}{i + 1}"):
                x = F.relu(step(x))
        elif j > i:
            x = F.relu(F.interpolate(getattr(self, f"map{j + 1}{i + 1}")(x), size=f[i].shape[2:], mode="bilinear", align_corners=False))
        return x

    def forward(self, f):
        out = []
        for i in range(3):
            w = torch.softmax(getattr(self, f"theta{i + 1}"), 0)
            conv, norm, attention = getattr(self, f"fuse{i + 1}")
            out.append(attention(F.relu(norm(conv(sum(w[j] * self.bring(f, j, i) for j in range(3)))))) + f[i])
        return out


class Memory(nn.Module):
    def __init__(self, c, joined):
        super().__init__()
        self.slots = nn.Parameter(torch.zeros(SLOTS, c))
        if joined:
            self.join = nn.Conv2d(2 * c, c, 1, bias=False)

    def look_up(self, phi):
        """What the decoder gets; then shares before and after the shrinkage, slots and read-out."""
        w = F.normalize(self.slots, dim=1)
        z = phi.permute(0, 2, 3, 1)
        soft = torch.softmax(F.normalize(z, dim=3) @ w.T / TEMPERATURE, 3)
        cut = soft - SHRINK / SLOTS
        a = F.normalize(F.relu(cut) * soft / (cut.abs() + 1e-12), p=1, dim=3)
        read = ((a @ w) * z.norm(dim=3, keepdim=True)).permute(0, 3, 1, 2)
        return self.join(torch.cat([phi, read], 1)) if hasattr(self, "join") else read, soft, a, w, read

    def forward(self, phi):
        out, _, a, w, read = self.look_up(phi)
        apart = lambda p, q: (1 - F.cosine_similarity(p, q)).mean()
        loss = COMMITMENT * (apart(phi.detach(), read) + .25 * apart(phi, read.detach()))
        return out, loss + ENTROPY * -(a * torch.log(a + 1e-12)).sum(3).mean() + ORTHOGONALITY * ((w @ w.T) ** 2).mean()


class Model(nn.Module):
    def __init__(self, every):
        super().__init__()
        base = MODELS["resnet18"]()
        self.teacher, self.bn, self.decoder, self.memory = base.teacher, base.bn, base.decoder, Memory(512, every)
        if every:
            self.mapping, self.bn.attention = Mapping(), CoordAtt(768)
            for i, c in enumerate((256, 128, 64)):
                getattr(self.decoder, f"layer{i + 1}").add_module("attention", CoordAtt(c))
            self.bn.bn_layer.register_forward_pre_hook(lambda _, x: self.bn.attention(x[0]))

    def embed(self, f):
        return self.bn(self.mapping(f) if hasattr(self, "mapping") else f)

    def forward(self, f):
        phi, loss = self.memory(self.embed(f))
        return self.decoder(phi), loss


def check_shares(memory, inputs):
    soft = memory.look_up(*inputs)[1]
    assert ((soft * SLOTS / SHRINK - 1).abs() > 1e-4).all(), "a share is within rounding of the threshold"


def compute(every, dtype):
    def make():
        model = Model(every)
        fill(model)

        # Slots in all directions: the formula's would all be much like the embedding, and each share at the threshold.
        slots = model.memory.slots.data
        slots.copy_(torch.from_numpy(uniform("student.memory.slots", slots.numel())).reshape(slots.shape))
        model.memory.register_forward_pre_hook(check_shares)
        return model.to(dtype).eval()

    x, out, model = picture("clean").to(dtype), {}, make()
    with torch.no_grad():
        f = model.teacher(x)
        level = lambda a, b: F.interpolate(1 - F.cosine_similarity(a, b)[:, None], size=SIZE, mode="bilinear", align_corners=True)
        map = sum(level(a, b) for a, b in zip(f, model(f)[0]))[:, 0].double().numpy()
    out["map"] = torch.stack([torch.from_numpy(gaussian_filter(m, 4)) for m in map])

    model = make().train()
    students = {n: p for n, p in model.named_parameters() if not n.startswith("teacher.")}
    optimiser = torch.optim.Adam(students.values(), lr=.005, betas=(.5, .999))
    d, loss = model(f)
    loss = loss + sum((1 - F.cosine_similarity(a.flatten(1), b.flatten(1))).mean() for a, b in zip(f, d))
    optimiser.zero_grad()
    loss.backward()
    out["gradients"] = {n: p.grad.clone() for n, p in students.items()}
    optimiser.step()
    out["loss"] = loss.detach()
    out["state"] = {n: p.clone() for n, p in model.state_dict().items() if not n.startswith("teacher.") and not n.endswith("num_batches_tracked")}
    return out


def main():
    torch.manual_seed(0), torch.set_num_threads(2)
    with open(os.path.join(here, "mutual_mapping.json"), "w") as f:
        json.dump({n: golden(compute(e, torch.float64), compute(e, torch.float32)) for n, e in (("all", True), ("memory", False))}, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
