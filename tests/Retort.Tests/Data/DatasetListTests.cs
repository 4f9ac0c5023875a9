using Retort.Data;

namespace Retort.Tests.Data;

public sealed class DatasetListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("parts.csv", "path,label,mask,split\nb.png,,,\n\"a, 1.png\",good,,train\nx/7.png,good,,test\ny/7.png,crack,y/m.png,\n")]
    [InlineData("parts.csv", "\uFEFFSplit;Path;Label;Mask\r\n;b.png;;\r\ntrain;a, 1.png;Good;\r\n\r\nTest;x/7.png; good ;\r\n;y/7.png;crack;y/m.png\r\n")]
    [InlineData("parts.json", """[{"path": "b.png"}, {"path": "a, 1.png", "label": "good"}, {"path": "x/7.png", "split": "test"}, {"path": "y/7.png", "label": "crack", "mask": "y/m.png", "note": 1}]""")]
    [InlineData("parts.jsonl", "{\"path\": \"b.png\"}\n\n{\"path\": \"a, 1.png\"}\n{\"path\": \"x/7.png\", \"split\": \"test\"}\n{\"path\": \"y/7.png\", \"label\": \"crack\", \"mask\": \"y/m.png\"}\n")]
    public void A_list_gives_paths_beside_it_labels_and_masks(string file, string text)
    {
        AnomalyDataset dataset = Open(file, text);

        Assert.Equal([In("a, 1.png"), In("b.png")], dataset.TrainGood);
        Assert.Equal(
            [
                new TestPicture(In("x/7.png"), "good/7.png", "good", false, null),
                new TestPicture(In("y/7.png"), "crack/7.png", "crack", true, In("y/m.png")),
            ],
            dataset.Test);
        Assert.Equal("parts", dataset.Name);
        Assert.Equal(In(file), dataset.Root);
        Assert.Empty(dataset.Warnings);
        Assert.Equal(2, dataset.RequireMasks().Count);
    }

    [Fact]
    public void Test_pictures_of_one_name_are_told_apart()
    {
        AnomalyDataset dataset = Open("a.csv", "path,label\n1/a.png,crack\n2/a.png,crack\n3/A.png,crack\n3/a-2.png,crack\n");
        Assert.Equal(["crack/a.png", "crack/a-2.png", "crack/A-3.png", "crack/a-2-2.png"], dataset.Test.Select(t => t.RelativePath));
    }

    [Fact]
    public void Defective_pictures_to_learn_from_are_left_out_with_a_warning()
    {
        AnomalyDataset dataset = Open("a.csv", "path,label,split\na.png,good,train\nb.png,crack,train\n");
        Assert.Equal([In("a.png")], dataset.TrainGood);
        Assert.Equal([$"{In("a.csv")}, line 3: ignored, because only good pictures are learnt from."], dataset.Warnings);
    }

    [Theory]
    [InlineData("a.csv", "", "the list is empty")]
    [InlineData("a.csv", "path\n", "the list is empty")]
    [InlineData("a.csv", "file,label\na.png,good\n", "line 1: there is no column \"path\"")]
    [InlineData("a.csv", "path,label\n,good\n", "line 2: it names no picture")]
    [InlineData("a.csv", "path,label\na.png,good,1\n", "line 2: it has 3 values under 2 names")]
    [InlineData("a.csv", "path,label\na.png,good\nb\"1.png,good\n", "line 3: its quotes do not match")]
    [InlineData("a.csv", "path,label\na.png,../..\n", "line 2: the label \"../..\" cannot be the name of a folder")]
    [InlineData("a.csv", "path,label\na.png,..\n", "line 2: the label \"..\" cannot be the name of a folder")]
    [InlineData("a.csv", "path,split\na.png,validation\n", "line 2: the split \"validation\" is unknown; write train or test.")]
    [InlineData("a.csv", "path\na.png\nb.png\n./a.png\n", "line 4: ./a.png is named before, in line 2")]
    [InlineData("a.json", "", "line 1: this is not JSON")]
    [InlineData("a.json", "[{\"path\": \"a.png\"},\n{\"path\" \"b.png\"}]", "line 2: this is not JSON")]
    [InlineData("a.json", "{\"path\": \"a.png\"}", "the list is not a JSON array")]
    [InlineData("a.json", "[\"a.png\"]", "item 1: it is not a JSON object")]
    [InlineData("a.json", "[{\"path\": 7}]", "item 1: \"path\" is not a text")]
    [InlineData("a.jsonl", "{\"path\": \"a.png\"}\n{\n", "line 2: this is not JSON")]
    [InlineData("a.jsonl", "{\"path\": \"a\\u0000.png\"}\n", "line 1: a path of it holds a control character")]
    [InlineData("a.jsonl", "{\"path\": \"a\\ud800.png\"}\n", "line 1: it holds what is not valid text")]
    [InlineData("a.csv", "path,split\na.png,\"te\nst\"\n", "a value of it holds a control character")]
    public void A_list_that_does_not_say_what_it_must_is_refused_in_one_sentence_with_the_place(string file, string text, string part)
    {
        string message = Assert.Throws<RetortException>(() => Open(file, text)).Message;
        Assert.StartsWith(In(file), message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_without_what_is_asked_for_says_so()
    {
        Assert.Contains("the list names no test pictures", Assert.Throws<RetortException>(() => Open("a.csv", "path\na.png\n").RequireTest()).Message);
        AnomalyDataset test = Open("b.csv", "path,label\na.png,crack\n");
        Assert.Contains("the list names no pictures to learn from", Assert.Throws<RetortException>(() => test.RequireTrain()).Message);
        Assert.Contains("add its mask to the list", Assert.Throws<RetortException>(() => test.RequireMasks()).Message);
    }

    private AnomalyDataset Open(string file, string text)
    {
        File.WriteAllText(In(file), text);
        return AnomalyDataset.Open(In(file));
    }

    private string In(string path) => Path.Combine(_folder.Path, path);
}
