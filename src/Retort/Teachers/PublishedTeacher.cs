using System.Globalization;
using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>A pretrained network of torchvision's, as the file that is published of it.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="FileName">The file's name, which ends in the first eight digits of its SHA-256.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Sha256">
/// The file's SHA-256, 64 lower-case hexadecimal digits. torchvision publishes and checks the eight digits of the name; length and whole sum are
/// those that many users of the file report alike.
/// </param>
public sealed record PublishedTeacher(ResNetArchitecture Architecture, string FileName, long Bytes, string Sha256)
{
    /// <summary>What the command line calls it: <c>wide-resnet50-2</c>.</summary>
    public string Name => Architecture.Name.Replace('_', '-');

    /// <summary>Where torchvision's files lie.</summary>
    public static Uri Home { get; } = new("https://download.pytorch.org/models/");

    /// <summary>Those that can be installed by name: the weights that torchvision calls IMAGENET1K_V1, which the papers used.</summary>
    public static IReadOnlyList<PublishedTeacher> All { get; } =
    [
        new(ResNetArchitecture.ResNet18, "resnet18-f37072fd.pth", 46_830_571, "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec"),
        new(ResNetArchitecture.ResNet34, "resnet34-b627a593.pth", 87_319_819, "b627a593bcbe140c234610266fe4f8ae95ea42fc881d091c9b6052e6b1d0590f"),
        new(ResNetArchitecture.ResNet50, "resnet50-0676ba61.pth", 102_530_333, "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"),
        new(ResNetArchitecture.WideResNet50x2, "wide_resnet50_2-95faca4d.pth", 138_223_492, "95faca4d11227dddf8633dbb5ff6c8a9003c1aa5b8945c73834b8007b10950b8"),
    ];

    /// <summary>Finds one by its name, torchvision's own or with hyphens; null if there is none.</summary>
    public static PublishedTeacher? Find(string name) => All.FirstOrDefault(t => t.Name == name || t.Architecture.Name == name);

    /// <summary>Finds one by its name, torchvision's own or with hyphens.</summary>
    /// <exception cref="RetortException">There is none of that name; the message lists those there are.</exception>
    public static PublishedTeacher Get(string name) =>
        Find(name) ?? throw new RetortException($"{name}: there is no such teacher to install; choose one of {string.Join(", ", All.Select(t => t.Name))}, or give a file to retort teacher import.");

    /// <summary>The way without a network: which file to bring, and where to put it.</summary>
    /// <param name="folder">The folder of teachers.</param>
    internal string ByHand(string folder) =>
        string.Create(CultureInfo.InvariantCulture, $"put torchvision's file {FileName} ({Bytes} bytes) into {folder}");
}
