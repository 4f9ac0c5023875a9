using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Retort.Training;

/// <summary>Prepares one sample of a batch.</summary>
/// <param name="index">The batch, counted over the whole run.</param>
/// <param name="sample">The sample within the batch.</param>
/// <param name="batch">Where to put it.</param>
internal delegate void FillSample<in TBatch>(long index, int sample, TBatch batch);

/// <summary>
/// Prepares training batches on threads of its own while the model computes. A small ring of batches is allocated once; a sample depends
/// on its numbers alone, so it does not matter which thread prepares it or when.
/// </summary>
/// <typeparam name="TBatch">The memory of a batch.</typeparam>
internal sealed class BatchLoader<TBatch> : IDisposable
{
    // One in use, one ready, one in the making.
    private const int Ring = 3;

    private readonly object _gate = new();
    private readonly TBatch[] _slots;
    private readonly int[] _missing;
    private readonly FillSample<TBatch> _fill;
    private readonly Thread[] _threads;
    private readonly int _batch;
    private readonly long _end;
    private long _nextIndex;
    private int _nextSample;
    private long _taken;
    private bool _inUse;
    private bool _stopping;
    private ExceptionDispatchInfo? _failure;
    private TimeSpan _waited;

    /// <summary>Starts preparing.</summary>
    /// <param name="create">Makes the memory of a batch.</param>
    /// <param name="batch">Samples in a batch.</param>
    /// <param name="first">The first batch to prepare.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="threads">How many threads prepare.</param>
    /// <param name="fill">Prepares a sample; called by several threads, for different samples.</param>
    public BatchLoader(Func<TBatch> create, int batch, long first, long end, int threads, FillSample<TBatch> fill)
    {
        _batch = batch;
        _nextIndex = _taken = first;
        _end = end;
        _fill = fill;
        int ring = (int)Math.Clamp(end - first, 1, Ring);
        _slots = [.. Enumerable.Range(0, ring).Select(_ => create())];
        _missing = [.. Enumerable.Repeat(batch, ring)];
        _threads = [.. Enumerable.Range(1, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"retort loader {i}" })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>How long <see cref="Take"/> has waited in all.</summary>
    public TimeSpan Waited => _waited;

    /// <summary>The next batch, in order. It is the caller's until the next call.</summary>
    /// <remarks>What went wrong while it was prepared is thrown here.</remarks>
    public TBatch Take()
    {
        lock (_gate)
        {
            if (_inUse)
            {
                _missing[_taken % _slots.Length] = _batch;
                _taken++;
                Monitor.PulseAll(_gate);
            }

            Debug.Assert(_taken < _end, "there is no batch after the last");
            _inUse = true;
            long slot = _taken % _slots.Length;
            long start = Stopwatch.GetTimestamp();
            while (_missing[slot] > 0 && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            _waited += Stopwatch.GetElapsedTime(start);
            _failure?.Throw();
            return _slots[slot];
        }
    }

    /// <summary>Stops the threads; each finishes the sample it is at.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Work()
    {
        while (TryBegin(out long index, out int sample))
        {
            int slot = (int)(index % _slots.Length);
            try
            {
                _fill(index, sample, _slots[slot]);
            }
            catch (Exception failure)
            {
                Fail(failure);
                return;
            }

            lock (_gate)
            {
                if (--_missing[slot] == 0)
                {
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    private bool TryBegin(out long index, out int sample)
    {
        lock (_gate)
        {
            // A batch may be begun when the ring has come round to a slot that is free again.
            while (!_stopping && _failure is null && _nextIndex < _end && _nextIndex >= _taken + _slots.Length)
            {
                Monitor.Wait(_gate);
            }

            (index, sample) = (_nextIndex, _nextSample);
            if (_stopping || _failure is not null || _nextIndex >= _end)
            {
                return false;
            }

            _nextSample++;
            if (_nextSample == _batch)
            {
                _nextSample = 0;
                _nextIndex++;
            }

            return true;
        }
    }

    private void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= ExceptionDispatchInfo.Capture(failure);
            Monitor.PulseAll(_gate);
        }
    }
}
