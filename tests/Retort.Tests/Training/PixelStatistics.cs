using System.Globalization;
using System.Text.Json.Nodes;
using Retort.Corruption;
using Retort.Methods;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Tests.Training;

/// <summary>
/// A method small enough for tests: the first phase learns the mean of each pixel, the second how much pixels depart from it, and the map is
/// the departure in units of that. Deterministic, and every state matters for what comes out.
/// </summary>
internal sealed class PixelStatistics : IMethod
{
    public const string Name = "pixel-statistics";

    public string Id => Name;

    public string Title => "Pixel statistics";

    /// <summary>Puts the method where the product looks for methods. Idempotent.</summary>
    public static void Register()
    {
        lock (MethodCatalog.ForTests)
        {
            if (!MethodCatalog.ForTests.Any(m => m is PixelStatistics))
            {
                MethodCatalog.ForTests.Add(new PixelStatistics());
            }
        }
    }

    public MethodOptions CreateOptions(string preset) => preset switch
    {
        "quick" => new PixelStatisticsOptions { Steps = [2, 2] },
        "balanced" or "paper" => new PixelStatisticsOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    public MethodOptions ReadOptions(JsonObject json)
    {
        var options = new PixelStatisticsOptions();
        options.Read(json);
        return options;
    }

    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
    {
        NamedTensor first = teacher.FirstOrDefault(t => t.Name == "conv1.weight") ?? throw new RetortException("The teacher has no conv1.weight.");
        return new Run((PixelStatisticsOptions)options, first.Data[0], seed);
    }

    public IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options) => throw new NotSupportedException("The maps are not made by a graph.");

    public IScorer CreateScorer(MethodOptions options, IEnumerable<NamedTensor> weights, ScorerSettings settings) =>
        Score(options.Size, settings.Batch, [.. weights]);

    private static Scorer Score(int size, int batch, NamedTensor[] weights) => new(size, batch, Get(weights, "mean", size), Get(weights, "deviation", size));

    private static float[] Get(IEnumerable<NamedTensor> tensors, string name, int size)
    {
        float[]? data = tensors.FirstOrDefault(t => t.Name == name)?.Data;
        return data?.Length == size * size * 3 ? data : throw new RetortException($"The weights have no {name} of the right shape.");
    }

    private sealed class Run : ITrainingRun
    {
        private readonly PixelStatisticsOptions _options;
        private readonly float[] _mean;
        private readonly float[] _deviation;
        private float _steps;

        public Run(PixelStatisticsOptions options, float teacher, ulong seed)
        {
            _options = options;
            var random = new CounterRandom(seed, 99);
            _mean = [.. Enumerable.Range(0, options.Size * options.Size * 3).Select(_ => teacher + (float)random.NextDouble())];
            _deviation = new float[_mean.Length];
        }

        public double Step(int phase, int step, TrainingBatch batch)
        {
            double loss = 0;
            float rate = (float)_options.Rate / (1 + (_steps++ / 100));
            for (int sample = 0; sample < batch.Count; sample++)
            {
                for (int i = 0; i < _mean.Length; i++)
                {
                    int at = (sample * _mean.Length) + i;
                    float distance = batch.Clean[at] - _mean[i];
                    loss += distance * distance;
                    if (phase == 0)
                    {
                        _mean[i] += rate * distance;
                    }
                    else
                    {
                        // The mask enters, so that a sample with another mask is noticed.
                        float corrupted = 0.01f * batch.Mask[at / 3] * Math.Abs(batch.Corrupted[at] - batch.Clean[at]);
                        _deviation[i] += rate * (Math.Abs(distance) + corrupted - _deviation[i]);
                    }
                }
            }

            return _options.FailAt == _steps ? double.NaN : loss / batch.Count;
        }

