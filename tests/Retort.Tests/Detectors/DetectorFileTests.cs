using System.IO.Compression;
using System.Text;
using Retort.Detectors;

namespace Retort.Tests.Detectors;

public sealed class DetectorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly DetectorFile _file = SampleDetector.Create();

    public DetectorFileTests()
    {
        _path = Path.Combine(_folder.Path, "detector äöü 漢字.retort");
        _file.Write(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        DetectorFile read = DetectorFile.Read(_path);
        Assert.Equal(_file.Info.ToJson().ToJsonString(), read.Info.ToJson().ToJsonString());
        Assert.Equal(_file.Info.Thresholds, read.Info.Thresholds);
        Assert.Equal(_file.Info.Training.Phases, read.Info.Training.Phases);
        Assert.Equal(ulong.MaxValue, read.Info.Training.Seed);
        Assert.Equal(_file.Info.Training.Warnings, read.Info.Training.Warnings);
        Assert.Equal(_file.Weights.Select(t => t.Name), read.Weights.Select(t => t.Name));
        Assert.Equal(_file.Weights[1].Data, read.Weights[1].Data);
        Assert.Equal([8, 8, 3], read.Weights[1].Shape);
        Assert.Equal(_file.SelfTest.Picture, read.SelfTest.Picture);
        Assert.Equal(_file.SelfTest.Map, read.SelfTest.Map);
        Assert.Equal(_file.SelfTest.Score, read.SelfTest.Score);
    }

    [Fact]
    public void The_same_detector_is_the_same_bytes()
    {
        string other = Path.Combine(_folder.Path, "other.retort");
        _file.Write(other);
        Assert.Equal(File.ReadAllBytes(_path), File.ReadAllBytes(other));
    }

    [Fact]
    public void It_is_a_stored_zip_of_three_entries_that_any_tool_can_open()
    {
        using ZipArchive zip = ZipFile.OpenRead(_path);
        Assert.Equal(["detector.json", "selftest.safetensors", "weights.safetensors"], zip.Entries.Select(e => e.FullName).Order());
        Assert.All(zip.Entries, e => Assert.Equal(e.Length, e.CompressedLength));
    }

    [Fact]
    public void A_truncated_file_is_one_clear_error_wherever_it_ends()
    {
        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 97))
        {
            File.WriteAllBytes(_path, whole[..length]);
            AssertDamaged(Assert.Throws<RetortException>(() => DetectorFile.Read(_path)));
        }
    }

    [Fact]
    public void A_flipped_bit_is_an_error_or_changes_nothing_that_is_used()
    {
        byte[] whole = File.ReadAllBytes(_path);
        string info = _file.Info.ToJson().ToJsonString();
        int noticed = 0;
        int flips = 0;
        for (int at = 0; at < whole.Length; at += 13)
        {
            byte[] flipped = (byte[])whole.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(_path, flipped);
            flips++;
            try
            {
                DetectorFile read = DetectorFile.Read(_path);
                Assert.Equal(info, read.Info.ToJson().ToJsonString());
                Assert.Equal(_file.Weights[1].Data, read.Weights[1].Data);
                Assert.Equal(_file.SelfTest.Map, read.SelfTest.Map);
            }
            catch (RetortException failure)
            {
                noticed++;
                Assert.StartsWith(_path, failure.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', failure.Message);
            }
        }

        // What is not noticed are dates and other fields of the zip that nobody looks at.
        Assert.InRange(noticed, flips * 9 / 10, flips);
    }

    [Theory]
    [InlineData("detector.json")]
    [InlineData("weights.safetensors")]
    [InlineData("selftest.safetensors")]
    public void A_missing_entry_is_named(string entry)
    {
        using (ZipArchive zip = ZipFile.Open(_path, ZipArchiveMode.Update))
        {
            zip.GetEntry(entry)!.Delete();
        }

        var failure = Assert.Throws<RetortException>(() => DetectorFile.Read(_path));
        AssertDamaged(failure);
        Assert.Contains($"{entry} is missing", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"formatVersion\": 1", "\"formatVersion\": 2", "use a newer Retort")]
    [InlineData("\"size\": 8,\n    \"batch\"", "\"size\": 8,\n    \"batch\"", null)]
    [InlineData("\"bytes\": ", "\"bytes\": 1", "has another length")]
    [InlineData("\"sha256\": \"0", "\"sha256\": 7, \"x\": \"0", "\"teacher.sha256\" is not a text")]
    [InlineData("\"deviation\": [", "\"deviation\": [0,", "three positive deviations")]
    [InlineData("\"format\": \"retort-detector\"", "\"format\": \"retort-checkpoint\"", "another kind of file")]
    [InlineData("\"image\": 2.5", "\"image\": 1e999", "\"thresholds.image\"")]
    [InlineData("\"seed\": 18446744073709551615", "\"seed\": -1", "\"training.seed\" is not a whole number")]
    [InlineData("\"steps\": 9,", "", "\"training.phases[1].steps\" is missing")]
    public void A_description_that_makes_no_sense_is_refused(string from, string to, string? complaint)
    {
        string json = Edit(text => text.Replace(from, to, StringComparison.Ordinal), from);
        if (complaint is null)
        {
            Assert.Equal(8, DetectorFile.ReadInfo(_path).Size);
            return;
        }

        var failure = Assert.Throws<RetortException>(() => DetectorFile.Read(_path));
        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(_path, failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(json);
    }

    [Fact]
    public void An_absurd_input_size_is_refused()
    {
        Edit(text => text.Replace("\n  \"size\": 8,", "\n  \"size\": 1000000,", StringComparison.Ordinal), "\n  \"size\": 8,");
        Assert.Contains("1000000 pixels is absurd", Assert.Throws<RetortException>(() => DetectorFile.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_are_no_detectors()
    {
        File.WriteAllText(_path, "just text");
        AssertDamaged(Assert.Throws<RetortException>(() => DetectorFile.Read(_path)));
        using (ZipArchive zip = ZipFile.Open(_path + ".zip", ZipArchiveMode.Create))
        {
            zip.CreateEntry("readme.txt");
        }

        AssertDamaged(Assert.Throws<RetortException>(() => DetectorFile.Read(_path + ".zip")));
        Assert.Equal($"{_folder.Path}: this is a folder; give a detector file.", Assert.Throws<RetortException>(() => DetectorFile.Read(_folder.Path)).Message);
        Assert.Equal($"{_path}x: there is no such detector file; check the path.", Assert.Throws<RetortException>(() => DetectorFile.Read(_path + "x")).Message);
    }

    private static void AssertDamaged(RetortException failure)
    {
        Assert.Contains("this is not a detector file, or it is damaged", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("copy it anew from where it was trained.", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Edits the description as someone with a text editor and a zip program would.</summary>
    private string Edit(Func<string, string> edit, string from)
    {
        using ZipArchive zip = ZipFile.Open(_path, ZipArchiveMode.Update);
        ZipArchiveEntry entry = zip.GetEntry("detector.json")!;
        string json;
        using (var reader = new StreamReader(entry.Open()))
        {
            json = reader.ReadToEnd();
        }

        Assert.Contains(from, json, StringComparison.Ordinal);
        entry.Delete();
        using Stream stream = zip.CreateEntry("detector.json", CompressionLevel.NoCompression).Open();
        stream.Write(Encoding.UTF8.GetBytes(edit(json)));
        return json;
    }
}
