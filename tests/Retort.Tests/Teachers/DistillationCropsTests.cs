using Retort.Corruption;
using Retort.Data;
using Retort.Imaging;
using Retort.Numerics;
using Retort.Teachers;
using Retort.Tests.Training;

namespace Retort.Tests.Teachers;

public sealed class DistillationCropsTests : IDisposable
{
    private const int Batch = 4, Size = 64, Length = Size * Size * 3;

    private readonly TemporaryFolder _folder = new();
    private readonly CropPictures _pictures;

    public DistillationCropsTests()
    {
        var textures = new ProceduralTextures(80);
        string[] files = [.. Enumerable.Range(0, 3).Select(i =>
        {
            var random = new CounterRandom((ulong)i);
            var picture = new RgbImage(80, 80);
            textures.Draw(ref random, picture.Pixels);
            string path = Path.Combine(_folder.Path, $"{i}.png");
            SyntheticParts.Save(path, picture);
            return path;
        })];
        _pictures = CropPictures.Load(files, 1 << 24, 1, CancellationToken.None);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_crop_follows_from_seed_step_and_sample_alone()
    {
        var crops = new DistillationCrops(_pictures, Batch, Size, seed: 9);
        float[] forward = new float[Batch * Length], backward = new float[Batch * Length];
        for (int sample = 0; sample < Batch; sample++)
        {
            crops.Fill(5, sample, forward);
        }

        // In another order, after other work, by another instance.
        var others = new DistillationCrops(_pictures, Batch, Size, seed: 9);
        others.Fill(7, 0, backward);
        for (int sample = Batch - 1; sample >= 0; sample--)
        {
            others.Fill(5, sample, backward);
        }

        Assert.Equal(forward, backward);
        Assert.Equal(Batch, forward.Chunk(Length).Select(c => c.Sum()).Distinct().Count());

        new DistillationCrops(_pictures, Batch, Size, seed: 10).Fill(5, 0, backward);
        Assert.NotEqual(forward[..Length], backward[..Length]);
        crops.Fill(6, 0, backward);
        Assert.NotEqual(forward[..Length], backward[..Length]);
    }

    [Fact]
    public void Values_are_those_of_normalised_pixels()
    {
        var crops = new DistillationCrops(_pictures, Batch, Size, seed: 1);
        float[] batch = new float[Batch * Length];
        for (int i = 0; i < 40; i++)
        {
            crops.Fill(i, i % Batch, batch);
        }

        byte[] ends = [0, 0, 0, 255, 255, 255];
        float[] bounds = new float[6];
        Normalization.ImageNet.Apply(ends, bounds);
        foreach (float[] pixel in batch.Chunk(3))
        {
            for (int c = 0; c < 3; c++)
            {
                Assert.InRange(pixel[c], bounds[c], bounds[3 + c]);
            }
        }

        Assert.True(batch.Max() - batch.Min() > 2, "crops have light and dark");
    }
}
