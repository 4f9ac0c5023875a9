namespace Retort.Importing;

/// <summary>Where an imported detector comes from.</summary>
/// <param name="From">Whose checkpoint it was, for instance <c>destseg</c>.</param>
/// <param name="Files">Its files.</param>
public sealed record ImportOrigin(string From, IReadOnlyList<ImportedFile> Files);

/// <summary>A file of a checkpoint.</summary>
/// <param name="Name">Its name, without folders.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
public sealed record ImportedFile(string Name, string Sha256);
