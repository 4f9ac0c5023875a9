using Retort.Data;
using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>Goes through picture files, some at a time, and remembers which of them cannot be used.</summary>
internal sealed class PictureSweep
{
    // Each holds rows of a picture in memory, and more would not make a disk any faster.
    private const int MostReaders = 4;

    private readonly ImageException?[] _failures;
    private readonly ParallelOptions _options;

    /// <summary>Begins; so far all files are good.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="threads">How many to read at a time, at the most; 0 for as many as there are cores.</param>
    /// <param name="cancellation">Stops it.</param>
    public PictureSweep(IReadOnlyList<string> paths, int threads, CancellationToken cancellation)
    {
        Paths = paths;
        _failures = new ImageException?[paths.Count];
        _options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Min(threads == 0 ? Environment.ProcessorCount : threads, MostReaders),
            CancellationToken = cancellation,
        };
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The places of those that have not failed, in the order of the list.</summary>
    public IEnumerable<int> Good => Enumerable.Range(0, Paths.Count).Where(i => _failures[i] is null);

    /// <summary>Does something with every file that has not failed; those it throws <see cref="ImageException"/> for have then.</summary>
    /// <param name="work">Takes a file's place in the list; called by several threads.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void ForEach(Action<int> work) => Parallel.ForEach(Good.ToArray(), _options, i =>
    {
        try
        {
            work(i);
        }
        catch (ImageException failure)
        {
            _failures[i] = failure;
        }
    });

    /// <summary>Does what a policy wants about the files that failed.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="skipped">Is told each file that is left out, in the order of the list, and why.</param>
    /// <param name="atLeastOne">Whether one of them must be left.</param>
    /// <exception cref="ImageException">A file failed and the policy is to stop: the first such file of the list.</exception>
    /// <exception cref="RetortException">All have failed, and one must be left.</exception>
    public void Settle(BadPicturePolicy policy, Action<string, ImageException> skipped, bool atLeastOne = true)
    {
        if (policy == BadPicturePolicy.Stop && Array.Find(_failures, f => f is not null) is { } first)
        {
            throw first;
        }

        if (atLeastOne && Paths.Count > 0 && !Good.Any())
        {
            throw new RetortException($"{Paths[0]}: neither this nor any other of the {Paths.Count} pictures can be used; check that they are pictures.", _failures[0]);
        }

        for (int i = 0; i < Paths.Count; i++)
        {
            if (_failures[i] is { } failure)
            {
                skipped(Paths[i], failure);
            }
        }
    }
}
