using System.Runtime.CompilerServices;
using Retort.Data;

namespace Retort.Streams;

/// <summary>A picture of a watched folder that seems to be complete.</summary>
/// <param name="Path">The file.</param>
/// <param name="Stamp">What it is like.</param>
/// <param name="IsLastTry">Whether it will not be offered again as it is: whoever cannot read it now may take it for damaged.</param>
public sealed record HotPicture(string Path, PictureStamp Stamp, bool IsLastTry);

/// <summary>How to watch a folder.</summary>
public sealed record HotFolderSettings
{
    /// <summary>How long a file must stay as it is before it counts as complete.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How often to look although the system reported no change: some file systems report none.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a file that could not be read may stay as it is before it is offered for the last time.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// Watches a folder, and those in it, for pictures that are not in a journal, the ones that are there already included. The system's notices of change only say when
/// to look; what is there is found by looking, so that missed notices, renames and network file systems do no harm. For one thread at a time.
/// </summary>
public sealed class HotFolder : IDisposable
{
    private readonly string _folder;
    private readonly FolderJournal _journal;
    private readonly HotFolderSettings _settings;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly FileSystemWatcher? _watcher;
    private Dictionary<string, Arrival> _arrivals = new(StringComparer.Ordinal);

    /// <summary>Begins to watch.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="journal">What is done; it stays the caller's.</param>
    /// <param name="settings">How; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="RetortException">There is no such folder.</exception>
    public HotFolder(string folder, FolderJournal journal, HotFolderSettings? settings = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(journal);
        if (!Directory.Exists(folder))
        {
            throw new RetortException($"{folder}: there is no such folder to watch; check the path.");
        }

        (_folder, _journal, _settings, _time) = (folder, journal, settings ?? new HotFolderSettings(), time ?? TimeProvider.System);
        _watcher = Watch();
    }

    /// <summary>Whether the system reports changes; else they are found by looking every <see cref="HotFolderSettings.Interval"/>.</summary>
    public bool IsNotified => _watcher is not null;

    /// <summary>The pictures as they come, the oldest first, without end. Each is offered until it is <see cref="Done"/>: once, and a last time.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RetortException">The folder is gone or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async IAsyncEnumerable<HotPicture> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            foreach (HotPicture picture in Look())
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return picture;
            }

            if (_arrivals.Values.Any(a => a.Offers == 0))
            {
                await Task.Delay(_settings.Settle, _time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _changed.WaitAsync(_settings.Interval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What is to be offered now, the oldest first.</summary>
    internal IEnumerable<HotPicture> Look()
    {
        _arrivals = FindArrivals();
        foreach (Arrival arrival in _arrivals.Values.OrderBy(a => a.Stamp.Modified).ThenBy(a => a.Stamp.Name, StringComparer.Ordinal))
        {
            // Those before it may have taken their time: is it still what it was?
            if (Offer(arrival) is { } picture && PictureStamp.Of(_folder, arrival.Path) == arrival.Stamp)
            {
                yield return picture;
            }
        }
    }

    /// <summary>Notes in the journal that a picture needs not be offered again.</summary>
    /// <exception cref="RetortException">The journal cannot be written.</exception>
    public void Done(HotPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        _journal.Add(picture.Stamp);
        _arrivals.Remove(picture.Stamp.Name);
    }

    /// <summary>Ends watching.</summary>
    public void Dispose()
    {
        _watcher?.Dispose();
        _changed.Dispose();
    }

    // What is not done: newcomers, those that changed since the last look, and those that stay as they are.
    private Dictionary<string, Arrival> FindArrivals()
    {
        var arrivals = new Dictionary<string, Arrival>(StringComparer.Ordinal);
        foreach (string path in PictureFiles.In(_folder, recursive: true))
        {
            if (PictureStamp.Of(_folder, path) is { } stamp && !_journal.Contains(stamp))
            {
                arrivals[stamp.Name] = _arrivals.TryGetValue(stamp.Name, out Arrival? known) && known.Stamp == stamp
                    ? known
                    : new Arrival(path, stamp, _time.GetTimestamp());
            }
        }

        return arrivals;
    }

    private HotPicture? Offer(Arrival arrival)
    {
        TimeSpan age = _time.GetElapsedTime(arrival.Since);
        bool last = age >= _settings.Patience;
        if (age < _settings.Settle || arrival.Offers > (last ? 1 : 0))
        {
            return null;
        }

        arrival.Offers = last ? 2 : 1;
        return new HotPicture(arrival.Path, arrival.Stamp, last);
    }

    private FileSystemWatcher? Watch()
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(_folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Created += Notice;
            watcher.Changed += Notice;
            watcher.Renamed += Notice;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // The system has no more of them to give, or none for this file system.
            watcher?.Dispose();
            return null;
        }
    }

    private void Notice(object sender, FileSystemEventArgs change)
    {
        try
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
        catch (Exception failure) when (failure is SemaphoreFullException or ObjectDisposedException)
        {
            // It is known already that there is something to look at, or nobody looks any more.
        }
    }

    /// <summary>A picture that is not done.</summary>
    private sealed record Arrival(string Path, PictureStamp Stamp, long Since)
    {
        /// <summary>0 for none yet, 1 for the first, 2 for the last.</summary>
        public int Offers { get; set; }
    }
}
