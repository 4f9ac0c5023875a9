using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Graphs;

public sealed class ParameterSetTests
{
    [Fact]
    public void Parameter_is_made_once_and_initialised_once()
    {
        var set = new ParameterSet();
        Parameter first = set.GetOrAdd("a", () => Parameter.Vector("a", 2), p => p.Data.Span.Fill(3));
        Parameter second = set.GetOrAdd("a", () => throw new InvalidOperationException(), p => p.Data.Span.Fill(4));
        Assert.Same(first, second);
        Assert.Same(first, set["a"]);
        Assert.Equal([3f, 3], first.Data.Span.ToArray());
    }

    [Fact]
    public void Order_is_that_of_the_first_request()
    {
        ParameterSet set = Make("b", "a", "c", "a");
        Assert.Equal(["b", "a", "c"], set.All.Select(p => p.Name));
        Assert.Equal(["b", "a", "c"], set.Export().Select(t => t.Name));
    }

    [Fact]
    public void Unknown_name_is_named()
    {
        KeyNotFoundException e = Assert.Throws<KeyNotFoundException>(() => Make("a")["b"]);
        Assert.Equal("The network has no parameter b.", e.Message);
    }

    [Fact]
    public void Prefix_chooses_what_is_exported_and_imported()
    {
        ParameterSet set = Make("x.a", "x.b", "y.a");
        Assert.Equal(["x.a", "x.b"], set.Export("x.").Select(t => t.Name));
        set.Import([Tensor("y.a", 5), Tensor("x.a", 6)], "y.");
        Assert.Equal(0, set["x.a"].Data.Span[0]);
        Assert.Equal(5, set["y.a"].Data.Span[0]);
    }

    [Fact]
    public void Prefix_can_be_missing_from_the_tensors()
    {
        ParameterSet set = Make("x.a", "a");
        set.Import([Tensor("a", 5), Tensor("other", 6)], "x.", strip: true);
        Assert.Equal(5, set["x.a"].Data.Span[0]);
        Assert.Equal(0, set["a"].Data.Span[0]);
    }

    [Fact]
    public void Missing_tensor_is_named()
    {
        ParameterSet set = Make("x.a", "x.b");
        Assert.StartsWith("Tensor x.b is missing.", Assert.Throws<ArgumentException>(() => set.Import([Tensor("x.a", 1)])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Tensor b is missing.", Assert.Throws<ArgumentException>(() => set.Import([Tensor("a", 1)], "x.", strip: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_of_one_network_sets_another()
    {
        ParameterSet from = Make("a", "b");
        from["b"].Data.Span.Fill(9);
        ParameterSet to = Make("b", "a");
        to.Import(from.Export());
        Assert.Equal(9, to["b"].Data.Span[0]);
    }

    private static ParameterSet Make(params string[] names)
    {
        var set = new ParameterSet();
        foreach (string name in names)
        {
            set.GetOrAdd(name, () => Parameter.Vector(name, 1));
        }

        return set;
    }

    private static NamedTensor Tensor(string name, float value) => new(name, [1], [value]);
}
