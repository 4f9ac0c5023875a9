using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using Retort.Data;
using Retort.Detectors;
using Retort.Export;
using Retort.Imaging;

namespace Retort.Bench.OnnxRuntime;

/// <summary>Exports detectors and compares what ONNX Runtime makes of a dataset's test pictures with what <see cref="Detector.Inspect(RgbImage)"/> makes of them.</summary>
internal static class Agreement
{
    private static readonly string[] Inputs = [OnnxDetector.Pictures];
    private static readonly string[] Outputs = [OnnxDetector.Map, OnnxDetector.Score, OnnxDetector.Verdict];

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        var models = new Argument<string[]>("FILE") { Description = "Detectors.", Arity = ArgumentArity.OneOrMore };
        var data = new Option<string>("--data") { Description = "The dataset whose test pictures to inspect.", HelpName = "DIR", Required = true };
        var verb = new Command("agree", "Exports detectors and compares their maps, scores and verdicts in ONNX Runtime with their own.") { models, data };
        verb.SetAction(p =>
        {
            IReadOnlyList<TestPicture> pictures = AnomalyDataset.Open(p.GetRequiredValue(data)).RequireTest();
            Console.WriteLine($"{"detector",-32} {"pictures",8} {"anomalous",9} {"other verdict",13} {"map differs by",14} {"its peak",10} {"score differs by",16}");
            foreach (string model in p.GetRequiredValue(models))
            {
                Console.WriteLine(Compare(model, pictures));
            }
        });
        return verb;
    }

    private static string Compare(string model, IReadOnlyList<TestPicture> pictures)
    {
        string onnx = Path.Combine(Path.GetTempPath(), $"retort-{Guid.NewGuid():n}.onnx");
        try
        {
            OnnxDetector.Write(DetectorFile.Read(model), onnx);
            using Detector detector = Detector.Load(model);
            using var session = new InferenceSession(onnx);
            (int anomalous, int other, float map, float peak, float score) = (0, 0, 0, 0, 0);
            foreach (TestPicture picture in pictures)
            {
                RgbImage rgb = ImageFile.Decode(picture.Path);
                Inspection own = detector.Inspect(rgb);
                using var options = new RunOptions();
                using OrtValue input = OrtValue.CreateTensorValueFromMemory(rgb.Pixels, [1, rgb.Height, rgb.Width, 3]);
                using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, Inputs, [input], Outputs);
                ReadOnlySpan<float> values = outputs[0].GetTensorDataAsSpan<float>();
                for (int i = 0; i < values.Length; i++)
                {
                    map = Math.Max(map, Math.Abs(values[i] - own.Map.Values[i]));
                }

                peak = Math.Max(peak, own.Map.Peak());
                score = Math.Max(score, Math.Abs(outputs[1].GetTensorDataAsSpan<float>()[0] - own.Score));
                string verdict = OnnxMetadata.ClassNames[(int)outputs[2].GetTensorDataAsSpan<long>()[0]];
                anomalous += own.Verdict == Verdict.Anomalous ? 1 : 0;
                other += verdict.Equals(own.Verdict.ToString(), StringComparison.OrdinalIgnoreCase) ? 0 : 1;
            }

            return $"{Path.GetFileName(model),-32} {pictures.Count,8} {anomalous,9} {other,13} {map,14:G3} {peak,10:G3} {score,16:G3}";
        }
        finally
        {
            File.Delete(onnx);
        }
    }
}
