using Retort.Detectors;
using Retort.Imaging;

namespace Retort.Cli.Verbs;

/// <summary>Inspects picture files one by one and leaves what <c>--out</c> asks for. Safe for use by several threads.</summary>
/// <param name="detector">The detector.</param>
/// <param name="output">Where overlays and maps go; null for nowhere.</param>
/// <param name="minArea">Regions of fewer pixels of the picture are left out.</param>
internal sealed class PictureInspector(Detector detector, InspectOutput? output, double minArea)
{
    private static readonly AnomalyMap None = new(0, 0, []);

    /// <summary>Inspects a picture.</summary>
    /// <returns>What was found, without the map, which has done its duty and is large; or why the picture cannot be read.</returns>
    /// <exception cref="RetortException">The folder for the output cannot be made.</exception>
    /// <exception cref="ImageException">An overlay cannot be written.</exception>
    public (Inspection? Inspection, ImageException? Failure) Inspect(InspectInput input, CancellationToken cancellation)
    {
        RgbImage? picture;
        Inspection inspection;
        try
        {
            (picture, inspection) = detector.Layout.IsWhole ? InspectWhole(input) : InspectPieces(input, cancellation);
        }
        catch (ImageException failure)
        {
            return (null, failure);
        }

        if (picture is not null)
        {
            output!.Write(input.Name, picture, inspection.Map);
        }

        return (inspection with { Path = input.Path, Map = None, Regions = [.. inspection.Regions.Where(r => r.Area >= minArea)] }, null);
    }

    private (RgbImage? Picture, Inspection Inspection) InspectWhole(InspectInput input)
    {
        RgbImage picture = ImageFile.Decode(input.Path);
        return (output is null ? null : picture, detector.Inspect(picture));
    }

    // Such a picture may be too large to be in memory: it is read once more, made smaller, to be looked at.
    private (RgbImage? Picture, Inspection Inspection) InspectPieces(InspectInput input, CancellationToken cancellation)
    {
        Inspection inspection = detector.Inspect(input.Path, cancellation);
        return (output is null ? null : ImageFile.DecodeReduced(input.Path, InspectOutput.LongestSide), inspection);
    }
}
