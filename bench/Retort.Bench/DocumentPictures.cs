using System.CommandLine;
using Retort.Corruption;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Numerics;

namespace Retort.Bench;

/// <summary>Makes the pictures of docs/how-it-works.md from a dataset of <c>demo</c> and a detector of it: small, for they lie in the repository.</summary>
internal static class DocumentPictures
{
    private const int Thumbnail = 160;
    private const int Side = 224;
    private const int Gap = 4;
    private const int Quality = 70;

    /// <summary>The mean change of normalised values within the mask from which on a person sees it: some are all but transparent.</summary>
    private const float PlainToSee = 1.5f;

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        Option<string> model = BenchOptions.Required("--model", "FILE", "The detector.");
        Option<string> data = BenchOptions.Required("--data", "DIR", "The dataset it was trained on.");
        Option<string> output = BenchOptions.Required("--out", "DIR", "Where the pictures go.");
        var verb = new Command("pictures", "The pictures of docs/how-it-works.md: kinds of pictures, a training sample, what is found.") { model, data, output };
        verb.SetAction(p =>
        {
            string folder = p.GetRequiredValue(output);
            AnomalyDataset dataset = AnomalyDataset.Open(p.GetRequiredValue(data));
            using Detector detector = Detector.Load(p.GetRequiredValue(model));
            Directory.CreateDirectory(folder);
            TestPicture[] firsts = [.. dataset.Test.GroupBy(t => t.Defect).Select(g => g.First()).OrderBy(t => t.IsAnomalous)];
            Write(folder, "kinds.jpg", Overlay.SideBySide(Gap, [.. firsts.Select(t => Resize(ImageFile.Decode(t.Path), Thumbnail))]));
            Write(folder, "sample.jpg", Sample(dataset));
            foreach (TestPicture test in firsts)
            {
                Write(folder, $"found-{test.Defect}.jpg", Found(detector, test));
            }
        });
        return verb;
    }

    // A good picture, the same with a synthetic anomaly, and its mask, as DeSTSeg's training has them.
    private static RgbImage Sample(AnomalyDataset dataset)
    {
        RgbImage good = Resize(ImageFile.Decode(dataset.TrainGood[0]), Side);
        ICorruptor corruptor = CorruptionRecipe.PerlinTexture.Create(Side, Rotation.None, Normalization.ImageNet, () => new ProceduralTextures(Side));
        float[] clean = new float[Side * Side * 3], corrupted = new float[clean.Length], mask = new float[Side * Side];
        for (int sample = 0; mask.Sum() < mask.Length / 20 || clean.Zip(corrupted, (a, b) => Math.Abs(a - b)).Sum() < PlainToSee * 3 * mask.Sum(); sample++)
        {
            var random = new CounterRandom(0, sample: sample);
            corruptor.Corrupt(good, ref random, clean, corrupted, mask);
        }

        return Overlay.SideBySide(Gap, ToPicture(clean), ToPicture(corrupted), new RgbImage(Side, Side, [.. mask.SelectMany(m => Enumerable.Repeat((byte)(255 * m), 3))]));
    }

    private static RgbImage Found(Detector detector, TestPicture test)
    {
        Inspection found = detector.Inspect(test.Path);
        RgbImage picture = Resize(ImageFile.Decode(test.Path), Side);
        Thresholds thresholds = found.Thresholds;
        Console.WriteLine($"{test.RelativePath}: {found.Verdict}, normalised score {found.NormalizedScore:0.000}, {found.Regions.Count} regions");
        return Overlay.Panels(
            picture, FloatResize.Bilinear(found.Map.Values, found.Map.Height, found.Map.Width, Side, Side), Math.Min(0, thresholds.Pixel), 2 * thresholds.Pixel, thresholds.Pixel);
    }

    private static RgbImage Resize(RgbImage picture, int side) => PillowResize.Bilinear(picture, side, side);

    private static RgbImage ToPicture(float[] normalised)
    {
        Normalization n = Normalization.ImageNet;
        return new RgbImage(Side, Side, [.. normalised.Select((v, i) => (byte)Math.Round(255 * ((v * n.Deviation[i % 3]) + n.Mean[i % 3])))]);
    }

    private static void Write(string folder, string name, RgbImage picture) => ImageFile.WriteJpeg(Path.Combine(folder, name), picture, Quality);
}
