using System.Text;
using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Fuzzing;
using Retort.Methods;

namespace Retort.Tests.Methods;

public class OptionsFuzzTests
{
    public static TheoryData<string> Methods() => [.. MethodCatalog.All.Select(m => m.Id)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Damaged_options_are_read_or_refused_and_nothing_else(string method)
    {
        IMethod subject = MethodCatalog.All.Single(m => m.Id == method);
        byte[] text = Encoding.UTF8.GetBytes(subject.CreateOptions("quick").ToJson().ToJsonString());
        string[] words = ["null", "-1", "1e999", "0", "4294967296", "[]", "{}", "\"\"", "true", ","];
        (int refused, int inputs) = Fuzz.Run<RetortException>($"options of {method}", 500, [text], Read, "", words);
        Assert.InRange(refused, inputs / 10, inputs);

        void Read(byte[] bytes)
        {
            JsonObject json = JsonFields.Parse(bytes) ?? throw new RetortException("not JSON.");
            Assert.NotNull(subject.ReadOptions(json).ToJson());
        }
    }
}
