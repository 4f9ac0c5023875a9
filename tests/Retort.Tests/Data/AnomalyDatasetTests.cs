using Retort.Data;

namespace Retort.Tests.Data;

public sealed class AnomalyDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_layout_of_MVTec_gives_paths_labels_and_masks_in_ordinal_order()
    {
        string b = _folder.Touch("train/good/b.png"), upper = _folder.Touch("train/good/Z.JPG"), a = _folder.Touch("train/good/a.png");
        _folder.Touch("train/good/notes.txt");
        _folder.Touch("train/good/._a.png");
        string good = _folder.Touch("test/good/000.png"), crack = _folder.Touch("test/crack/000.png"), scratch = _folder.Touch("test/scratch/7.bmp");
        string crackMask = _folder.Touch("ground_truth/crack/000_mask.png"), scratchMask = _folder.Touch("ground_truth/scratch/7.png");

        AnomalyDataset dataset = AnomalyDataset.Open(_folder.Path);

        Assert.Equal([upper, a, b], dataset.TrainGood);
        Assert.Equal(
            [
                new TestPicture(crack, "crack/000.png", "crack", true, crackMask),
                new TestPicture(good, "good/000.png", "good", false, null),
                new TestPicture(scratch, "scratch/7.bmp", "scratch", true, scratchMask),
            ],
            dataset.Test);
        Assert.Equal(Path.GetFileName(_folder.Path), dataset.Name);
        Assert.Equal(_folder.Path, dataset.Root);
        Assert.Empty(dataset.Warnings);
        Assert.Equal(3, dataset.RequireMasks().Count);
        Assert.Equal(3, dataset.RequireTrain().Count);
    }

    [Fact]
    public void The_name_does_not_depend_on_a_slash_at_the_end()
    {
        _folder.Touch("a.png");
        Assert.Equal(Path.GetFileName(_folder.Path), AnomalyDataset.Open(_folder.Path + "/").Name);
    }

    [Fact]
    public void A_plain_folder_is_all_good_pictures_and_has_no_test_set()
    {
        string b = _folder.Touch("b.jpg"), a = _folder.Touch("a.tiff");
        AnomalyDataset dataset = AnomalyDataset.Open(_folder.Path);
        Assert.Equal([a, b], dataset.TrainGood);
        Assert.Empty(dataset.Test);
        AssertMessage("no test pictures", () => dataset.RequireTest());
    }

    [Fact]
    public void A_test_set_alone_can_be_opened_but_not_learnt_from()
    {
        _folder.Touch("test/good/0.png");
        AnomalyDataset dataset = AnomalyDataset.Open(_folder.Path);
        Assert.Single(dataset.RequireTest());
        AssertMessage("no pictures to learn from", () => dataset.RequireTrain());
    }

    [Fact]
    public void A_mask_named_with_suffix_comes_before_one_without()
    {
        _folder.Touch("test/cut/1.png");
        string mask = _folder.Touch("ground_truth/cut/1_mask.png"), other = _folder.Touch("ground_truth/cut/1.png");
        AnomalyDataset dataset = AnomalyDataset.Open(_folder.Path);
        Assert.Equal(mask, dataset.Test[0].MaskPath);
        Assert.Contains(other, Assert.Single(dataset.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_without_picture_and_strays_are_warnings()
    {
        _folder.Touch("train/good/0.png");
        string bad = _folder.Touch("train/bad/0.png"), stray = _folder.Touch("test/lost.png"), mask = _folder.Touch("ground_truth/cut/9_mask.png");
        _folder.Touch("test/cut/1.png");
        IReadOnlyList<string> warnings = AnomalyDataset.Open(_folder.Path).Warnings;
        Assert.Equal(3, warnings.Count);
        Assert.Contains(warnings, w => w.StartsWith(Path.GetDirectoryName(bad)!, StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith(stray, StringComparison.Ordinal));
        Assert.Contains(warnings, w => w.StartsWith(mask, StringComparison.Ordinal));
    }

    [Fact]
    public void A_defective_picture_without_mask_stops_pixel_metrics_only()
    {
        _folder.Touch("test/good/0.png");
        string picture = _folder.Touch("test/cut/1.png");
        AnomalyDataset dataset = AnomalyDataset.Open(_folder.Path);
        Assert.Equal(2, dataset.RequireTest().Count);
        AssertMessage(picture, () => dataset.RequireMasks());
    }

    [Fact]
    public void Folders_that_cannot_be_datasets_are_refused_in_one_sentence_that_names_them()
    {
        AssertMessage("no such folder", () => AnomalyDataset.Open(Path.Combine(_folder.Path, "absent")));
        AssertMessage("is empty", () => AnomalyDataset.Open(_folder.Path));
        string text = _folder.Touch("notes.txt");
        AssertMessage("this is a file; name the folder of a dataset, or a list", () => AnomalyDataset.Open(text));
        AssertMessage("neither train/good nor a picture", () => AnomalyDataset.Open(_folder.Path));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "train", "good"));
        AssertMessage("no pictures in train/good", () => AnomalyDataset.Open(_folder.Path));
    }

    [Fact]
    public void A_folder_of_datasets_is_refused_and_lists_them()
    {
        _folder.Touch("cable/train/good/0.png");
        _folder.Touch("bottle/train/good/0.png");
        AssertMessage("(bottle, cable)", () => AnomalyDataset.Open(_folder.Path));
    }

    private void AssertMessage(string part, Action action)
    {
        string message = Assert.Throws<RetortException>(action).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.Path, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }
}
