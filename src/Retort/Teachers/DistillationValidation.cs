using Retort.Data;
using Retort.Imaging;
using Retort.Networks;
using Retort.Networks.Plans;
using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>
/// Compares the networks on crops that are the same every time, from pictures that are not trained on, at the size detectors work at, and with the running statistics
/// that the finished network has.
/// </summary>
internal sealed class DistillationValidation
{
    private const int Batch = 4;
    private const int Side = 256;
    private const int Stream = 0x64697376;
    private const string Input = "crops";

    private readonly float[] _crops;
    private readonly ResNetArchitecture _architecture;
    private readonly WorkerPool _pool;

    public DistillationValidation(CropPictures pictures, ResNetArchitecture architecture, DistillationSettings settings, WorkerPool pool)
    {
        _architecture = architecture;
        _pool = pool;
        int length = Side * Side * 3;
        _crops = new float[settings.ValidationCrops * length];
        for (int i = 0; i < settings.ValidationCrops; i++)
        {
            var random = new CounterRandom(settings.Seed, Stream, i);
            RgbImage crop = pictures.Cut(i % pictures.Count, Side, ref random);
            Normalization.ImageNet.Apply(crop.Pixels, _crops.AsSpan(i * length, length));
        }
    }

    /// <summary>Compares the networks as they are now.</summary>
    /// <param name="parameters">Both networks' parameters.</param>
    public DistillationErrors Evaluate(ParameterSet parameters)
    {
        var graph = new Graph(parameters);
        Value crops = graph.Input(Input, new Shape(Batch, Side, Side, 3));
        IReadOnlyList<Value> distances = DistillationNetwork.AddDistances(graph, crops, _architecture, null).All;
        using InferencePlan plan = InferencePlan.Compile(distances, _pool);
        var means = new double[distances.Count];
        int length = Batch * Side * Side * 3;
        for (int start = 0; start < _crops.Length; start += length)
        {
            _crops.AsSpan(start, length).CopyTo(plan.Input(Input));
            plan.Run();
            for (int i = 0; i < means.Length; i++)
            {
                means[i] += plan.Output(i)[0] * (double)length / _crops.Length;
            }
        }

        return new DistillationErrors(means[..DistillationNetwork.Levels], means[DistillationNetwork.Levels..]);
    }
}
