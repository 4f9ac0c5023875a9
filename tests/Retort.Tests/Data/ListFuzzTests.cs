using System.Text;
using Retort.Benchmarks;
using Retort.Data;
using Retort.Fuzzing;

namespace Retort.Tests.Data;

public sealed class ListFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("list.csv", "path;label;mask;split\na.png;good;;train\n\"b;1.png\";scratch;\"b \"\"1\"\".png\";test\nc.png;good;;test\n")]
    [InlineData("list.json", """[{"path": "a.png"}, {"path": "b.png", "label": "scratch", "mask": "m.png", "split": "test"}, {"path": "c.png", "split": "test"}]""")]
    [InlineData("list.jsonl", "{\"path\": \"a.png\"}\n{\"path\": \"b.png\", \"label\": \"scratch\", \"mask\": \"m.png\", \"split\": \"test\"}\n")]
    public void Damaged_lists_are_read_or_refused_and_nothing_else(string file, string text)
    {
        string path = Path.Combine(_folder.Path, file);
        string[] words = ["\"", "\\u0000", "null", "path", "good", "\n", ",", "{", "[[[[[[[[[[[[[[[[", "train", "..", "\\ud800", "\u0000", "\r"];
        (int refused, int inputs) = Fuzz.Run<RetortException>(file, 1000, [Encoding.UTF8.GetBytes(text)], Read, path, words);
        Assert.InRange(refused, inputs / 10, inputs);

        void Read(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            AnomalyDataset.Open(path);
        }
    }

    [Fact]
    public void Damaged_records_of_a_benchmark_are_read_or_refused_and_nothing_else()
    {
        string path = Path.Combine(_folder.Path, "results.csv");
        byte[] text = [.. Encoding.UTF8.GetBytes(BenchmarkRowFormat.Header), .. "\nstfpm,bottle,0,,done,0.9,0.9,0.9,0.9,0.9,0.9,0.9,0.9,0.9,0.9,83,12.5,7.5,400,2,0.1.0,0123456789ab,\n"u8];
        (int refused, int inputs) = Fuzz.Run<RetortException>("results.csv", 300, [text], Read, path, ["\"", ",", "\n", "NaN", "done", "-1"]);
        Assert.InRange(refused, inputs / 10, inputs);

        void Read(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            BenchmarkRecord.Open(path).Dispose();
        }
    }
}
