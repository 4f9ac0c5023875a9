using Retort.Data;
using Retort.Detectors;
using Retort.Importing;
using Retort.Methods;
using Retort.Networks.Weights;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Importing;

public sealed class DetectorImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "out.retort");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_of_DeSTSegs_authors_gives_PyTorchs_map()
    {
        var sample = new CheckpointSample("destseg");
        string file = Write("bottle.pckl", sample.Tensors(""));
        DetectorFile detector = DetectorImport.Read(Settings("destseg", file));
        AssertMaps(sample, detector);
        Assert.Equal(("destseg", "resnet18", 64), (detector.Info.Method, detector.Info.Teacher, detector.Info.Size));
        Assert.Equal(CheckpointFile.Load(file).Sha256, detector.Info.TeacherSha256);
        Assert.Equal("100", (string)detector.Info.Options["top"]!);

        // The teacher the student learned from is in the checkpoint: another one would make nonsense of it.
        var failure = Assert.Throws<RetortException>(() => DetectorImport.Read(Settings("destseg", file) with { Teacher = "resnet18" }));
        Assert.Equal($"--teacher resnet18: {file} has a teacher of its own, which its student learned from; leave the option out.", failure.Message);
    }

    [Fact]
    public void A_checkpoint_of_reverse_distillations_authors_gives_PyTorchs_map_with_its_teacher()
    {
        var sample = new CheckpointSample("rd4ad");
        string file = Write("wres50_bottle.pth", sample.Tensors("bn.", "decoder."));
        string teacher = Write("teacher.pth", [.. sample.Tensors("encoder.").Select(t => t with { Name = t.Name["encoder.".Length..] })]);
        AnomalyDataset parts = Parts();
        var notes = new List<string>();

        DetectorInfo info = DetectorImport.Run(Settings("rd4ad", file) with { Teacher = teacher }, parts, Out, notes.Add);

        Assert.Equal([$"the checkpoint has no teacher of its own; taking {teacher}", "setting the thresholds on 4 good pictures"], notes);
        Assert.Equal(("reverse-distillation", "resnet18", "rd4ad", "given", 4), (info.Method, info.Teacher, info.Imported!.From, info.Thresholds.Basis.Source, info.Thresholds.Basis.Pictures));
        Assert.Equal([new ImportedFile("wres50_bottle.pth", CheckpointFile.Load(file).Sha256)], info.Imported.Files);
        Assert.Equal(DetectorFile.ReadInfo(Out).ToJson().ToJsonString(), info.ToJson().ToJsonString());
        AssertMaps(sample, DetectorFile.Read(Out));
        using Detector detector = Detector.Load(Out);
        Assert.True(detector.Verify().Passed);
        Assert.All(parts.TrainGood, p => Assert.Equal(Verdict.Good, detector.Inspect(p).Verdict));
        Assert.Equal([Out], Directory.GetFiles(_folder.Path, "out*"));
    }

    [Fact]
    public void A_size_that_the_method_does_not_take_is_refused()
    {
        string file = Write("x.pth", new CheckpointSample("rd4ad").Tensors("bn.", "decoder."));
        var failure = Assert.Throws<RetortException>(() => DetectorImport.Read(Settings("rd4ad", file) with { Size = 100 }));
        Assert.StartsWith("--size 100: Reverse distillation takes multiples of 32", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_source_is_refused_with_those_there_are()
    {
        var failure = Assert.Throws<RetortException>(() => DetectorImport.Read(Settings("patchcore", "x.pth")));
        Assert.Equal("--from patchcore: there is no such source; choose one of destseg, rd4ad.", failure.Message);
    }

    [Fact]
    public void A_hostile_or_missing_checkpoint_is_one_sentence_and_writes_nothing()
    {
        AnomalyDataset parts = Parts();
        string file = Path.Combine(_folder.Path, "x.pth");
        Assert.Throws<WeightFileException>(() => DetectorImport.Run(Settings("rd4ad", file), parts, Out));
        File.WriteAllText(file, "<html>");
        var failure = Assert.Throws<WeightFileException>(() => DetectorImport.Run(Settings("rd4ad", file), parts, Out));
        Assert.Equal($"'{file}' cannot be read as a weight file: it is neither a safetensors file, nor a PyTorch checkpoint, nor an ONNX model; give a file that torch.save, safetensors or torch.onnx.export wrote.", failure.Message);
        Assert.Empty(Directory.GetFiles(_folder.Path, "out*"));
    }

    [Fact]
    public void Cancelling_writes_nothing()
    {
        var sample = new CheckpointSample("rd4ad");
        string file = Write("x.pth", sample.Tensors(""));
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => DetectorImport.Run(
            Settings("rd4ad", file), Parts(), Out, note => { if (note.StartsWith("setting", StringComparison.Ordinal)) { stop.Cancel(); } }, stop.Token));
        Assert.Empty(Directory.GetFiles(_folder.Path, "out*"));
    }

    private static void AssertMaps(CheckpointSample sample, DetectorFile file)
    {
        IMethod method = MethodCatalog.Get(file.Info.Method);
        using var pool = new WorkerPool(2);
        using IScorer scorer = method.CreateScorer(method.ReadOptions(file.Info.Options), file.Weights, new ScorerSettings(pool, Batch: 2));
        sample.AssertMaps(scorer);
    }

    private static ImportSettings Settings(string from, params string[] files) => new() { From = from, Files = files, Size = CheckpointSample.Size };

    private AnomalyDataset Parts() => AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts"), 4));

    private string Write(string name, IReadOnlyList<NamedTensor> tensors)
    {
        string path = Path.Combine(_folder.Path, name);
        SafeTensors.Write(path, tensors);
        return path;
    }
}
