// Inspects pictures with an ONNX model that `retort export` wrote:
//
//     dotnet run --project samples/OnnxConsumer -- bottle.onnx part1.ppm part2.ppm

using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using OnnxConsumer;

if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: OnnxConsumer MODEL.onnx [PICTURE.ppm ...]");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    using var detector = new ExportedDetector(args[0]);
    (float difference, float tolerance) = detector.Verify();
    Console.WriteLine($"self-test {(difference <= tolerance ? "passed" : "failed")}: map and score differ by at most {difference:G3} (allowed {tolerance:G3})");
    if (!(difference <= tolerance))
    {
        return 1;
    }

    foreach (string path in args[1..])
    {
        PixMap picture = PixMap.Read(path);
        Inspection found = detector.Inspect(picture.Rgb, 1, picture.Height, picture.Width)[0];
        Console.WriteLine($"{path}: {found.Verdict}, score {found.Score:G4}, normalised {found.NormalizedScore:F3}, peak of the map {found.Map.Max():G4}");
    }

    return 0;
}
catch (Exception failure) when (failure is OnnxRuntimeException or InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
