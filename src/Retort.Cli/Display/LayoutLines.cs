using Retort.Layouts;

namespace Retort.Cli.Display;

/// <summary>What of pictures a detector looks at, as lines to read: one for each thing that is not the whole picture.</summary>
internal static class LayoutLines
{
    /// <summary>The lines: what is named, and how it is.</summary>
    public static IEnumerable<(string Name, string Value)> Of(PictureLayout layout)
    {
        if (layout.Tiling is { } tiling)
        {
            yield return ("tiles", $"{tiling.Side} x {tiling.Side} pixels of the picture, overlapping by {tiling.Overlap}");
        }

        if (layout.Region is { } region)
        {
            yield return ("region", $"{region.Width} x {region.Height} pixels from {region.X}, {region.Y}; nothing beside it counts");
        }

        if (layout.Ignore is { } mask)
        {
            yield return ("ignored", $"what a mask of {mask.Width} x {mask.Height} pixels hides");
        }
    }
}
