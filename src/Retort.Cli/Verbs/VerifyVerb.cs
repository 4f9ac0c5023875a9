using System.CommandLine;
using System.Text.Json.Nodes;
using Retort.Cli.Display;
using Retort.Detectors;
using Retort.Networks.Plans;

namespace Retort.Cli.Verbs;

/// <summary><c>verify</c>: whether a detector file is whole, and does here what it did where it was trained.</summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _json = CommonOptions.Json("the differences");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _memoryPolicy = CommonOptions.MemoryPolicy();

    public VerifyVerb()
        : base("verify", "Check that a detector is undamaged and gives the results it gave where it was trained.", "retort verify --model bottle.retort")
    {
        Add(_model);
        Add(_json);
        Add(_threads);
        Add(_memoryPolicy);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        JsonFile.Check(parsed.GetValue(_json));
        string path = parsed.GetRequiredValue(_model);
        using Detector detector = Detector.Load(path, parsed.GetValue(_threads), parsed.GetChoice<MemoryPolicy>(_memoryPolicy));
        terminal.Out.WriteLine("integrity   all lengths and checksums fit");
        Verification result = detector.Verify();
        terminal.Out.WriteLine(
            $"self-test   {(result.Passed ? "passed" : "failed")}: the map differs by at most {Numbers.Short(result.MapDifference)}, "
            + $"the score by {Numbers.Short(result.ScoreDifference)} (allowed {Numbers.Short(result.Tolerance)})");
        JsonFile.Write(parsed.GetValue(_json), new JsonObject
        {
            ["passed"] = result.Passed,
            ["map_difference"] = Finite(result.MapDifference),
            ["score_difference"] = Finite(result.ScoreDifference),
            ["tolerance"] = result.Tolerance,
        });
        return result.Passed
            ? ExitCode.Done
            : throw new RetortException($"{path}: the detector gives other results here than where it was trained; do not rely on it, train it anew on this machine.");
    }

    private static JsonValue? Finite(float value) => float.IsFinite(value) ? JsonValue.Create(value) : null;
}
