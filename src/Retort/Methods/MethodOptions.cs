using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Retort.Corruption;
using Retort.Networks.Weights;

namespace Retort.Methods;

/// <summary>
/// The hyper-parameters of a method. Each method derives its own, and in its constructor gives each a name for the command line, under which the
/// detector file keeps it too.
/// </summary>
public abstract class MethodOptions
{
    private readonly Dictionary<string, NamedOption> _named = [];

    // The methods are those of this assembly, see MethodCatalog.
    private protected MethodOptions()
    {
    }

    /// <summary>What messages call the method: <c>DeSTSeg</c>.</summary>
    public abstract string MethodName { get; }

    /// <summary>The side of the square input in pixels.</summary>
    public int Size { get; set; } = 256;

    /// <summary>Pictures per training step.</summary>
    public int Batch { get; set; } = 8;

    /// <summary>Steps of each training phase, in order.</summary>
    public IReadOnlyList<int> Steps { get; set; } = [];

    /// <summary>Steps at the start of each phase over which the learning rates rise to their values. Ours; no paper here has it: 0.</summary>
    public int WarmUp { get; set; }

    /// <summary>The share of each phase, at its end, over which the learning rates fall evenly to zero. Ours; the papers' rates are constant: 0.</summary>
    public double Decay { get; set; }

    /// <summary>
    /// The image score is the mean of this many largest values of the deciding map; 1 is its maximum. All papers here: 1, but DeSTSeg's code: 100 at 256 x 256.
    /// </summary>
    public int Top { get; set; } = 1;

    /// <summary><see cref="Top"/>, or all pixels of the map if it has fewer.</summary>
    internal int CountedPixels => Math.Min(Top, Size * Size);

    /// <summary>The names of the phases, as many as <see cref="Steps"/>.</summary>
    public abstract IReadOnlyList<string> PhaseNames { get; }

    /// <summary>
    /// What a step of each phase costs, as many as <see cref="Steps"/>. Only the ratios matter: they tell the time left of phases that have not begun.
    /// </summary>
    internal virtual IReadOnlyList<double> PhaseCosts => [.. PhaseNames.Select(_ => 1.0)];

    /// <summary>The network that teaches: ResNet-18 unless the method or an option of it wants another.</summary>
    public virtual ResNetArchitecture Teacher => ResNetArchitecture.ResNet18;

    /// <summary>How training samples are made of good pictures: left as they are unless the method wants anomalies in them.</summary>
    internal virtual CorruptionRecipe Corruption => CorruptionRecipe.None;

    /// <summary>Options that were added after the first files were written: these have their defaults.</summary>
    private protected virtual IReadOnlyList<string> Later => [];

    /// <summary>The factor on all learning rates at a step of a phase.</summary>
    /// <param name="phase">Counted from 0.</param>
    /// <param name="step">Counted from 0 within the phase.</param>
    internal double RateScale(int phase, int step)
    {
        double rise = step < WarmUp ? (step + 1.0) / (WarmUp + 1) : 1;
        double left = 1 - ((double)step / Steps[phase]);
        return rise * (left < Decay ? left / Decay : 1);
    }

