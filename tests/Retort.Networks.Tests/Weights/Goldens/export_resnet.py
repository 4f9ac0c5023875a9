#!/usr/bin/python3
"""Writes a ResNet-18 of drawn weights as a state dict and as ONNX models, with batch norms folded and not, into a folder.

    /usr/bin/python3 export_resnet.py FOLDER        (Debian's python3-torch, python3-torchvision; run by OnnxWeightsTests where they are there)
"""
import os, sys, warnings
import torch
from torchvision.models import resnet18

warnings.simplefilter("ignore")
torch.manual_seed(0)
net, folder, picture = resnet18().eval(), sys.argv[1], torch.zeros(1, 3, 64, 64)
for module in net.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        for tensor, low, high in (module.weight.data, .5, 1.5), (module.bias.data, -.5, .5), (module.running_mean, -.5, .5), (module.running_var, .5, 1.5):
            tensor.uniform_(low, high)
torch.save(net.state_dict(), os.path.join(folder, "resnet18.pth"))
torch.onnx.export(net, picture, os.path.join(folder, "folded.onnx"), opset_version=13)
torch.onnx.export(net, picture, os.path.join(folder, "unfolded.onnx"), opset_version=13, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