        public IReadOnlyList<NamedTensor> ExportWeights() =>
        [
            new NamedTensor("mean", [_options.Size, _options.Size, 3], (float[])_mean.Clone()),
            new NamedTensor("deviation", [_options.Size, _options.Size, 3], (float[])_deviation.Clone()),
        ];

        public IReadOnlyList<NamedTensor> ExportState() => [.. ExportWeights(), new NamedTensor("optimizer.steps", [1], [_steps])];

        public void ImportState(IReadOnlyList<NamedTensor> state)
        {
            Find("mean", _mean.Length).CopyTo(_mean, 0);
            Find("deviation", _deviation.Length).CopyTo(_deviation, 0);
            _steps = Find("optimizer.steps", 1)[0];

            float[] Find(string name, int length) =>
                state.FirstOrDefault(t => t.Name == name) is { } tensor && tensor.Length == length ? tensor.Data : throw new StateMisfitException($"Tensor {name} is missing or does not have {length} values.");
        }

        public void Dispose()
        {
        }
    }

    private sealed class Scorer(int size, int batch, float[] mean, float[] deviation) : IScorer
    {
        private readonly float[] _input = new float[batch * size * size * 3];
        private readonly float[][] _maps = [new float[batch * size * size], new float[batch * size * size]];

        public int Batch => batch;

        public int Size => size;

        public IReadOnlyList<string> Components { get; } = ["departure", "brightness"];

        public Span<float> Input => _input;

        public void Run(int count, bool allComponents)
        {
            for (int p = 0; p < _maps[0].Length; p++)
            {
                float departure = 0;
                float brightness = 0;
                for (int i = 3 * p; i < (3 * p) + 3; i++)
                {
                    int at = i % mean.Length;
                    departure += Math.Abs(_input[i] - mean[at]) / (deviation[at] + 0.1f) / 3;
                    brightness += _input[i] / 3;
                }

                _maps[0][p] = departure;
                _maps[1][p] = allComponents ? brightness : float.NaN;
            }
        }

        public ReadOnlySpan<float> Map(int component, int picture) => _maps[component].AsSpan(picture * size * size, size * size);

        public float Score(int component, int picture) => Score(component, picture, []);

        public float Score(int component, int picture, ReadOnlySpan<bool> ignored)
        {
            float largest = float.NegativeInfinity;
            ReadOnlySpan<float> map = Map(component, picture);
            for (int i = 0; i < map.Length; i++)
            {
                largest = ignored.IsEmpty || !ignored[i] ? Math.Max(largest, map[i]) : largest;
            }

            return largest;
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>Its options.</summary>
internal sealed class PixelStatisticsOptions : MethodOptions
{
    public PixelStatisticsOptions()
    {
        Size = 16;
        Batch = 4;
        Steps = [8, 8];
    }

    public double Rate { get; private set; } = 0.2;

    /// <summary>The loss of this step, counted from 1, is not a number; 0 for none.</summary>
    public int FailAt { get; private set; }

    public override string MethodName => "Pixel statistics";

    public override IReadOnlyList<string> PhaseNames => ["mean", "deviation"];

    internal override CorruptionRecipe Corruption => CorruptionRecipe.PerlinTexture;

    public override void Set(string name, string value)
    {
        switch (name)
        {
            case "rate":
                Rate = double.Parse(value, CultureInfo.InvariantCulture);
                break;
            case "fail-at":
                FailAt = int.Parse(value, CultureInfo.InvariantCulture);
                break;
            default:
                throw new RetortException($"--set {name}: there is no such option; choose rate or fail-at.");
        }
    }

    public override void Validate()
    {
        if (Size > 256)
        {
            throw new RetortException($"--size {Size}: at most 256.");
        }
    }

    public override JsonObject ToJson() => new()
    {
        ["size"] = Size,
        ["batch"] = Batch,
        ["steps"] = new JsonArray([.. Steps.Select(s => JsonValue.Create(s))]),
        ["rate"] = Rate.ToString("R", CultureInfo.InvariantCulture),
    };
}
