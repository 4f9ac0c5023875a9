namespace Retort.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("retort: no verb was given; choose one of train, evaluate, inspect, info, verify (see retort --help).")]
    [InlineData("retort: trian: there is no such verb; choose one of train, evaluate, inspect, info, verify (see retort --help).", "trian", "--data", "x")]
    [InlineData("retort: Option '--model' is required. (see retort info --help)", "info")]
    [InlineData("retort: Unrecognized command or argument '--colour'. (see retort info --help)", "info", "--model", "x", "--colour")]
    [InlineData("retort: Required argument missing for command: 'inspect'. (see retort inspect --help)", "inspect", "--model", "x")]
    [InlineData("retort: --threads many: not a whole number from 0 to 1024; give one of these. (see retort verify --help)", "verify", "--model", "x", "--threads", "many")]
    [InlineData("retort: --preset fast: not one of quick, balanced, paper; choose one of these. (see retort train --help)", "train", "--data", "x", "--out", "y", "--preset", "fast")]
    [InlineData("retort: --rotate any: not one of none, slight, full; choose one of these. (see retort train --help)", "train", "--data", "x", "--out", "y", "--rotate", "any")]
    [InlineData("retort: --held-back 0.9: not a number from 0 to 0.5; give one, for instance --held-back 0.1. (see retort train --help)", "train", "--data", "x", "--out", "y", "--held-back", "0.9")]
    [InlineData("retort: --seed -1: not a whole number of at least 0; give one, for instance --seed 7. (see retort train --help)", "train", "--data", "x", "--out", "y", "--seed", "-1")]
    [InlineData("retort: --steps 5;5: not whole numbers with commas between them; give a number for each phase, for instance --steps 400,400. (see retort train --help)", "train", "--data", "x", "--out", "y", "--steps", "5;5")]
    [InlineData("retort: --set rate: this is not of the form NAME=VALUE. (see retort train --help)", "train", "--data", "x", "--out", "y", "--method", "any", "--set", "rate")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string expected, params string[] args)
    {
        CommandResult result = CommandLine.Run(args);
        Assert.Equal((2, "", expected + Environment.NewLine), (result.Code, result.Out, result.Error));
    }

    [Fact]
    public void An_unknown_method_is_wrong_usage()
    {
        CommandResult result = CommandLine.Run("train", "--data", "x", "--out", "y", "--method", "magic");
        Assert.Equal(2, result.Code);
        Assert.StartsWith("retort: --method magic: there is no such method; choose one of ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("inspect")]
    [InlineData("info")]
    [InlineData("verify")]
    public void Every_verb_has_help_with_an_example(string verb)
    {
        CommandResult result = CommandLine.Run(verb, "--help");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains($"retort {verb} ", result.Out, StringComparison.Ordinal);
        Assert.Contains("Example:", result.Out, StringComparison.Ordinal);
        Assert.Contains("--quiet", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_the_verbs_and_version_is_a_number()
    {
        Assert.Contains("evaluate", CommandLine.Run("--help").Out, StringComparison.Ordinal);
        CommandResult version = CommandLine.Run("--version");
        Assert.Equal(0, version.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Out);
    }
}
