using Retort.Corruption;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Teachers;

/// <summary>Makes the crops of a distillation: which picture, place, scale and change follows from seed, step and sample alone. Safe for use by several threads.</summary>
internal sealed class DistillationCrops
{
    /// <summary>The share of crops that no camera took: procedural textures, and shapes cut out of them over others. They have edges and regularity that photographs lack.</summary>
    private const double ProceduralShare = 0.25;

    private const double ShapeShare = 0.5;
    private const int Stream = 0x64697374;

    private readonly CropPictures _pictures;
    private readonly SampleOrder _order;
    private readonly ProceduralTextures _textures;
    private readonly int _batch;
    private readonly int _size;
    private readonly ulong _seed;

    public DistillationCrops(CropPictures pictures, int batch, int size, ulong seed)
    {
        _pictures = pictures;
        _order = new SampleOrder(pictures.Count, seed);
        _textures = new ProceduralTextures(size);
        _batch = batch;
        _size = size;
        _seed = seed;
    }

    /// <summary>Makes one crop of a batch; see <see cref="Training.FillSample{TBatch}"/>.</summary>
    public void Fill(long index, int sample, float[] batch)
    {
        var random = new CounterRandom(_seed, Stream, checked((int)index), sample);
        RgbImage crop = random.NextDouble() < ProceduralShare
            ? Draw(ref random)
            : _pictures.Cut(_order[(index * _batch) + sample], _size, ref random);
        crop = CropChanges.Apply(crop, ref random);
        int length = _size * _size * 3;
        Normalization.ImageNet.Apply(crop.Pixels, batch.AsSpan(sample * length, length));
    }

    private RgbImage Draw(ref CounterRandom random)
    {
        var ground = new RgbImage(_size, _size);
        _textures.Draw(ref random, ground.Pixels);
        if (random.NextDouble() < ShapeShare)
        {
            var shape = new RgbImage(_size, _size);
            _textures.Draw(ref random, shape.Pixels);
            LatticeNoise outline = LatticeNoise.Draw(ref random);
            float frequency = (float)(random.NextUniform(1.5, 6) / _size), threshold = (float)random.NextUniform(0.35, 0.65);
            for (int y = 0, i = 0; y < _size; y++)
            {
                for (int x = 0; x < _size; x++, i += 3)
                {
                    if (outline.Smooth(x * frequency, y * frequency) > threshold)
                    {
                        shape.Pixels.AsSpan(i, 3).CopyTo(ground.Pixels.AsSpan(i));
                    }
                }
            }
        }

        return ground;
    }
}
