using System.Diagnostics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Retort.Fuzzing;
using Retort.Networks.Onnx.Format;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class OnnxWeightsTests
{
    private static readonly NamedTensor[] State18 = TorchvisionResNetTests.MakeStateDict(ResNetArchitecture.ResNet18, 3);

    [Theory]
    [InlineData("resnet18", false)]
    [InlineData("resnet18", true)]
    [InlineData("resnet50", false)]
    public void A_network_without_names_is_told_by_its_graph(string name, bool folded)
    {
        ResNetArchitecture architecture = ResNetArchitecture.All.Single(a => a.Name == name);
        NamedTensor[] state = TorchvisionResNetTests.MakeStateDict(architecture, 3);
        IReadOnlyList<NamedTensor> expected = TorchvisionResNet.FoldTrunk(state, architecture);

        TeacherFile teacher = Load(MakeModel(architecture, folded ? expected : state, folded), (path, _) => TeacherFile.Load(path));

        Assert.Equal(architecture, teacher.Architecture);
        Assert.Equal(expected.Select(t => t.Name), teacher.Tensors.Select(t => t.Name));
        Assert.All(expected.Zip(teacher.Tensors), pair => Assert.True(pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data)));
    }

    [Fact]
    public void A_model_of_another_network_gives_its_initialisers_by_their_names()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto() };
        model.Graph.Initializer.Add(Raw("a.weight", TensorProto.Types.DataType.Float, [2, 1], MemoryMarshal.AsBytes<float>([1.5f, -2])));
        model.Graph.Initializer.Add(Raw("half", TensorProto.Types.DataType.Float16, [1], [0x00, 0x3C]));
        model.Graph.Initializer.Add(new TensorProto { Name = "fields", DataType = (int)TensorProto.Types.DataType.Float16, Dims = { 2 }, Int32Data = { 0x3C00, 0xC000 } });
        model.Graph.Initializer.Add(new TensorProto { Name = "scalar", DataType = (int)TensorProto.Types.DataType.Double, DoubleData = { 0.5 } });

        IReadOnlyList<NamedTensor> tensors = Load(model, (path, _) => CheckpointFile.Load(path)).Tensors;

        Assert.Equal(["a.weight", "half", "fields", "scalar"], tensors.Select(t => t.Name));
        Assert.Equal([1.5f, -2f], tensors[0].Data);
        Assert.Equal([2, 1], tensors[0].Shape);
        Assert.Equal([1f], tensors[1].Data);
        Assert.Equal([1f, -2f], tensors[2].Data);
        Assert.Equal([0.5f], tensors[3].Data);
    }

    [Fact]
    public void Convolutions_of_other_strides_are_not_taken_for_torchvisions()
    {
        // The first ResNets had the stride in the first convolution of a bottleneck.
        ModelProto model = MakeModel(ResNetArchitecture.ResNet18, State18, folded: false);
        model.Graph.Node.First(n => n.OpType == "Conv" && Stride(n) == 2 && n.Output[0] != "conv1").Attribute[0].Ints[0] = 1;
        Refuses("holds the state dict of none of", model);
    }

    [Fact]
    public void A_shortcut_in_another_order_is_noticed_though_its_shape_fits()
    {
        NamedTensor[] state = TorchvisionResNetTests.MakeStateDict(ResNetArchitecture.ResNet50, 3);
        ModelProto model = MakeModel(ResNetArchitecture.ResNet50, state, folded: false);
        NodeProto last = model.Graph.Node.Single(n => n.Output[0] == "layer1.0.conv3");
        NodeProto shortcut = model.Graph.Node.Single(n => n.Output[0] == "layer1.0.downsample.0");
        (last.Input[0], shortcut.Input[0]) = (shortcut.Input[0], last.Input[0]);
        Refuses("its convolutions come in another order than PyTorch's exporter puts them; export it with torch.onnx.export.", model);
    }

    [Fact]
    public void A_batch_norm_of_another_epsilon_is_refused()
    {
        ModelProto model = MakeModel(ResNetArchitecture.ResNet18, State18, folded: false);
        model.Graph.Node.First(n => n.OpType == "BatchNormalization").Attribute.Add(new AttributeProto { Name = "epsilon", F = 1e-3f });
        Refuses("bn1 of its resnet18 has the epsilon 0.001 where torchvision's has 1E-05", model);
    }

    [Fact]
    public void Weights_in_a_file_of_their_own_are_refused() => RefusesTensor(
        "the values of 'w' lie in a file of their own; export the model with its weights in one file.",
        new TensorProto { Name = "w", DataType = 1, Dims = { 1 }, DataLocation = TensorProto.Types.DataLocation.External });

    [Theory]
    [InlineData(new long[] { 3 }, "'w' has 8 bytes, not those of its shape")]
    [InlineData(new long[] { -2 }, "'w' has an extent that is negative")]
    [InlineData(new[] { 1L << 40 }, "'w' has an extent that is negative or beyond 2147483647")]
    [InlineData(new long[] { 1 << 30, 1 << 30 }, "'w' has the shape [1073741824, 1073741824], more values than Retort can hold")]
    public void Shapes_that_do_not_fit_are_refused_before_memory_is_taken(long[] shape, string problem)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        RefusesTensor(problem, Raw("w", TensorProto.Types.DataType.Float, shape, new byte[8]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Values_that_are_too_few_are_refused() =>
        RefusesTensor("'w' has 1 values where its shape [1000000] has 1000000", new TensorProto { Name = "w", DataType = 1, Dims = { 1_000_000 }, FloatData = { 1f } });

    [Fact]
    public void A_format_that_weights_do_not_have_is_refused() =>
        RefusesTensor("'w' has the format String", new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.String, Dims = { 1 } });

    [Fact]
    public void Constants_that_stand_for_each_other_in_a_ring_end()
    {
        ModelProto model = MakeModel(ResNetArchitecture.ResNet18, State18, folded: false);
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "b" }, Output = { "a" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "a" }, Output = { "b" } });
        model.Graph.Node.First(n => n.OpType == "Conv").Input[1] = "a";
        Refuses("holds the state dict of none of", model);
    }

    [Fact]
    public void Damaged_models_are_read_or_refused_and_nothing_else()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto() };
        model.Graph.Initializer.Add(Raw("w", TensorProto.Types.DataType.Float, [2, 2], new byte[16]));
        model.Graph.Initializer.Add(new TensorProto { Name = "x", DataType = 10, Dims = { 2 }, Int32Data = { 1, 2 } });
        model.Graph.Node.Add(new NodeProto { OpType = "Conv", Input = { "i", "w" }, Output = { "o" }, Attribute = { Ints("strides", 2, 2) } });
        using var folder = new TemporaryFolder();
        string path = folder.File("x.onnx");
        (int refused, int inputs) = Fuzz.Run<WeightFileException>("x.onnx", 1000, [model.ToByteArray()], bytes =>
        {
            File.WriteAllBytes(path, bytes);
            CheckpointFile.Load(path);
        }, $"'{path}' cannot be read as ");
        Assert.InRange(refused, inputs / 4, inputs);
    }

    [PyTorchFact]
    public void A_model_that_PyTorch_exports_gives_the_teacher_of_its_state_dict()
    {
        using var folder = new TemporaryFolder();
        using var python = Process.Start(new ProcessStartInfo(PyTorchFactAttribute.Python, [TestFiles.Golden("export_resnet.py"), folder.Path]) { RedirectStandardError = true })!;
        string error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, error);
        TeacherFile expected = TeacherFile.Load(folder.File("resnet18.pth"));
        foreach (string model in (string[])["folded.onnx", "unfolded.onnx"])
        {
            TeacherFile teacher = TeacherFile.Load(folder.File(model));
            Assert.Equal(ResNetArchitecture.ResNet18, teacher.Architecture);
            foreach ((NamedTensor e, NamedTensor a) in expected.Tensors.Zip(teacher.Tensors))
            {
                Assert.Equal(e.Name, a.Name);
                for (int i = 0; i < e.Length; i++)
                    Assert.Equal(e.Data[i], a.Data[i], 1e-6f);
            }
        }
    }

    // Convolutions as PyTorch's exporter puts them, with numbers for names; what lies between them does not count.
    private static ModelProto MakeModel(ResNetArchitecture architecture, IReadOnlyList<NamedTensor> state, bool folded)
    {
        Dictionary<string, NamedTensor> tensors = state.ToDictionary(t => t.Name);
        var graph = new GraphProto();
        string input = "picture";
        foreach (ResNetConvolution c in architecture.Convolutions(3))
        {
            bool isShortcut = c.Name.EndsWith("downsample.0", StringComparison.Ordinal);
            if (c.Name.EndsWith("conv1", StringComparison.Ordinal))
                input = c.Name + ".in";
            var node = new NodeProto { OpType = "Conv", Input = { isShortcut || c.Name.EndsWith("conv1", StringComparison.Ordinal) ? input : c.Name + ".in", Add($"{c.Name}.weight") }, Output = { c.Name } };
            node.Attribute.Add([Ints("strides", c.Stride, c.Stride), Ints("pads", c.Kernel / 2, c.Kernel / 2, c.Kernel / 2, c.Kernel / 2)]);
            graph.Node.Add(node);
            if (folded)
            {
                node.Input.Add(Add($"{c.Name}.bias"));
                continue;
            }

            // A constant that is shared comes through an Identity node.
            string scale = Add($"{c.Normalization}.weight");
            graph.Node.Add(new NodeProto { OpType = "Identity", Input = { scale }, Output = { scale + ".same" } });
            graph.Node.Add(new NodeProto
            {
                OpType = "BatchNormalization",
                Input = { c.Name, scale + ".same", Add($"{c.Normalization}.bias"), Add($"{c.Normalization}.running_mean"), Add($"{c.Normalization}.running_var") },
                Output = { c.Normalization },
            });
        }

        return new ModelProto { IrVersion = 7, ProducerName = "pytorch", Graph = graph };

        string Add(string name)
        {
            NamedTensor tensor = tensors[name];
            string number = $"onnx::Conv_{graph.Initializer.Count}";
            graph.Initializer.Add(Raw(number, TensorProto.Types.DataType.Float, [.. tensor.Shape.Select(e => (long)e)], MemoryMarshal.AsBytes(tensor.Data.AsSpan())));
            return number;
        }
    }

    private static long Stride(NodeProto node) => node.Attribute.Single(a => a.Name == "strides").Ints[0];

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static TensorProto Raw(string name, TensorProto.Types.DataType type, long[] shape, ReadOnlySpan<byte> bytes) =>
        new() { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(bytes) };

    private static void RefusesTensor(string problem, TensorProto tensor)
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto() };
        model.Graph.Initializer.Add(tensor);
        Refuses(problem, model);
    }

    private static void Refuses(string problem, ModelProto model)
    {
        var e = Assert.Throws<WeightFileException>(() => Load(model, (path, _) => TeacherFile.Load(path)));
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }

    private static T Load<T>(ModelProto model, Func<string, TemporaryFolder, T> load)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("net.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return load(path, folder);
    }
}

/// <summary>A test that runs a script with PyTorch and torchvision; skipped where Debian's packages of them are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PyTorchFactAttribute : FactAttribute
{
    public PyTorchFactAttribute()
    {
        if (!File.Exists(Python) || !Directory.Exists("/usr/lib/python3/dist-packages/torchvision"))
            Skip = "Debian's packages python3-torch and python3-torchvision are not installed.";
    }

    public static string Python => "/usr/bin/python3";
}
