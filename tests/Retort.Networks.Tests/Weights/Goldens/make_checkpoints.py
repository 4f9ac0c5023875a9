#!/usr/bin/python3
# Makes the golden files of this folder: python3 make_checkpoints.py
# Needs torch (made with 1.13), torchvision and numpy (made with 1.24). All numbers are synthetic.
# The keys of storages in legacy.pth and old.pth are addresses, so their bytes differ from run to run; what they hold does not.
import json
import pickle
import struct
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
import torchvision

HERE = Path(__file__).parent


def flatten(value, name, into):
    """The tensors of nested containers by dotted names, as TorchCheckpoint is documented to give them."""
    if isinstance(value, torch.Tensor):
        data = value.detach().to(torch.float32).flatten().tolist()
        into[name] = {"shape": list(value.shape), "data": data}
    elif isinstance(value, dict):
        for key, item in value.items():
            flatten(item, f"{name}.{key}" if name else str(key), into)
    elif isinstance(value, (list, tuple)):
        for key, item in enumerate(value):
            flatten(item, f"{name}.{key}" if name else str(key), into)
    return into


def make_checkpoint():
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(2, 2, 5, 5)).square().sum().backward()
    optimizer.step()
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    numbers = torch.tensor([-2.5, -1, 0, 0.1, 1, 3.75, 100.0])
    return {
        "state_dict": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 3,
        "best": 0.75,
        "name": "größer",
        "big": 1 << 80,
        "nothing": None,
        "parameter": torch.nn.Parameter(numbers.clone()),
        "types": {
            "f64": numbers.double(), "f16": numbers.half(), "bf16": numbers.bfloat16(), "i64": numbers.long(),
            "i32": numbers.int(), "i16": numbers.short(), "i8": numbers.to(torch.int8), "u8": numbers.abs().byte(),
            "bool": numbers > 0,
        },
        "views": [
            base.permute(2, 0, 1), base[:, 1:, ::2], base[1], torch.tensor(7.0).expand(3, 2), torch.tensor(5.0),
            torch.zeros(0, 3), base.to(memory_format=torch.contiguous_format)[..., :1],
        ],
    }


def rezip(source, target, prefix):
    """The same archive deflated and under another name."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            name = prefix + info.filename.split("/", 1)[1]
            new.writestr(zipfile.ZipInfo(name), old.read(info), zipfile.ZIP_DEFLATED)


class OldPickler(pickle._Pickler):
    """Pickles tensors and parameters as PyTorch 0.1 did (the files of its first model zoo are such)."""

    def reducer_override(self, value):
        if isinstance(value, torch.nn.Parameter):
            return torch.nn.Parameter, (value.data,), (True, False, OrderedDict())
        if isinstance(value, torch.Tensor):
            return torch._utils._rebuild_tensor, (value.storage(), value.storage_offset(), tuple(value.size()), value.stride())
        return NotImplemented


def save_old(state, path):
    module = types.SimpleNamespace(__name__="pickle", Pickler=OldPickler, dump=pickle.dump)
    torch.save(state, path, pickle_module=module, _use_new_zipfile_serialization=False)


def write_safetensors(path):
    """Written from the format's description, with one tensor of each type."""
    numbers = np.array([-2.5, -1, 0, 0.1, 1, 100], np.float32)
    bf16 = torch.from_numpy(numbers).bfloat16()
    arrays = {
        "f32": ("F32", numbers.reshape(2, 3).tobytes(), [2, 3]),
        "f64": ("F64", numbers.astype("<f8").tobytes(), [6]),
        "f16": ("F16", numbers.astype("<f2").tobytes(), [6]),
        "bf16": ("BF16", bf16.view(torch.int16).numpy().tobytes(), [6]),
        "i64": ("I64", numbers.astype("<i8").tobytes(), [6]),
        "i32": ("I32", numbers.astype("<i4").tobytes(), [6]),
        "u8": ("U8", np.abs(numbers).astype("u1").tobytes(), [3, 2]),
        "scalar": ("F32", struct.pack("<f", 1.5), []),
        "empty": ("F32", b"", [0, 4]),
    }
    header, data = {"__metadata__": {"origin": "synthetic", "größe": "1"}}, b""
    for name, (dtype, content, shape) in arrays.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    # Entries need not stand in the order of their data.
    header = dict(reversed(header.items()))
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def formula(name, count):
    """Numbers a test can make again without this file: see TorchvisionResNetTests."""
    key = sum(map(ord, name))
    i = np.arange(count, dtype=np.int64)
    value = (((i % 65521) * 7919 + key * 104729) % 2001 - 1000) / 1000.0
    if name.endswith("running_var"):
        value = np.abs(value) + 0.1
    return value.astype(np.float32)


