using Retort.Corruption;
using Retort.Data;
using Retort.Imaging;
using Retort.Methods;

namespace Retort.Training;

/// <summary>Makes the samples of a training: which picture, turned and corrupted how, follows from seed, phase, step and sample alone.</summary>
internal sealed class TrainerSamples
{
    // Apart from the streams of the order of pictures and of what is held back; the phase is added.
    private const int Stream = 0x73616D70;

    private readonly ISampleSource _pictures;
    private readonly SampleOrder _order;
    private readonly ICorruptor _corruptor;
    private readonly TrainerSchedule _schedule;
    private readonly ulong _seed;

    public TrainerSamples(ISampleSource pictures, ICorruptor corruptor, TrainerSchedule schedule, ulong seed)
    {
        _pictures = pictures;
        _order = new SampleOrder(pictures.Count, seed);
        _corruptor = corruptor;
        _schedule = schedule;
        _seed = seed;
    }

    /// <summary>Makes one sample; see <see cref="FillSample{TBatch}"/>. Safe for use by several threads.</summary>
    public void Fill(long index, int sample, TrainingBatch batch)
    {
        (int phase, int step) = _schedule.Locate(index);
        var random = new CounterRandom(_seed, Stream + phase, step, sample);
        RgbImage picture = _pictures.Draw(_order[(index * batch.Count) + sample], ref random);
        int pixels = batch.Size * batch.Size;
        _corruptor.Corrupt(
            picture,
            ref random,
            batch.Clean.AsSpan(sample * pixels * 3, pixels * 3),
            batch.Corrupted.AsSpan(sample * pixels * 3, pixels * 3),
            batch.Mask.AsSpan(sample * pixels, pixels));
    }
}
