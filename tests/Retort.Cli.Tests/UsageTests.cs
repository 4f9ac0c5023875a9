namespace Retort.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("retort: no verb was given; choose one of demo, train, evaluate, inspect, calibrate, report, benchmark, export, info, verify, import, teacher (see retort --help).")]
    [InlineData("retort: trian: there is no such verb; choose one of demo, train, evaluate, inspect, calibrate, report, benchmark, export, info, verify, import, teacher (see retort --help).", "trian", "--data", "x")]
    [InlineData("retort: no verb was given; choose one of list, install, import, distill (see retort teacher --help).", "teacher")]
    [InlineData("retort: instal: there is no such verb; choose one of list, install, import, distill (see retort teacher --help).", "teacher", "instal", "resnet18")]
    [InlineData("retort: NAME: this argument is missing; name at least one. (see retort teacher install --help)", "teacher", "install")]
    [InlineData("retort: FILE: this argument is missing; name at least one. (see retort teacher import --help)", "teacher", "import")]
    [InlineData("retort: resnet101: there is no such teacher to install; choose one of resnet18, resnet34, resnet50, wide-resnet50-2, or give a file to retort teacher import. (see retort teacher install --help)", "teacher", "install", "resnet101")]
    [InlineData("retort: --from x.pth: this is no address of the web; give one that begins with https:// or http://, or use retort teacher import for a file. (see retort teacher install --help)", "teacher", "install", "resnet18", "--from", "x.pth")]
    [InlineData("retort: --from http://x/y.pth: this is the address of one file; give that of a folder, ending in /, or one name. (see retort teacher install --help)", "teacher", "install", "resnet18", "resnet34", "--from", "http://x/y.pth")]
    [InlineData("retort: --from patchcore: not one of destseg, rd4ad; choose one of these. (see retort import --help)", "import", "--from", "patchcore", "x.pth", "--data", "x", "--out", "y")]
    [InlineData("retort: --data: this option is missing; give --data DIR. (see retort import --help)", "import", "--from", "destseg", "x.pth", "--out", "y")]
    [InlineData("retort: FILE: this argument is missing; name at least one. (see retort import --help)", "import", "--from", "destseg", "--data", "x", "--out", "y")]
    [InlineData("retort: --model: this option is missing; give --model FILE. (see retort info --help)", "info")]
    [InlineData("retort: --colour: there is no such option or argument; leave it out. (see retort info --help)", "info", "--model", "x", "--colour")]
    [InlineData("retort: --colour: there is no such option or argument; leave it out. (see retort inspect --help)", "inspect", "--model", "x", "y.png", "--colour")]
    [InlineData("retort: extra: there is no such option or argument; leave it out. (see retort verify --help)", "verify", "--model", "x", "extra")]
    [InlineData("retort: PATH: this argument is missing; name at least one, or give --watch DIR. (see retort inspect --help)", "inspect", "--model", "x")]
    [InlineData("retort: PATH: this argument is missing; name at least one, or give --watch DIR. (see retort inspect --help)", "inspect", "--model", "x", "")]
    [InlineData("retort: --out: its value is missing; give --out FILE. (see retort train --help)", "train", "--data", "x", "--out")]
    [InlineData("retort: --data: its value is empty; give --data DIR. (see retort train --help)", "train", "--data", "", "--out", "y")]
    [InlineData("retort: --teacher: its value is empty; give --teacher NAME|FILE. (see retort train --help)", "train", "--data", "x", "--out", "y", "--teacher", "")]
    [InlineData("retort: --seed: it is given 2 times; give it once. (see retort train --help)", "train", "--data", "x", "--out", "y", "--seed", "1", "--seed", "2")]
    [InlineData("retort: --steps: it is given 2 times; give it once. (see retort train --help)", "train", "--data", "x", "--out", "y", "--steps", "1,1", "--steps", "2,2")]
    [InlineData("retort: --batch 0: not a whole number from 1 to 1024; give one of these. (see retort train --help)", "train", "--data", "x", "--out", "y", "--batch", "0")]
    [InlineData("retort: --threads many: not a whole number from 0 to 1024; give one of these. (see retort verify --help)", "verify", "--model", "x", "--threads", "many")]
    [InlineData("retort: --preset fast: not one of quick, balanced, paper; choose one of these. (see retort train --help)", "train", "--data", "x", "--out", "y", "--preset", "fast")]
    [InlineData("retort: --rotate any: not one of none, slight, full; choose one of these. (see retort train --help)", "train", "--data", "x", "--out", "y", "--rotate", "any")]
    [InlineData("retort: --held-back 0.9: not a number from 0 to 0.5; give one, for instance --held-back 0.1. (see retort train --help)", "train", "--data", "x", "--out", "y", "--held-back", "0.9")]
    [InlineData("retort: --target-fpr 0.6: not a number from 1E-06 to 0.5; give one, for instance --target-fpr 0.02. (see retort train --help)", "train", "--data", "x", "--out", "y", "--target-fpr", "0.6")]
    [InlineData("retort: --uncertain-fpr 0.01: this is less than --target-fpr 0.02, but what is defective is more than uncertain; give a larger one. (see retort train --help)", "train", "--data", "x", "--out", "y", "--method", "destseg", "--uncertain-fpr", "0.01")]
    [InlineData("retort: --uncertain-fpr 0.01: this is less than --target-fpr 0.05, but what is defective is more than uncertain; give a larger one. (see retort calibrate --help)", "calibrate", "--model", "x", "--data", "y", "--target-fpr", "0.05", "--uncertain-fpr", "0.01")]
    [InlineData("retort: --maximise and --recall: the threshold cannot be set for both; give one of them. (see retort calibrate --help)", "calibrate", "--model", "x", "--data", "y", "--maximise", "f1", "--recall", "0.9")]
    [InlineData("retort: --maximise luck: not one of f1; choose one of these. (see retort calibrate --help)", "calibrate", "--model", "x", "--data", "y", "--maximise", "luck")]
    [InlineData("retort: --recall 2: not a number from 0.01 to 1; give one, for instance --recall 0.99. (see retort calibrate --help)", "calibrate", "--model", "x", "--data", "y", "--recall", "2")]
    [InlineData("retort: --fail-on bad: not one of nothing, anomalous, uncertain; choose one of these. (see retort inspect --help)", "inspect", "--model", "x", "y.png", "--fail-on", "bad")]
    [InlineData("retort: --seed -1: not a whole number of at least 0; give one, for instance --seed 7. (see retort train --help)", "train", "--data", "x", "--out", "y", "--seed", "-1")]
    [InlineData("retort: --picture-size 9: not a whole number from 32 to 2048; give one of these. (see retort report --help)", "report", "--model", "x", "--data", "y", "--out", "z", "--picture-size", "9")]
    [InlineData("retort: --out: this option is missing; give --out DIR. (see retort report --help)", "report", "--model", "x", "--data", "y")]
    [InlineData("retort: --steps 5;5: not whole numbers with commas between them; give a number for each phase, for instance --steps 400,400. (see retort train --help)", "train", "--data", "x", "--out", "y", "--steps", "5;5")]
    [InlineData("retort: --set rate: this is not of the form NAME=VALUE. (see retort train --help)", "train", "--data", "x", "--out", "y", "--method", "any", "--set", "rate")]
    [InlineData("retort: --onnx: this option is missing; give --onnx FILE. (see retort export --help)", "export", "--model", "x")]
    [InlineData("retort: --onnx ./x: this is the detector itself; give another name. (see retort export --help)", "export", "--model", "x", "--onnx", "./x")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string expected, params string[] args)
    {
        CommandResult result = CommandLine.Run(args);
        Assert.Equal((2, "", expected + Environment.NewLine), (result.Code, result.Out, result.Error));
    }

    [Theory]
    [InlineData("--size 100: DeSTSeg takes multiples of 32 from 64 to 2048; give one of these, for instance --size 256.", "--size", "100")]
    [InlineData("--steps 0: destseg has 2 phases (student, segmentation); give a number for each, with commas between them.", "--steps", "0")]
    [InlineData("--steps 0,0: give the steps of student and segmentation, the first at least 1.", "--steps", "0,0")]
    [InlineData("--steps abc: not whole numbers with commas between them; give a number for each phase, for instance --steps 400,400.", "--steps", "abc")]
    [InlineData("--set gamma=high: give a number.", "--set", "gamma=high")]
    public void A_value_that_the_method_does_not_take_is_wrong_usage(string expected, params string[] args)
    {
        CommandResult result = CommandLine.Run(["train", "--data", "x", "--out", "y", "--method", "destseg", .. args]);
        Assert.Equal((2, $"retort: {expected} (see retort train --help)"), (result.Code, result.LastError));
    }

    [Fact]
    public void Help_shows_defaults_as_they_are_typed_and_calls_the_program_retort()
    {
        string help = CommandLine.Run("train", "--help").Out;
        foreach (string expected in (string[])["retort train [options]", "[default: none]", "[default: stop]", "[default: balanced]", "[default: destseg]", "--rotate <none|slight|full>"])
        {
            Assert.Contains(expected, help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unknown_method_is_wrong_usage()
    {
        CommandResult result = CommandLine.Run("train", "--data", "x", "--out", "y", "--method", "magic");
        Assert.Equal(2, result.Code);
        Assert.StartsWith("retort: --method magic: there is no such method; choose one of ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("inspect")]
    [InlineData("report")]
    [InlineData("calibrate")]
    [InlineData("benchmark")]
    [InlineData("export")]
    [InlineData("info")]
    [InlineData("verify")]
    [InlineData("import")]
    [InlineData("teacher")]
    [InlineData("teacher list")]
    [InlineData("teacher install")]
    [InlineData("teacher import")]
    [InlineData("teacher distill")]
    public void Every_verb_has_help_with_an_example(string verb)
    {
        CommandResult result = CommandLine.Run([.. verb.Split(' '), "--help"]);
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
