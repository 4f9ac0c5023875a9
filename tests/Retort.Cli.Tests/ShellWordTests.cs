namespace Retort.Cli.Tests;

public class ShellWordTests
{
    [Theory]
    [InlineData("retort-demo/größe_1.retort", "retort-demo/größe_1.retort")]
    [InlineData("my demo/a.retort", "\"my demo/a.retort\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("$HOME `x` \"y\"", "\"\\$HOME \\`x\\` \\\"y\\\"\"")]
    public void A_path_is_one_word_of_a_command(string path, string word) => Assert.Equal(word, ShellWord.Of(path));
}
