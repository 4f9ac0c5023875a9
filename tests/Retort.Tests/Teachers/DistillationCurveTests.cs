using Retort.Teachers;

namespace Retort.Tests.Teachers;

public sealed class DistillationCurveTests : IDisposable
{
    private static readonly DistillationErrors Errors = new([0.1, 0.25, 0.5], [0.2, 0.4, 0.123456789]);

    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "small.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_holds_losses_cosines_and_squared_errors()
    {
        new DistillationCurve(Out, 0).Add(500, 1.25, Errors);
        Assert.Equal(
            "step,training_loss,validation_loss,cosine_layer1,cosine_layer2,cosine_layer3,squared_error_layer1,squared_error_layer2,squared_error_layer3\n" +
            "500,1.25,1.573457,0.9,0.75,0.5,0.2,0.4,0.123457\n",
            File.ReadAllText(Out + ".curve.csv"));
    }

    [Fact]
    public void A_resumed_run_keeps_the_lines_up_to_its_checkpoint_and_a_new_one_none()
    {
        var first = new DistillationCurve(Out, 0);
        foreach (long step in (long[])[10, 20, 30])
        {
            first.Add(step, 1, Errors);
        }

        var resumed = new DistillationCurve(Out, 25);
        resumed.Add(30, 2, Errors);
        Assert.Equal(["10,1", "20,1", "30,2"], Lines().Select(l => l[..4]));

        new DistillationCurve(Out, 0).Add(10, 3, Errors);
        Assert.Equal(["10,3"], Lines().Select(l => l[..4]));
    }

    [Fact]
    public void A_curve_that_cannot_be_read_is_one_sentence()
    {
        // Opened by another who shares it with nobody.
        new DistillationCurve(Out, 0).Add(10, 1, Errors);
        using FileStream held = new(Out + ".curve.csv", FileMode.Open, FileAccess.Read, FileShare.None);
        RetortException e = Assert.Throws<RetortException>(() => new DistillationCurve(Out, 10));
        Assert.StartsWith($"{Out}.curve.csv: the curve of the earlier sitting cannot be read (", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("); move it away.", e.Message, StringComparison.Ordinal);
    }

    private IEnumerable<string> Lines() => File.ReadAllLines(Out + ".curve.csv").Skip(1);
}