    /// <summary>Sets a method's own option by its command-line name (<c>--set name=value</c>).</summary>
    /// <exception cref="RetortException">There is no such option (the message lists those there are), or the value does not fit.</exception>
    public virtual void Set(string name, string value)
    {
        if (!_named.TryGetValue(name, out NamedOption? option))
        {
            throw new RetortException($"--set {name}: {MethodName} has no such option; it has {string.Join(", ", _named.Keys)}.");
        }

        try
        {
            option.Set(value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new RetortException($"--set {name}={value}: give {option.Values}.", e);
        }
    }

    /// <summary>Checks that the options fit together.</summary>
    /// <exception cref="RetortException">They do not; the message names the option.</exception>
    public virtual void Validate()
    {
        if (Size < 64 || Size > 2048 || Size % 32 != 0)
        {
            throw new RetortException($"--size {Size}: {MethodName} takes multiples of 32 from 64 to 2048; give one of these, for instance --size 256.");
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

        foreach ((string name, NamedOption option) in _named)
        {
            if (option.Value is { } value && !(value() >= option.Low && value() <= option.High))
            {
                throw new RetortException(string.Create(CultureInfo.InvariantCulture, $"--set {name}={value()}: give a number from {option.Low} to {option.High}."));
            }
        }
    }

    /// <summary>All options, for the detector file.</summary>
    public virtual JsonObject ToJson()
    {
        var json = new JsonObject { ["size"] = Size, ["batch"] = Batch, ["steps"] = new JsonArray([.. Steps.Select(s => JsonValue.Create(s))]) };
        foreach ((string name, NamedOption option) in _named)
        {
            json[name] = option.Get();
        }

        return json;
    }

    /// <summary>Takes over what <see cref="ToJson"/> gave, and validates it.</summary>
    /// <exception cref="RetortException">A value is missing or out of range.</exception>
    internal void Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        RetortException Lacking(string name) => new($"The {MethodName} options lack {name}.");
        try
        {
            foreach ((string name, NamedOption option) in _named)
            {
                Set(name, (string?)json[name] ?? (Later.Contains(name) ? option.Get() : throw Lacking(name)));
            }

            Size = (int?)json["size"] ?? throw Lacking("size");
            Batch = (int?)json["batch"] ?? throw Lacking("batch");
            Steps = [.. (json["steps"] as JsonArray ?? throw Lacking("steps")).Select(s => (int?)s ?? -1)];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new RetortException($"The {MethodName} options hold a value of the wrong kind.", e);
        }

        Validate();
    }

    /// <summary>Names an option that is on or off.</summary>
    private protected void Switch(string name, Func<bool> get, Action<bool> set) => _named.Add(name, new NamedOption(
        () => get() ? "on" : "off",
        v => set(v switch { "on" => true, "off" => false, _ => throw new FormatException() }),
        "on or off"));

    /// <summary>Names an option that is a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="low">The least value; the method may restrict it further in <see cref="Validate"/>.</param>
    /// <param name="high">The largest value.</param>
    /// <param name="values">What to give, for messages.</param>
    private protected void Whole(string name, Func<int> get, Action<int> set, int low = 0, int high = int.MaxValue, string values = "a whole number") => _named.Add(name, new NamedOption(
        () => get().ToString(CultureInfo.InvariantCulture),
        v => set(int.Parse(v, NumberStyles.None, CultureInfo.InvariantCulture)),
        values,
        () => get(),
        low,
        high));

    /// <summary>Names an option that is a number within a range.</summary>
    private protected void Number(string name, Func<double> get, Action<double> set, double low, double high) => _named.Add(name, new NamedOption(
        () => get().ToString("R", CultureInfo.InvariantCulture),
        v => set(double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture)),
        "a number",
        get,
        low,
        high));

    /// <summary>Names an option that is one of a few: <c>CosineDistance</c> is <c>cosine-distance</c>.</summary>
    private protected void Choice<T>(string name, Func<T> get, Action<T> set)
        where T : struct, Enum =>
        OneOf(name, get, set, Enum.GetValues<T>().ToDictionary(v => JsonNamingPolicy.KebabCaseLower.ConvertName(v.ToString())));

    /// <summary>Names an option that is a network to learn from: <c>wide_resnet50_2</c> is <c>wide-resnet50-2</c>.</summary>
    private protected void Network(string name, Func<ResNetArchitecture> get, Action<ResNetArchitecture> set) =>
        OneOf(name, get, set, ResNetArchitecture.All.ToDictionary(a => a.Name.Replace('_', '-')));

    private void OneOf<T>(string name, Func<T> get, Action<T> set, Dictionary<string, T> values)
        where T : notnull
    {
        string[] names = [.. values.Keys];
        _named.Add(name, new NamedOption(
            () => names.First(n => EqualityComparer<T>.Default.Equals(values[n], get())),
            v => set(values.TryGetValue(v, out T? value) ? value : throw new FormatException()),
            $"{string.Join(", ", names[..^1])} or {names[^1]}"));
    }

    /// <summary>Names <see cref="Top"/>.</summary>
    private protected void LargestValues() => Whole("top", () => Top, v => Top = v, values: "a whole number of pixels");

    /// <summary>Names <see cref="WarmUp"/> and <see cref="Decay"/>.</summary>
    private protected void Schedule()
    {
        Whole("warm-up", () => WarmUp, v => WarmUp = v, values: "a whole number of steps");
        Number("decay", () => Decay, v => Decay = v, 0, 1);
    }

    // Value is what Low and High bound, where there are bounds.
    private sealed record NamedOption(Func<string> Get, Action<string> Set, string Values, Func<double>? Value = null, double Low = 0, double High = 0);
}
