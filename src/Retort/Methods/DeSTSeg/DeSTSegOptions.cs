using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retort.Methods.DeSTSeg;

/// <summary>What the segmentation network sees of teacher and student (paper, Table 6).</summary>
public enum SegmentationInput
{
    /// <summary>The element-wise product of the normalised features: the paper's choice.</summary>
    Product,

    /// <summary>The normalised features of both, side by side.</summary>
    Concatenation,

    /// <summary>One minus their cosine, one channel a level.</summary>
    CosineDistance,
}

/// <summary>Which map of DeSTSeg decides.</summary>
public enum DecidingMap
{
    /// <summary>That of the segmentation network: the paper's choice.</summary>
    Segmentation,

    /// <summary>The product of the levels' cosine distances.</summary>
    Student,

    /// <summary>The segmentation's probability plus the geometric mean of the levels' cosine distances. Ours.</summary>
    Combined,
}

/// <summary>
/// The hyper-parameters of DeSTSeg. "Paper" is the text of CVPR 2023, "code" its authors' release; the text gives no optimiser, learning
/// rate, batch, schedule, T or gamma, so those are the code's.
/// </summary>
public sealed class DeSTSegOptions : MethodOptions
{
    // Files from before these options were there were made with their defaults.
    private static readonly string[] Later = ["warm-up", "decay", "segmentation-stride"];

    private readonly Dictionary<string, (Func<string> Get, Action<string> Set, string Values)> _options;

    /// <summary>Makes the paper's options.</summary>
    public DeSTSegOptions()
    {
        Batch = 32;
        Steps = [1000, 4000];
        _options = new()
        {
            ["denoising"] = Switch(() => Denoising, v => Denoising = v),
            ["encoder-decoder"] = Switch(() => EncoderDecoder, v => EncoderDecoder = v),
            ["segmentation"] = Switch(() => Segmentation, v => Segmentation = v),
            ["segmentation-input"] = (
                () => CommandLineName(SegmentationInput),
                v => SegmentationInput = Enum.GetValues<SegmentationInput>().Cast<SegmentationInput?>().FirstOrDefault(i => CommandLineName(i!.Value) == v) ?? throw new FormatException(),
                "product, concatenation or cosine-distance"),
            ["l1"] = Switch(() => L1, v => L1 = v),
            ["top"] = Whole(() => Top, v => Top = v, "a whole number of pixels"),
            ["gamma"] = Number(() => Gamma, v => Gamma = v),
            ["student-rate"] = Number(() => StudentRate, v => StudentRate = v),
            ["residual-rate"] = Number(() => ResidualRate, v => ResidualRate = v),
            ["head-rate"] = Number(() => HeadRate, v => HeadRate = v),
            ["momentum"] = Number(() => Momentum, v => Momentum = v),
            ["weight-decay"] = Number(() => WeightDecay, v => WeightDecay = v),
            ["warm-up"] = Whole(() => WarmUp, v => WarmUp = v, "a whole number of steps"),
            ["decay"] = Number(() => Decay, v => Decay = v),
            ["segmentation-stride"] = Whole(() => SegmentationStride, v => SegmentationStride = v, "1 or 2"),
            ["decide"] = (
                () => CommandLineName(Decide),
                v => Decide = Enum.GetValues<DecidingMap>().Cast<DecidingMap?>().FirstOrDefault(d => CommandLineName(d!.Value) == v) ?? throw new FormatException(),
                "segmentation, student or combined"),
        };
    }

    /// <summary>Whether the student sees the corrupted picture and must give the teacher's features of the clean one; else it sees the clean one. Paper, Table 4 ("Den").</summary>
    public bool Denoising { get; set; } = true;

    /// <summary>Whether the student is an encoder with a decoder; else it has the teacher's architecture. Paper, Table 4 ("ED").</summary>
    public bool EncoderDecoder { get; set; } = true;

    /// <summary>Whether there is a segmentation network; without it the product of the levels' cosine distances decides. Paper, Table 4 ("Seg").</summary>
    public bool Segmentation { get; set; } = true;

    /// <summary>What the segmentation network sees. Paper, Table 6.</summary>
    public SegmentationInput SegmentationInput { get; set; } = SegmentationInput.Product;

    /// <summary>Whether the loss of the segmentation has the L1 term. Paper, Table 5.</summary>
    public bool L1 { get; set; } = true;

    /// <summary>T: the image score is the mean of this many largest values of the map. Code: 100 at 256 x 256.</summary>
    public int Top { get; set; } = 100;

    /// <summary>The focusing exponent of the focal loss. Code: 4.</summary>
    public double Gamma { get; set; } = 4;

    /// <summary>Learning rate of the student. Code: 0.4, with a loss summed over the batch.</summary>
    public double StudentRate { get; set; } = 0.4;

    /// <summary>Learning rate of the segmentation network's residual blocks. Code: 0.1.</summary>
    public double ResidualRate { get; set; } = 0.1;

    /// <summary>Learning rate of the segmentation network's head. Code: 0.01.</summary>
    public double HeadRate { get; set; } = 0.01;

    /// <summary>Momentum of all optimisers. Code: 0.9.</summary>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Weight decay on everything. Code: 1e-4.</summary>
    public double WeightDecay { get; set; } = 1e-4;

    /// <summary>Steps at the start of each phase over which the learning rates rise to their values. Ours; code: 0.</summary>
    public int WarmUp { get; set; }

    /// <summary>The share of each phase, at its end, over which the learning rates fall evenly to zero. Ours; code: 0, constant rates.</summary>
    public double Decay { get; set; }

    /// <summary>
    /// Pixels of the finest features for one of the segmentation network: 2 takes a quarter of its time and gives a coarser map. Its dilations are halved
    /// with it. Ours; paper: 1.
    /// </summary>
    public int SegmentationStride { get; set; } = 1;

