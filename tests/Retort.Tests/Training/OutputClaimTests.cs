using Retort.Training;

namespace Retort.Tests.Training;

public sealed class OutputClaimTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "out.retort");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_training_of_one_output_is_refused_until_the_first_has_ended()
    {
        using (OutputClaim.Take(Out))
        {
            for (int i = 0; i < 2; i++)
            {
                var failure = Assert.Throws<RetortException>(() => OutputClaim.Take(Out));
                Assert.Equal($"{Out}: another training is writing this file; wait for its end or give another name.", failure.Message);
            }

            using OutputClaim other = OutputClaim.Take(Out + "2");
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
        using OutputClaim again = OutputClaim.Take(Out);
    }

    [Fact]
    public void A_lock_file_that_was_left_behind_holds_nobody_up()
    {
        File.WriteAllText(Out + ".lock", "");
        OutputClaim.Take(Out).Dispose();
        Assert.False(File.Exists(Out + ".lock"));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string path = Path.Combine(_folder.Path, "missing", "out.retort");
        var failure = Assert.Throws<RetortException>(() => OutputClaim.Take(path));
        Assert.Equal($"{path}: its folder does not exist; make the folder or choose another place.", failure.Message);
    }
}
