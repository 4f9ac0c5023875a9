// Learns from a folder of good pictures, then says what is wrong with others:
//   ConsoleSample GOOD-PICTURES PICTURE...
using Retort;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Training;

if (args is not [string good, .. string[] pictures])
{
    Console.Error.WriteLine("Usage: ConsoleSample GOOD-PICTURES PICTURE...");
    return 2;
}

try
{
    const string model = "parts.retort";
    if (!File.Exists(model))
    {
        Console.WriteLine($"Learning from {good}; this takes some minutes ...");
        var settings = new TrainingSettings { Method = "reverse-distillation", Preset = "quick" };
        TrainingSummary summary = await Trainer.TrainAsync(AnomalyDataset.Open(good), settings, model);
        Console.WriteLine($"Learned from {summary.Pictures} pictures in {summary.Seconds:0} s.");
    }

    using Detector detector = Detector.Load(model);
    foreach (string picture in pictures)
    {
        Inspection found = detector.Inspect(picture);
        Console.WriteLine($"{picture}: {found.Verdict}, score {found.Score:0.000} ({found.NormalizedScore:0.00} of 1, 0.5 at the threshold)");
        foreach (Region region in found.Regions)
        {
            Console.WriteLine($"  at {region.X}, {region.Y}: {region.Width} x {region.Height} pixels, peak {region.Peak:0.000}");
        }
    }

    return 0;
}
catch (Exception failure) when (failure is RetortException or ImageException)
{
    // Made to be read: what is wrong, with which file, and what to do.
    Console.Error.WriteLine(failure.Message);
    return 1;
}
