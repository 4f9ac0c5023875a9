// A camera and a detector side by side: dotnet run --project samples/CameraLoop -- part.retort [frames] [milliseconds between frames]
//
// The camera puts frames into a channel of a few places, the detector takes them out. When the detector cannot keep up the channel is full, and the
// camera waits: that is back-pressure, and memory stays as it is however long it goes on. A line that cannot wait would use
// BoundedChannelFullMode.DropOldest instead, and count what it dropped.
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using CameraLoop;
using Retort;
using Retort.Detectors;
using Retort.Imaging;

const int FramesWaiting = 4;

if (args is not [var model, .. var numbers] || numbers.Length > 2 || !numbers.All(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
{
    Console.Error.WriteLine("CameraLoop: name a detector; after it may follow the number of frames and the milliseconds between them: CameraLoop part.retort 20 100");
    return 2;
}

int frames = numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 20;
TimeSpan between = TimeSpan.FromMilliseconds(numbers.Length > 1 ? int.Parse(numbers[1], CultureInfo.InvariantCulture) : 100);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    using Detector detector = Detector.Load(model);
    var channel = Channel.CreateBounded<RgbImage>(new BoundedChannelOptions(FramesWaiting) { SingleReader = true, SingleWriter = true });
    Task<TimeSpan> camera = Task.Run(() => RunCameraAsync(channel.Writer));
    (int inspected, int anomalous) = await RunDetectorAsync(detector, channel.Reader);
    TimeSpan waited = await camera;
    Console.WriteLine($"{inspected} frames, {anomalous} anomalous; the camera waited {waited.TotalMilliseconds:0} ms for the detector");
    return 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine("stopped");
    return 0;
}
catch (RetortException failure)
{
    Console.Error.WriteLine($"CameraLoop: {failure.Message}");
    return 1;
}

async Task<TimeSpan> RunCameraAsync(ChannelWriter<RgbImage> writer)
{
    var simulated = new SimulatedCamera(640, 480);
    TimeSpan waited = TimeSpan.Zero;
    try
    {
        for (int i = 0; i < frames; i++)
        {
            RgbImage frame = await simulated.TakeAsync(between, stop.Token);
            long start = Stopwatch.GetTimestamp();
            await writer.WriteAsync(frame, stop.Token);
            waited += Stopwatch.GetElapsedTime(start);
        }
    }
    finally
    {
        writer.Complete();
    }

    return waited;
}

async Task<(int Inspected, int Anomalous)> RunDetectorAsync(Detector detector, ChannelReader<RgbImage> reader)
{
    (int inspected, int anomalous) = (0, 0);
    await foreach (RgbImage frame in reader.ReadAllAsync(stop.Token))
    {
        Inspection inspection = detector.Inspect(frame);
        string where = inspection.Regions is [var first, ..] ? $" at {first.X}, {first.Y} ({first.Width} x {first.Height})" : "";
        Console.WriteLine($"frame {++inspected}: {inspection.Verdict}, score {inspection.Score:G4} in {inspection.Elapsed.TotalMilliseconds:0} ms{where}");
        anomalous += inspection.Verdict == Verdict.Anomalous ? 1 : 0;
    }

    return (inspected, anomalous);
}
