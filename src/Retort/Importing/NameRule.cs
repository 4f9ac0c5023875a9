namespace Retort.Importing;

/// <summary>One line of a table of names: how the names of another implementation's tensors become ours.</summary>
/// <param name="Theirs">What their name begins with.</param>
/// <param name="Ours">What ours begins with in its place; null for tensors that no map depends on.</param>
internal sealed record NameRule(string Theirs, string? Ours);