def trunk_modules(model, levels):
    """Pairs of convolution and batch normalisation with the convolution's name."""
    named = dict(model.named_modules())
    for name, module in named.items():
        if isinstance(module, torch.nn.Conv2d) and not any(name.startswith(f"layer{k}") for k in range(levels + 1, 5)):
            bn = name.replace("downsample.0", "downsample.1") if "downsample" in name else name.replace("conv", "bn")
            yield name, module, named[bn]


def make_resnets():
    shapes = {}
    for name in ["resnet18", "resnet34", "resnet50", "wide_resnet50_2"]:
        model = getattr(torchvision.models, name)()
        shapes[name] = {n: list(c.weight.shape) + [c.stride[0]] for n, c, _ in trunk_modules(model, 4)}
        if name != "resnet18":
            continue
        model.load_state_dict({k: torch.from_numpy(formula(k, v.numel())).reshape(v.shape).to(v.dtype) for k, v in model.state_dict().items()})
        model = model.double().eval()
        samples = {}
        for n, c, b in trunk_modules(model, 3):
            fused = torch.nn.utils.fuse_conv_bn_eval(c, b)
            w, bias = fused.weight.detach().flatten(), fused.bias.detach()
            at = list(range(0, w.numel(), max(1, w.numel() // 7)))
            samples[n] = {"at": at, "weight": w[at].tolist(), "weight_sum": w.sum().item(), "bias": bias[:8].tolist(), "bias_sum": bias.sum().item()}
    (HERE / "resnets.json").write_text(json.dumps({"convolutions": shapes, "folded_resnet18": samples}, separators=(",", ":")) + "\n")


def main():
    checkpoint = make_checkpoint()
    torch.save(checkpoint, HERE / "zip.pth")
    torch.save(checkpoint, HERE / "protocol4.pth", pickle_protocol=4)
    torch.save(checkpoint, HERE / "legacy.pth", _use_new_zipfile_serialization=False)
    rezip(HERE / "zip.pth", HERE / "deflated.pth", "another name/")
    expected = flatten(checkpoint, "", {})

    old = OrderedDict([("conv.weight", torch.nn.Parameter(torch.arange(8.0).reshape(2, 1, 2, 2))), ("bn.running_mean", torch.tensor([0.5, -1.0]))])
    save_old(old, HERE / "old.pth")
    again = torch.load(HERE / "old.pth")
    assert isinstance(again["conv.weight"], torch.nn.Parameter) and torch.equal(again["conv.weight"], old["conv.weight"])

    torch.save(torch.nn.Conv2d(1, 1, 1), HERE / "module.pth")
    write_safetensors(HERE / "types.safetensors")
    np.save(HERE / "map.npy", np.arange(6, dtype=np.float32).reshape(2, 3) / 4)
    np.save(HERE / "vector.npy", np.array([1.5, -2, 3e-5], np.float32))
    np.save(HERE / "scalar.npy", np.float32(2.5))
    np.save(HERE / "doubles.npy", np.arange(4.0).reshape(1, 2, 2) - 1.25)
    np.save(HERE / "fortran.npy", np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)))
    (HERE / "checkpoint.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    make_resnets()


if __name__ == "__main__":
    main()
