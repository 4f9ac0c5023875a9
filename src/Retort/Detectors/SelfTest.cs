using Retort.Networks.Weights;

namespace Retort.Detectors;

/// <summary>A picture, and the map and score a detector gave for it when it was trained: what it must still give anywhere else.</summary>
/// <param name="Picture">8-bit RGB at the detector's input size, <c>[Size, Size, 3]</c>.</param>
/// <param name="Map">The map, <c>[Size, Size]</c>.</param>
/// <param name="Score">The image score.</param>
public sealed record SelfTest(byte[] Picture, float[] Map, float Score)
{
    private const string PictureTensor = "picture";
    private const string MapTensor = "map";
    private const string ScoreTensor = "score";
    private const ulong PictureSeed = 0x5E1F7E57;

    /// <summary>
    /// The test picture: slow gradients of different direction per colour, a checkerboard of ever finer squares and noise, so that all
    /// filters have something to see.
    /// </summary>
    /// <param name="size">Its side in pixels.</param>
    public static byte[] CreatePicture(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var random = new CounterRandom(PictureSeed);
        byte[] pixels = new byte[size * size * 3];
        for (int y = 0; y < size; y++)
        {
            int square = Math.Max(2, size / 4 >> (4 * y / size));
            for (int x = 0; x < size; x++)
            {
                int check = ((x / square) + (y / square)) % 2 * 64;
                int noise = random.NextInt(32);
                int at = ((y * size) + x) * 3;
                pixels[at] = (byte)((x * 159 / size) + check + noise);
                pixels[at + 1] = (byte)((y * 159 / size) + check + noise);
                pixels[at + 2] = (byte)(((x + y) * 79 / size) + check + noise);
            }
        }

        return pixels;
    }

    /// <summary>Compares with what came of the picture elsewhere.</summary>
    /// <param name="map">As many values as <see cref="Map"/>.</param>
    /// <param name="score">The score.</param>
    public Verification Compare(ReadOnlySpan<float> map, float score) => Verification.Compare(this, map, score);

    internal IReadOnlyList<NamedTensor> ToTensors()
    {
        int size = (int)Math.Sqrt(Map.Length);
        return
        [
            new NamedTensor(PictureTensor, [size, size, 3], [.. Picture.Select(p => (float)p)]),
            new NamedTensor(MapTensor, [size, size], Map),
            new NamedTensor(ScoreTensor, [1], [Score]),
        ];
    }

    internal static SelfTest FromTensors(IReadOnlyList<NamedTensor> tensors, int size, Func<string, RetortException> damaged)
    {
        float[] picture = Get(PictureTensor, size * size * 3);
        if (!picture.All(p => p is >= 0 and <= 255))
        {
            throw damaged("the self-test's picture is not 8-bit");
        }

        return new SelfTest([.. picture.Select(p => (byte)p)], Get(MapTensor, size * size), Get(ScoreTensor, 1)[0]);

        float[] Get(string name, int length)
        {
            float[]? data = tensors.FirstOrDefault(t => t.Name == name)?.Data;
            return data?.Length == length ? data : throw damaged($"the self-test has no {name} of {length} values");
        }
    }
}
