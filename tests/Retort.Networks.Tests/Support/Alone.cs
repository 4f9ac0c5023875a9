namespace Retort.Networks.Tests.Support;

/// <summary>Tests that look at the whole process or change it: they run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
