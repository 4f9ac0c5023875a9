using System.CommandLine;
using System.Globalization;
using Retort.Networks.Weights;

namespace Retort.Bench;

/// <summary>A method beside ONNX Runtime and PyTorch, turn by turn in every round.</summary>
internal sealed class PeerComparison
{
    private const string Ours = "Retort";

    private readonly int _threads;
    private readonly int _batch;
    private readonly int _repeat;
    private readonly IReadOnlyList<IPeer> _peers;
    private readonly string _method;
    private readonly IReadOnlyList<NamedTensor> _weights;
    private readonly List<Dictionary<(Quantity Quantity, string Who), double>> _rounds = [];

    private PeerComparison(string method, IReadOnlyList<IPeer> peers, int threads, int batch, int repeat)
    {
        (_method, _peers, _threads, _batch, _repeat) = (method, peers, threads, batch, repeat);
        _weights = UntrainedWeights.Detector(method);
    }

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        var peers = new PeerOptions();
        var (method, threads, batch, repeat) = (BenchOptions.Method(), BenchOptions.Threads(), BenchOptions.Batch(), BenchOptions.Repeat());
        Option<int> rounds = BenchOptions.Whole("--rounds", 3, "Rounds: in each, Retort and every peer have their turn.");
        var verb = new Command("peer", "A method at 256 x 256 beside ONNX Runtime and PyTorch: times, and ratios of times within a round.") { method, threads, batch, repeat, rounds };
        peers.AddTo(verb);
        verb.SetAction(p =>
        {
            IReadOnlyList<IPeer> named = peers.Of(p);
            if (named.Count == 0)
            {
                throw new RetortException("There is nothing to compare with: give --onnx FILE.onnx, --torch torch_peer.py or both.");
            }

            new PeerComparison(p.GetRequiredValue(method), named, p.GetValue(threads), p.GetValue(batch), p.GetValue(repeat)).Run(p.GetValue(rounds));
        });
        return verb;
    }

    private void Run(int rounds)
    {
        Console.WriteLine($"{_method}, 256 x 256, {_threads} thread(s); in brackets our time / the peer's in the same round");
        for (int round = 0; round < rounds; round++)
        {
            _rounds.Add(MeasureRound());
            foreach (Quantity quantity in Quantities())
            {
                Console.WriteLine($"round {round + 1}: {quantity,-22} {string.Join("  ", Programs(quantity).Select(who => Show(quantity, who, [_rounds[^1]])))}");
            }
        }

        Console.WriteLine($"medians of {rounds} round(s), and the smallest and largest ratio");
        foreach (Quantity quantity in Quantities())
        {
            Console.WriteLine($"{quantity,-22} {string.Join("  ", Programs(quantity).Select(who => Show(quantity, who, _rounds)))}");
        }
    }

    private Dictionary<(Quantity Quantity, string Who), double> MeasureRound()
    {
        var seconds = new Dictionary<(Quantity Quantity, string Who), double>();
        foreach (IPeer peer in _peers)
        {
            foreach ((Quantity quantity, double value) in peer.Measure(_threads, _batch, _repeat).SelectMany(f => f.Seconds))
            {
                seconds[(quantity, peer.Name)] = value;
                if (quantity == new Quantity(Work.Inspection, 1))
                {
                    seconds[(quantity with { Work = Work.LowMemoryInspection }, peer.Name)] = value;
                }
            }
        }

        foreach (Quantity quantity in seconds.Keys.Select(k => k.Quantity).Distinct().ToArray())
        {
            seconds[(quantity, Ours)] = MeasureOurs(quantity);
        }

        return seconds;
    }

    private double MeasureOurs(Quantity quantity)
    {
        double seconds;
        using (MethodTask task = MethodTask.Create(_method, quantity.Work, _threads, quantity.Batch, MethodTask.PaperSize, () => _weights))
        {
            seconds = task.MedianSeconds(_repeat);
        }

        GC.Collect();
        return seconds;
    }

    private IEnumerable<Quantity> Quantities() => _rounds[0].Keys.Select(k => k.Quantity).Distinct().OrderBy(q => q.Work).ThenBy(q => q.Batch);

    private IEnumerable<string> Programs(Quantity quantity) => _peers.Select(p => p.Name).Where(who => _rounds[0].ContainsKey((quantity, who))).Prepend(Ours);

    private static string Show(Quantity quantity, string who, List<Dictionary<(Quantity Quantity, string Who), double>> rounds)
    {
        double seconds = Median.Of(rounds.Select(r => r[(quantity, who)]));
        string time = string.Create(CultureInfo.InvariantCulture, $"{who} {seconds:0.000} s");
        if (who == Ours)
        {
            return time;
        }

        double[] ratios = [.. rounds.Select(r => r[(quantity, Ours)] / r[(quantity, who)])];
        string spread = rounds.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", {ratios.Min():0.000} to {ratios.Max():0.000}");
        return string.Create(CultureInfo.InvariantCulture, $"{time} [{Median.Of(ratios):0.000}{spread}]");
    }
}
