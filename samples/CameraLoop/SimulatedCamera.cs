using Retort.Imaging;

namespace CameraLoop;

/// <summary>Stands for a camera: shows parts one after the other, some with a scratch. A real one would hand over its own buffers.</summary>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows.</param>
internal sealed class SimulatedCamera(int width, int height)
{
    private const int EveryWhichIsScratched = 5;
    private int _frame;

    /// <summary>The next frame, as soon as a part is in view.</summary>
    public async Task<RgbImage> TakeAsync(TimeSpan between, CancellationToken cancellationToken)
    {
        await Task.Delay(between, cancellationToken);
        var random = new Random(_frame++);
        var frame = new RgbImage(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bool part = Math.Pow((2.0 * x / width) - 1, 2) + Math.Pow((2.0 * y / height) - 1, 2) < 0.6;
                bool scratch = _frame % EveryWhichIsScratched == 0 && Math.Abs(x - y - (width / 20)) < 2;
                int level = (part ? scratch ? 230 : 140 : 40) + random.Next(8);
                frame.Pixels.AsSpan(((y * width) + x) * 3, 3).Fill((byte)level);
            }
        }

        return frame;
    }
}