    /// <summary>Which map decides where there is a segmentation. Ours: the others are better while the second phase is short.</summary>
    public DecidingMap Decide { get; set; } = DecidingMap.Segmentation;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PhaseNames => Segmentation ? ["student", "segmentation"] : ["student"];

    /// <inheritdoc/>
    /// <remarks>Ours: at 256 x 256 a step of the segmentation takes about 3.5 times as long as one of the student, at half resolution as long.</remarks>
    public override IReadOnlyList<double> PhaseCosts => Segmentation ? [1, SegmentationStride == 1 ? 3.5 : 1.2] : [1];

    /// <summary>Dilations of the segmentation head in pixels of its map. Code: 6, 12, 18.</summary>
    public IReadOnlyList<int> Rates => [6 / SegmentationStride, 12 / SegmentationStride, 18 / SegmentationStride];

    /// <summary>The factor on all learning rates at a step of a phase.</summary>
    /// <param name="phase">Counted from 0.</param>
    /// <param name="step">Counted from 0 within the phase.</param>
    public double RateScale(int phase, int step)
    {
        double rise = step < WarmUp ? (step + 1.0) / (WarmUp + 1) : 1;
        double left = 1 - ((double)step / Steps[phase]);
        return rise * (left < Decay ? left / Decay : 1);
    }

    /// <inheritdoc/>
    public override void Set(string name, string value)
    {
        if (!_options.TryGetValue(name, out (Func<string> Get, Action<string> Set, string Values) option))
        {
            throw new RetortException($"--set {name}: DeSTSeg has no such option; it has {string.Join(", ", _options.Keys)}.");
        }

        try
        {
            option.Set(value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new RetortException($"--set {name}={value}: give {option.Values}.", e);
        }

        if (name == "segmentation" && !Segmentation && Steps.Count == 2)
        {
            Steps = [Steps[0]];
        }
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Size < 64 || Size > 2048 || Size % 32 != 0)
        {
            throw new RetortException($"--size {Size}: DeSTSeg takes multiples of 32 from 64 to 2048; give one of these, for instance --size 256.");
        }

        if (Batch < 1 || Batch > 1024)
        {
            throw new RetortException($"--batch {Batch}: give a number from 1 to 1024.");
        }

        if (Steps.Count != PhaseNames.Count || Steps.Any(s => s < 0) || Steps[0] < 1)
        {
            throw new RetortException($"--steps {string.Join(",", Steps)}: give the steps of {string.Join(" and ", PhaseNames)}, {(Steps.Count == PhaseNames.Count ? "the first at least 1" : $"{PhaseNames.Count} in all")}.");
        }

        if (Top < 1 || Top > Size * Size)
        {
            throw new RetortException($"--set top={Top}: give a number from 1 to the {Size * Size} pixels of the map.");
        }

        if (SegmentationStride is not (1 or 2))
        {
            throw new RetortException($"--set segmentation-stride={SegmentationStride}: give 1 or 2.");
        }

        RequireRange("decay", Decay, 0, 1);
        RequireRange("gamma", Gamma, 0, 20);
        RequireRange("student-rate", StudentRate, 0, 100);
        RequireRange("residual-rate", ResidualRate, 0, 100);
        RequireRange("head-rate", HeadRate, 0, 100);
        RequireRange("momentum", Momentum, 0, 0.9999);
        RequireRange("weight-decay", WeightDecay, 0, 1);
    }

    /// <inheritdoc/>
    public override JsonObject ToJson()
    {
        var json = new JsonObject { ["size"] = Size, ["batch"] = Batch, ["steps"] = new JsonArray([.. Steps.Select(s => JsonValue.Create(s))]) };
        foreach ((string name, (Func<string> get, _, _)) in _options)
        {
            json[name] = get();
        }

        return json;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="RetortException">A value is missing or out of range.</exception>
    public static DeSTSegOptions FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var options = new DeSTSegOptions();
        try
        {
            foreach (string name in options._options.Keys)
            {
                options.Set(name, (string?)json[name] ?? (Later.Contains(name) ? options._options[name].Get() : throw new RetortException($"The DeSTSeg options lack {name}.")));
            }

            options.Size = (int?)json["size"] ?? throw new RetortException("The DeSTSeg options lack size.");
            options.Batch = (int?)json["batch"] ?? throw new RetortException("The DeSTSeg options lack batch.");
            options.Steps = [.. (json["steps"] as JsonArray ?? throw new RetortException("The DeSTSeg options lack steps.")).Select(s => (int?)s ?? -1)];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new RetortException("The DeSTSeg options hold a value of the wrong kind.", e);
        }

        options.Validate();
        return options;
    }

    // CosineDistance -> cosine-distance.
    private static string CommandLineName<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static (Func<string> Get, Action<string> Set, string Values) Whole(Func<int> get, Action<int> set, string values) => (
        () => get().ToString(CultureInfo.InvariantCulture),
        v => set(int.Parse(v, NumberStyles.None, CultureInfo.InvariantCulture)),
        values);

    private static (Func<string> Get, Action<string> Set, string Values) Switch(Func<bool> get, Action<bool> set) => (
        () => get() ? "on" : "off",
        v => set(v switch { "on" => true, "off" => false, _ => throw new FormatException() }),
        "on or off");

    private static (Func<string> Get, Action<string> Set, string Values) Number(Func<double> get, Action<double> set) => (
        () => get().ToString("R", CultureInfo.InvariantCulture),
        v => set(double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture)),
        "a number");

    private static void RequireRange(string name, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
        {
            throw new RetortException(string.Create(CultureInfo.InvariantCulture, $"--set {name}={value}: give a number from {low} to {high}."));
        }
    }
}
