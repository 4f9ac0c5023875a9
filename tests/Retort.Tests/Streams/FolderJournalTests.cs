using Retort.Fuzzing;
using Retort.Streams;

namespace Retort.Tests.Streams;

public sealed class FolderJournalTests : IDisposable
{
    private static readonly DateTime Noon = new(2024, 2, 29, 12, 0, 0, 123, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "journal.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_done_is_known_after_a_restart()
    {
        var picture = new PictureStamp("größe/a \"b\"\n漢.png", 123, Noon.AddTicks(7));
        using (FolderJournal journal = FolderJournal.Open(File))
        {
            Assert.False(journal.Contains(picture));
            journal.Add(picture);
            journal.Add(new PictureStamp("b.png", 5, Noon));
            Assert.True(journal.Contains(picture));
        }

        using FolderJournal again = FolderJournal.Open(File);
        Assert.Equal(2, again.Count);
        Assert.True(again.Contains(picture));
        Assert.False(again.Contains(picture with { Bytes = 124 }));
        Assert.False(again.Contains(picture with { Modified = Noon }));
        Assert.False(again.Contains(picture with { Name = "a.png" }));
        again.Add(picture with { Bytes = 124 });
        Assert.True(again.Contains(picture with { Bytes = 124 }));
        Assert.False(again.Contains(picture));
    }

    [Fact]
    public void A_line_that_was_cut_off_is_dropped_and_spoils_no_other()
    {
        using (FolderJournal journal = FolderJournal.Open(File))
        {
            journal.Add(new PictureStamp("a.png", 1, Noon));
            journal.Add(new PictureStamp("b.png", 2, Noon));
        }

        byte[] whole = System.IO.File.ReadAllBytes(File);
        int line = whole.Length / 2;
        foreach (int kept in new[] { 0, 1, 8, 9, line - 2, line - 1, line, line + 1, line + 30, whole.Length - 2, whole.Length - 1 })
        {
            System.IO.File.WriteAllBytes(File, whole[..kept]);
            using (FolderJournal journal = FolderJournal.Open(File))
            {
                // What lacks only the end of its line is whole.
                Assert.Equal(kept >= whole.Length - 1 ? 2 : kept >= line - 1 ? 1 : 0, journal.Count);
                journal.Add(new PictureStamp("c.png", 3, Noon));
            }

            using FolderJournal again = FolderJournal.Open(File);
            Assert.True(again.Contains(new PictureStamp("c.png", 3, Noon)));
        }
    }

    [Theory]
    [InlineData("path,score\n1,2\n")]
    [InlineData("\u0089PNG\r\n\u001a\n")]
    [InlineData("{}\n{}\n")]
    [InlineData("{\"threshold\": 5}")]
    public void A_file_of_another_kind_is_refused_and_stays_as_it_is(string text)
    {
        System.IO.File.WriteAllText(File, text);
        Assert.Equal($"{File}: this is not a journal of inspect --watch, or it is damaged; give another name, or move it away.", Assert.Throws<RetortException>(() => FolderJournal.Open(File)).Message);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Damaged_journals_are_read_or_refused_and_nothing_else()
    {
        using (FolderJournal journal = FolderJournal.Open(File))
        {
            journal.Add(new PictureStamp("a.png", 1, Noon));
            journal.Add(new PictureStamp("sub/b.png", long.MaxValue, Noon));
        }

        byte[] whole = System.IO.File.ReadAllBytes(File);
        (int refused, int inputs) = Fuzz.Run<RetortException>("journals", 300, [whole], Read, File, ["name", "bytes", "modified", "\n", "{", "null", "1e99", "-1"]);
        Assert.InRange(refused, inputs / 10, inputs);

        void Read(byte[] bytes)
        {
            System.IO.File.WriteAllBytes(File, bytes);
            FolderJournal.Open(File).Dispose();
        }
    }

    [Fact]
    public void Two_programs_cannot_share_one()
    {
        using FolderJournal journal = FolderJournal.Open(File);
        Assert.StartsWith($"{File}: the journal is in use", Assert.Throws<RetortException>(() => FolderJournal.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        string path = Path.Combine(_folder.Path, "missing", "j.jsonl");
        Assert.StartsWith($"{path}: its folder does not exist", Assert.Throws<RetortException>(() => FolderJournal.Open(path)).Message, StringComparison.Ordinal);
    }
}
