// A training that shows how far it is, logs, draws learning curves, stops at Ctrl-C and goes on where it was when it is started again:
//   TrainingWithProgressSample GOOD-PICTURES OUT.retort
using Microsoft.Extensions.Logging;
using Retort.Data;
using Retort.Methods;
using Retort.Methods.ReverseDistillation;
using Retort.Training;
using Retort.Training.Logs;

if (args is not [string good, string output])
{
    Console.Error.WriteLine("Usage: TrainingWithProgressSample GOOD-PICTURES OUT.retort");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

// Options of a type: what the command line calls --set has names and documentation here.
var options = (ReverseDistillationOptions)MethodCatalog.CreateOptions("reverse-distillation", "quick");
options.Steps = [200];
options.WarmUp = 10;

using ILoggerFactory logging = LoggerFactory.Create(b => b.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Information));
TrainingSettings settings = TrainingSettings.For(options) with
{
    Seed = 7,
    Resume = true,
    CheckpointEvery = TimeSpan.FromMinutes(1),
    Logger = logging.CreateLogger("Training"),
};

using var curves = new JsonLinesLog(Path.ChangeExtension(output, ".jsonl"), resume: true);
try
{
    TrainingSummary summary = await Trainer.TrainAsync(AnomalyDataset.Open(good), settings, output, new Bar(curves), stop.Token);
    Console.WriteLine($"{output}: {summary.Pictures} pictures, {summary.HeldBack} held back for the threshold, loss {summary.Phases[^1].Loss:0.0000}");
    return 0;
}
catch (OperationCanceledException cancelled)
{
    Console.WriteLine(cancelled.Message);
    return 130;
}

/// <summary>Shows each step. Not Progress&lt;T&gt;, whose reports may overtake each other on their way to the thread pool.</summary>
internal sealed class Bar(StepLog curves) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        curves.Report(value);
        if (value.Note is null && (value.Step % 10 == 0 || value.Step == value.Steps))
        {
            string bar = new string('#', 30 * value.Step / value.Steps).PadRight(30, '.');
            Console.WriteLine($"{value.Phase} [{bar}] {value.Step}/{value.Steps} loss {value.SmoothedLoss:0.0000}, {value.Remaining:m\\:ss} left");
        }
    }
}
