using System.Globalization;
using Retort.Benchmarks;
using Retort.Methods;
using Retort.Training;

namespace Retort.Cli.Verbs;

/// <summary>Methods and ablations as the options of <c>benchmark</c> name them. What is given for an ablation goes before what is given for its method, and that before what is given for all.</summary>
internal sealed record BenchmarkVariants
{
    public required IReadOnlyList<string> Methods { get; init; }

    public required IReadOnlyList<string> Ablations { get; init; }

    public required IReadOnlyList<string> Preset { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    public required IReadOnlyList<string> Batch { get; init; }

    public required IReadOnlyList<string> Size { get; init; }

    public required IReadOnlyList<string> Teacher { get; init; }

    public required IReadOnlyList<string> Set { get; init; }

    /// <summary>Works the variants out.</summary>
    /// <param name="common">What they all have.</param>
    /// <exception cref="UsageException">Something does not fit.</exception>
    public IReadOnlyList<BenchmarkVariant> Create(TrainingSettings common)
    {
        CheckMethods();
        BenchmarkAblation[] ablations = [.. Ablations.Select(a => BenchmarkAblation.Parse(a, Methods))];
        (string Method, BenchmarkAblation? Ablation)[] asked =
        [
            .. Methods.SelectMany(m => ablations.Where(a => a.Method is null || a.Method == m).Prepend(null).Select(a => (m, a))),
        ];
        string[] places = [.. asked.Select(a => Place(a.Method, a.Ablation))];
        if (places.GroupBy(p => p).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new UsageException($"--ablation {twice.Key}: it is given twice; give each a name of its own.");
        }

        var (preset, steps, batch, size, teacher) = (Of("--preset", Preset), Of("--steps", Steps), Of("--batch", Batch), Of("--size", Size), Of("--teacher", Teacher));
        (string? Method, KeyValuePair<string, string> Option)[] set = [.. Set.Select(SetFor)];
        return [.. asked.Select(a => Variant(a.Method, a.Ablation))];

        PlacedValues Of(string option, IReadOnlyList<string> given) => new(option, given, places);

        BenchmarkVariant Variant(string method, BenchmarkAblation? ablation)
        {
            string place = Place(method, ablation);
            TrainingSettings settings = common with
            {
                Method = method,
                Preset = preset.For(place, method) is { } word ? ReadPreset(word) : common.Preset,
                Steps = steps.For(place, method) is { } text ? MethodArguments.Steps(text) ?? throw new UsageException(MethodArguments.StepsError(text)) : null,
                Batch = ReadWhole("--batch", batch.For(place, method), CommonOptions.MostPictures),
                Size = ReadWhole("--size", size.For(place, method), CommonOptions.MostPixels),
                MethodOptions = [.. set.Where(s => s.Method is null || s.Method == method).Select(s => s.Option), .. ablation?.Options ?? []],
                Teacher = teacher.For(place, method),
            };
            try
            {
                settings.CreateOptions();
                return new BenchmarkVariant(settings, ablation?.Name ?? "");
            }
            catch (RetortException wrong)
            {
                throw new UsageException(ablation is null ? wrong.Message : $"--ablation {place}: {wrong.Message}");
            }
        }
    }

    private static string Place(string method, BenchmarkAblation? ablation) => ablation is null ? method : $"{method}:{ablation.Name}";

    private void CheckMethods()
    {
        IEnumerable<string> known = MethodCatalog.All.Select(m => m.Id);
        foreach (string method in Methods)
        {
            try
            {
                MethodCatalog.Get(method);
            }
            catch (RetortException)
            {
                throw new UsageException($"--methods {method}: there is no such method; choose from {string.Join(", ", known)}.");
            }
        }

        if (Methods.GroupBy(m => m).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new UsageException($"--methods: {twice.Key} is given twice; give each method once.");
        }
    }

    private (string? Method, KeyValuePair<string, string> Option) SetFor(string text)
    {
        KeyValuePair<string, string> option = MethodArguments.Assignment("--set", text);
        if (option.Key.Split(':', 2) is not [var method, var name])
        {
            return (null, option);
        }

        return Methods.Contains(method)
            ? (method, KeyValuePair.Create(name, option.Value))
            : throw new UsageException($"--set {text}: {method} is not one of the methods that are compared; they are {string.Join(", ", Methods)}.");
    }

    private static string ReadPreset(string word) =>
        CommonOptions.Presets.Contains(word) ? word : throw new UsageException(CommonOptions.ChoiceError("--preset", word, CommonOptions.Presets));

    private static int? ReadWhole(string option, string? text, int most)
    {
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most
            ? number
            : throw new UsageException(CommonOptions.WholeError(option, text, 1, most));
    }
}
