using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Retort.Data;
using Retort.Detectors;

namespace Retort.Bench;

/// <summary>One detector and several callers: whether each gets what it would get alone, at what pace, and whether memory grows.</summary>
internal static class ConcurrentCallers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        Option<string> model = BenchOptions.Required("--model", "FILE", "The detector.");
        Option<string> data = BenchOptions.Required("--data", "DIR", "A dataset, whose test pictures are inspected.");
        Option<int> callers = BenchOptions.Whole("--callers", 8, "Callers.");
        Option<int> seconds = BenchOptions.Whole("--seconds", 60, "How long they call.");
        Option<int> threads = BenchOptions.Threads();
        var verb = new Command("callers", "Inspections by several callers at once: same results as alone, pace, resident memory.") { model, data, callers, seconds, threads };
        verb.SetAction(p => Run(p.GetRequiredValue(model), p.GetRequiredValue(data), p.GetValue(callers), TimeSpan.FromSeconds(p.GetValue(seconds)), p.GetValue(threads)));
        return verb;
    }

    private static int Run(string model, string data, int callers, TimeSpan time, int threads)
    {
        using Detector detector = Detector.Load(model, threads);
        string[] pictures = [.. AnomalyDataset.Open(data).RequireTest().Take(16).Select(t => t.Path)];
        detector.Inspect(pictures[0]);
        long start = Stopwatch.GetTimestamp();
        Inspection[] alone = [.. pictures.Select(p => detector.Inspect(p))];
        double pace = pictures.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"alone: {pace:0.00} pictures/s, {Resident():0} MB resident"));

        (int failed, int synchronous) = Call(callers, time, alone, (i, stop) => Task.FromResult(detector.Inspect(pictures[i], stop)), "Inspect", pace);
        (int failedAsync, int asynchronous) = Call(callers, time, alone, (i, stop) => detector.InspectAsync(pictures[i], stop), "InspectAsync", pace);
        Console.WriteLine($"{synchronous + asynchronous} inspections by {callers} callers, {failed + failedAsync} other than alone");
        return failed + failedAsync == 0 ? 0 : 1;
    }

    private static (int Failed, int Done) Call(int callers, TimeSpan time, Inspection[] alone, Func<int, CancellationToken, Task<Inspection>> inspect, string name, double pace)
    {
        int done = 0;
        int failed = 0;
        long start = Stopwatch.GetTimestamp();
        Task[] tasks = [.. Enumerable.Range(0, callers).Select(caller => Task.Factory.StartNew(
            async () =>
            {
                for (int i = caller; Stopwatch.GetElapsedTime(start) < time; i++)
                {
                    Inspection expected = alone[i % alone.Length];
                    Inspection found = await inspect(i % alone.Length, CancellationToken.None).ConfigureAwait(false);
                    bool same = found.Score.Equals(expected.Score) && found.Map.Values.AsSpan().SequenceEqual(expected.Map.Values) && found.Regions.SequenceEqual(expected.Regions);
                    Interlocked.Increment(ref done);
                    Interlocked.Add(ref failed, same ? 0 : 1);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap())];
        while (!Task.WaitAll(tasks, Interval))
        {
            Show();
        }

        Show();
        return (failed, done);

        void Show()
        {
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-12} {callers} callers {seconds,5:0} s: {done / seconds:0.00} pictures/s ({done / seconds / pace:0.00} of alone), {Resident():0} MB resident"));
        }
    }

    private static double Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / (double)(1 << 20);
    }
}
