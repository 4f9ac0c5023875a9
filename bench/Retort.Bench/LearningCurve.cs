using System.CommandLine;
using System.Globalization;
using Retort.Corruption;
using Retort.Data;
using Retort.Imaging;
using Retort.Methods;
using Retort.Metrics;
using Retort.Networks.Weights;
using Retort.Numerics;
using Retort.Training;

namespace Retort.Bench;

/// <summary>
/// How the metrics of both maps of DeSTSeg grow with the steps of the second phase. Trains without interruption and evaluates the
/// weights as they are every so many steps; nothing is chosen by what it finds. One line of CSV a map and point, flushed at once; a seed
/// whose last line is in the file already is left out, so that a stopped run can be gone on with.
/// </summary>
internal static class LearningCurve
{
    private const string Header = "dataset,seed,student_steps,segmentation_steps,map,image_auroc,pixel_auroc,pixel_ap,aupro,iap,iap90,loss";

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        Option<string> data = BenchOptions.Required("--data", "DIR", "The dataset.");
        Option<string> textures = BenchOptions.Required("--textures", "DIR", "Pictures for the synthetic anomalies.");
        Option<string> teacher = BenchOptions.Required("--teacher", "FILE", "The teacher's weights.");
        Option<string> outFile = BenchOptions.Required("--out", "FILE.csv", "Takes the points; those of seeds it is done with are not made again.");
        Option<int> firstSteps = BenchOptions.Whole("--student-steps", 120, "Steps of the first phase.");
        Option<int> secondSteps = BenchOptions.Whole("--segmentation-steps", 180, "Steps of the second phase.");
        Option<int> every = BenchOptions.Whole("--every", 60, "Steps of the second phase between two points.");
        Option<int> batch = BenchOptions.Batch();
        Option<int[]> seeds = BenchOptions.Wholes("--seeds", [0, 1, 2], "Seeds, each a training.", least: 0);
        var verb = new Command("curve", "The metrics of both maps of DeSTSeg as its second phase goes on.") { data, textures, teacher, outFile, firstSteps, secondSteps, every, batch, seeds };
        verb.SetAction(p => Run(
            p.GetRequiredValue(data), p.GetRequiredValue(textures), p.GetRequiredValue(teacher),
            p.GetValue(firstSteps), p.GetValue(secondSteps), p.GetValue(every), p.GetValue(batch), p.GetRequiredValue(seeds), p.GetRequiredValue(outFile)));
        return verb;
    }

    private static void Run(string data, string textures, string teacher, int firstSteps, int secondSteps, int every, int batch, IReadOnlyList<int> seeds, string outFile)
    {
        AnomalyDataset dataset = AnomalyDataset.Open(data);
        if (!File.Exists(outFile))
        {
            File.WriteAllText(outFile, Header + "\n");
        }

        foreach (int seed in seeds)
        {
            string last = $"{dataset.Name},{seed},{firstSteps},{secondSteps},";
            if (!File.ReadLines(outFile).Any(l => l.StartsWith(last, StringComparison.Ordinal)))
            {
                Train(dataset, textures, teacher, firstSteps, secondSteps, every, batch, seed, outFile);
            }
        }
    }

    private static void Train(AnomalyDataset dataset, string textures, string teacherFile, int firstSteps, int secondSteps, int every, int batch, int seed, string outFile)
    {
        IMethod method = MethodCatalog.Get("destseg");
        MethodOptions options = method.CreateOptions("paper");
        (options.Batch, options.Steps) = (batch, [firstSteps, secondSteps]);
        options.Validate();
        TeacherFile teacher = TeacherFile.Load(teacherFile, options.Teacher);
        TrainerSplit split = TrainerSplit.Create(dataset.RequireTrain(), 0.1, (ulong)seed);
        PictureCache pictures = PictureCache.Load(split.Training, options.Size, BadPicturePolicy.Stop);
        var schedule = new TrainerSchedule(options.Steps);
        var corruptor = new Corruptor(FolderTextures.Open(textures, options.Size), Rotation.Full, Normalization.ImageNet);
        var samples = new TrainerSamples(pictures, corruptor, schedule, (ulong)seed);
        using var pool = new WorkerPool();
        using ITrainingRun run = method.StartTraining(options, teacher.Tensors, batch, (ulong)seed, pool);
        using var loader = new BatchLoader<TrainingBatch>(() => new TrainingBatch(batch, options.Size), batch, 0, schedule.Total, 1, samples.Fill);
        double loss = 0;
        for (long done = 0; done < schedule.Total;)
        {
            (int phase, int step) = schedule.Locate(done);
            loss = run.Step(phase, step, loader.Take());
            done++;
            int second = (int)(done - firstSteps);
            if (second >= 0 && (second % every == 0 || second == secondSteps))
            {
                Evaluate(method, options, run.ExportWeights(), dataset, pool, seed, second, loss, outFile);
            }
        }
    }

    private static void Evaluate(IMethod method, MethodOptions options, IReadOnlyList<NamedTensor> weights, AnomalyDataset dataset, WorkerPool pool, int seed, int second, double loss, string outFile)
    {
        using IScorer scorer = method.CreateScorer(options, weights, new ScorerSettings(pool));
        IReadOnlyList<TestPicture> test = dataset.RequireMasks();
        int components = scorer.Components.Count;
        var scores = Enumerable.Range(0, components).Select(_ => new List<float>()).ToArray();
        var maps = Enumerable.Range(0, components).Select(_ => new List<float[]>()).ToArray();
        var masks = new List<bool[]?>();
        foreach (TestPicture picture in test)
        {
            RgbImage image = ImageFile.Decode(picture.Path);
            masks.Add(picture.MaskPath is { } mask ? MaskFile.Load(mask, image.Width, image.Height, options.Size) : null);
            Normalization.ImageNet.Apply(PillowResize.Bilinear(image, options.Size, options.Size).Pixels, scorer.Input);
            scorer.Run(1, allComponents: true);
            for (int c = 0; c < components; c++)
            {
                maps[c].Add(scorer.Map(c, 0).ToArray());
                scores[c].Add(scorer.Score(c, 0));
            }
        }

        for (int c = 0; c < components; c++)
        {
            EvaluationMetrics m = EvaluationMetrics.Compute(scores[c], [.. test.Select(t => t.IsAnomalous)], maps[c], masks, options.Size, options.Size);
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{dataset.Name},{seed},{options.Steps[0]},{second},{scorer.Components[c]},{m.ImageAuroc:0.0000},{m.PixelAuroc:0.0000},{m.PixelAp:0.0000},{m.Aupro:0.0000},{m.Iap:0.0000},{m.Iap90:0.0000},{loss:0.0000}");
            File.AppendAllText(outFile, line + "\n");
            Console.WriteLine(line);
        }
    }
}
