using Retort.Streams;

namespace Retort.Tests.Streams;

public sealed class HotFolderTests : IDisposable
{
    private static readonly HotFolderSettings Settings = new() { Settle = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(10) };

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _elsewhere = new();
    private readonly ManualTime _time = new();
    private readonly FolderJournal _journal;
    private readonly HotFolder _hot;

    public HotFolderTests()
    {
        _journal = FolderJournal.Open(Path.Combine(_elsewhere.Path, "j.jsonl"));
        _hot = new HotFolder(_folder.Path, _journal, Settings, _time);
    }

    public void Dispose()
    {
        _hot.Dispose();
        _journal.Dispose();
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public void Pictures_are_offered_once_they_stay_as_they_are_the_oldest_first()
    {
        Write("b.png", 10, minutes: 1);
        Write("sub/a.png", 10, minutes: 2);
        Write("c.txt", 10);
        Write(".hidden.png", 10);
        Assert.Empty(Look());
        _time.Pass(0.9);
        Assert.Empty(Look());
        _time.Pass(0.1);
        Assert.Equal(["b.png", "sub/a.png"], Look());
        Assert.Empty(Look());
    }

    [Fact]
    public void A_file_that_is_still_being_written_is_waited_for()
    {
        for (int length = 1; length < 5; length++)
        {
            Write("a.png", length);
            Assert.Empty(Look());
            _time.Pass(0.9);
        }

        Assert.Empty(Look());
        _time.Pass(0.2);
        Assert.Equal(["a.png"], Look());
    }

    [Fact]
    public void What_is_done_is_not_offered_again_until_it_changes()
    {
        Write("a.png", 10);
        Look();
        _time.Pass(2);
        foreach (HotPicture picture in _hot.Look())
        {
            _hot.Done(picture);
        }

        _time.Pass(20);
        Assert.Empty(Look());
        Assert.Equal(1, _journal.Count);

        // Renamed it is another picture, and so is another of its name.
        File.Move(Of("a.png"), Of("b.png"));
        Write("a.png", 11);
        Look();
        _time.Pass(2);
        Assert.Equal(["a.png", "b.png"], Look().Order());
    }

    [Fact]
    public void What_was_not_done_is_offered_a_last_time_after_a_while()
    {
        Write("a.png", 10);
        Look();
        _time.Pass(1);
        Assert.False(Assert.Single(_hot.Look()).IsLastTry);
        _time.Pass(8.9);
        Assert.Empty(_hot.Look());
        _time.Pass(0.2);
        Assert.True(Assert.Single(_hot.Look()).IsLastTry);
        _time.Pass(100);
        Assert.Empty(_hot.Look());

        // Mended, it gets both tries again.
        Write("a.png", 12);
        Assert.Empty(_hot.Look());
        _time.Pass(1);
        Assert.False(Assert.Single(_hot.Look()).IsLastTry);
    }

    [Fact]
    public void What_changed_or_went_while_others_were_inspected_is_not_offered()
    {
        Write("a.png", 10, minutes: 1);
        Write("b.png", 10, minutes: 2);
        Write("c.png", 10, minutes: 3);
        Write("d.png", 10, minutes: 4);
        Look();
        _time.Pass(1);
        var offered = new List<string>();
        foreach (HotPicture picture in _hot.Look())
        {
            offered.Add(picture.Stamp.Name);
            File.Delete(Of("b.png"));
            Write("c.png", 11, minutes: 3);
        }

        Assert.Equal(["a.png", "d.png"], offered);
        Look();
        _time.Pass(1);
        Assert.Equal(["c.png"], Look());
    }

    [Fact]
    public async Task Watching_sees_files_come_and_ends_when_it_is_told_to()
    {
        var settings = new HotFolderSettings { Settle = TimeSpan.FromMilliseconds(20), Interval = TimeSpan.FromMilliseconds(50) };
        using var hot = new HotFolder(_folder.Path, _journal, settings);
        Write("0.png", 3);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var seen = new List<string>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (HotPicture picture in hot.WatchAsync(stop.Token))
            {
                hot.Done(picture);
                seen.Add(picture.Stamp.Name);
                if (seen.Count == 4)
                {
                    await stop.CancelAsync();
                }
                else if (seen.Count == 2)
                {
                    // As careful programs write: aside first.
                    Write("part.tmp", 5);
                    File.Move(Of("part.tmp"), Of("2.png"));
                }
                else
                {
                    Write($"{seen.Count}.png", 4);
                }
            }
        });
        Assert.Equal(["0.png", "1.png", "2.png", "3.png"], seen);
    }

    [Fact]
    public void A_folder_that_is_missing_is_named()
    {
        string missing = Path.Combine(_folder.Path, "missing");
        Assert.Equal($"{missing}: there is no such folder to watch; check the path.", Assert.Throws<RetortException>(() => new HotFolder(missing, _journal)).Message);
    }

    private string[] Look() => [.. _hot.Look().Select(p => p.Stamp.Name)];

    private string Of(string name) => Path.Combine([_folder.Path, .. name.Split('/')]);

    private void Write(string name, int length, int minutes = 0)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Of(name))!);
        File.WriteAllBytes(Of(name), new byte[length]);
        if (minutes > 0)
        {
            File.SetLastWriteTimeUtc(Of(name), new DateTime(2024, 1, 1, 0, minutes, 0, DateTimeKind.Utc));
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);
    }
}
