using Retort.Data;

namespace Retort.Corruption;

/// <summary>
/// Anomalies on the part only, without specks, of three kinds of surface: all numbers of <see cref="AnomalySimulation"/>. "MemSeg" is Yang, Wu, Liu and Feng 2022 (arXiv 2205.00908), "CutPaste" Li et al., CVPR 2021; sizes of
/// pictures are counted in pixels of the working size unless said otherwise.
/// </summary>
internal sealed record SimulationRecipe : CorruptionRecipe
{
    /// <summary>The share of samples that stay as they are, with an empty mask. Ours: a half, so that a network sees as many good pictures as corrupted ones.</summary>
    public double CleanShare { get; init; } = 0.5;

    /// <summary>The share of the corrupted samples whose surface is a foreign texture; the others are made of the picture itself. MemSeg: a half.</summary>
    public double TextureShare { get; init; } = 0.5;

    /// <summary>The share of the corrupted samples whose surface is the picture with the cells of a grid exchanged. The rest are pieces cut and pasted, patches and scars alike. Ours.</summary>
    public double ShuffleShare { get; init; } = 0.25;

    /// <summary>Cells along a side of that grid. MemSeg: 8.</summary>
    public int GridCells { get; init; } = 8;

    /// <summary>Opacity of an anomaly is uniform from here to 1. MemSeg and the text of DeSTSeg: 0.15.</summary>
    public double LeastOpacity { get; init; } = 0.15;

    /// <summary>Whether anomalies lie on the part only, where there is one before a background. MemSeg.</summary>
    public bool Foreground { get; init; } = true;

    /// <summary>Pixels from each edge whose median is the colour of the background. Ours.</summary>
    public int BorderWidth { get; init; } = 4;

    /// <summary>A foreground below this share of the picture is none: all of the picture is. Ours.</summary>
    public double LeastForeground { get; init; } = 0.05;

    /// <summary>A foreground above this share of the picture is none. Ours.</summary>
    public double MostForeground { get; init; } = 0.9;

    /// <summary>
    /// Otsu's classes must have this share of the variance between them. Ours: surfaces that fill the picture, leather and metal alike, have 0.6 to 0.75 and
    /// would be cut to pieces; a bottle before white has 0.94.
    /// </summary>
    public double LeastSeparability { get; init; } = 0.8;

    /// <summary>At most this share of the border may be foreground. Ours: a zipper runs from edge to edge, a chequered surface is everywhere.</summary>
    public double MostBorder { get; init; } = 0.25;

    /// <summary>Whether masks lose what is noise: in Perlin masks lines and specks thinner than 3 pixels, in all of them small and faint regions. Ours.</summary>
    public bool Denoise { get; init; } = true;

    /// <summary>Regions below this share of the picture are noise. Ours: 13 pixels at 256 x 256.</summary>
    public double SmallestRegion { get; init; } = 0.0002;

    /// <summary>
    /// Regions that change the picture by less than this many levels of 255 are noise, mean over pixels and channels: dark glass on dark glass, say, or a part
    /// of a leather on the same leather. Ours.
    /// </summary>
    public double LeastChange { get; init; } = 5;

    /// <summary>The share of the corrupted samples whose anomalies have soft edges. Ours.</summary>
    public double FeatherShare { get; init; } = 0.5;

    /// <summary>Softest and hardest edges are Gaussians with standard deviations from here, in pixels. Ours.</summary>
    public double LeastFeather { get; init; } = 1;

    /// <summary>Standard deviation of the softest edges in pixels. Ours.</summary>
    public double MostFeather { get; init; } = 2;

    /// <summary>How much the colours of surfaces made of the picture itself change. CutPaste: 0.1 of brightness, contrast, saturation and hue.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>Area of the smallest patch as a share of the picture. CutPaste: 0.02.</summary>
    public double LeastPatchArea { get; init; } = 0.02;

    /// <summary>Area of the largest patch as a share of the picture. CutPaste: 0.15.</summary>
    public double MostPatchArea { get; init; } = 0.15;

    /// <summary>The longer side of a patch is up to this many times the shorter one. CutPaste: 1 / 0.3.</summary>
    public double MostPatchRatio { get; init; } = 1 / 0.3;

    /// <summary>Width of the thinnest scar in pixels of a picture of side 256. CutPaste: 2.</summary>
    public double LeastScarWidth { get; init; } = 2;

    /// <summary>Width of the thickest scar in pixels of a picture of side 256. CutPaste: 16.</summary>
    public double MostScarWidth { get; init; } = 16;

    /// <summary>Length of the shortest scar in pixels of a picture of side 256. CutPaste: 10.</summary>
    public double LeastScarLength { get; init; } = 10;

    /// <summary>Length of the longest scar in pixels of a picture of side 256. CutPaste: 25.</summary>
    public double MostScarLength { get; init; } = 25;

    /// <summary>Scars are turned by up to this many degrees either way. CutPaste: 45.</summary>
    public double MostScarDegrees { get; init; } = 45;

    /// <inheritdoc/>
    public override bool NeedsTextures => CleanShare < 1 && TextureShare > 0;

    /// <inheritdoc/>
    public override ICorruptor Create(int size, Rotation rotation, Normalization normalization, Func<ITextureSource> textures)
    {
        ArgumentNullException.ThrowIfNull(textures);
        return new AnomalySimulation(size, NeedsTextures ? textures() : null, rotation, normalization, this);
    }
}
