using Retort.Training;

namespace Retort.Tests.Training;

public sealed class TrainerSplitTests
{
    [Theory]
    [InlineData(1, 0.1, 0)]
    [InlineData(9, 0.5, 0)]
    [InlineData(10, 0.01, 1)]
    [InlineData(10, 0.1, 1)]
    [InlineData(209, 0.1, 21)]
    [InlineData(100, 0.5, 50)]
    [InlineData(100, 0, 0)]
    public void The_share_is_held_back_of_all_but_tiny_sets(int pictures, double share, int heldBack)
    {
        string[] paths = [.. Enumerable.Range(0, pictures).Select(i => $"{i:000}")];
        TrainerSplit split = TrainerSplit.Create(paths, share, 3);
        Assert.Equal(heldBack, split.HeldBack.Count);
        Assert.Equal(paths, split.Training.Concat(split.HeldBack).Order());
        Assert.Equal(split.Training, split.Training.Order());
    }

    [Fact]
    public void The_choice_depends_on_the_seed_alone()
    {
        string[] paths = [.. Enumerable.Range(0, 50).Select(i => $"{i:000}")];
        Assert.Equal(TrainerSplit.Create(paths, 0.2, 1).HeldBack, TrainerSplit.Create(paths, 0.2, 1).HeldBack);
        Assert.NotEqual(TrainerSplit.Create(paths, 0.2, 1).HeldBack, TrainerSplit.Create(paths, 0.2, 2).HeldBack);
    }
}
