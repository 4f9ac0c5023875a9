using System.Diagnostics;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Methods;

namespace Retort.Detectors;

/// <content>Inspections of tiles, and of pictures of which not all counts.</content>
public sealed partial class Detector
{
    /// <summary>How many tiles go through the model together, where memory may be spent on it.</summary>
    private const int TilesAtOnce = 4;

    private const string NamelessPicture = "The picture";

    /// <summary>What of pictures it looks at, and in which pieces.</summary>
    public PictureLayout Layout { get; }

    /// <summary>Looks at a picture file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allComponents">Whether to make all maps, or only that which decides.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="ImageException">The file is not there or not a picture that can be read, or nothing of it counts.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal PictureFindings Find(string path, bool allComponents, CancellationToken cancellationToken = default)
    {
        if (Layout.Tiling is null)
        {
            return Find(ImageFile.Decode(path), path, allComponents);
        }

        using RowReader rows = RowReader.Open(path);
        return FindInTiles(rows, allComponents, cancellationToken);
    }

    /// <summary>Looks at a picture in memory.</summary>
    /// <inheritdoc cref="Find(string, bool, CancellationToken)" path="/param|/exception"/>
    internal PictureFindings Find(RgbImage picture, string name, bool allComponents)
    {
        if (Layout.Tiling is null)
        {
            return FindInWhole(picture, name, allComponents);
        }

        using RowReader rows = RowReader.Of(picture, name);
        return FindInTiles(rows, allComponents, CancellationToken.None);
    }

    private PictureFindings FindInTiles(RowReader rows, bool allComponents, CancellationToken cancellationToken)
    {
        int components = allComponents ? Components.Count : 1;
        var scan = new TileScan(rows, Layout, Size, _scorer.Batch, components, (tiles, count, each) =>
        {
            lock (_turn)
            {
                Run(tiles, count, allComponents);
                for (int i = 0; i < count; i++)
                {
                    each(i, _scorer);
                }
            }
        });
        return scan.Run(cancellationToken);
    }

    private PictureFindings FindInWhole(RgbImage picture, string name, bool allComponents)
    {
        var ignored = new bool[Size * Size];
        var area = new PictureArea(Layout, picture.Width, picture.Height, name);
        int counted = area.Mark(0, 0, (double)picture.Width / Size, (double)picture.Height / Size, ignored, Size);
        if (counted == 0)
        {
            throw area.NothingCounts();
        }

        RgbImage input = PillowResize.Bilinear(picture, Size, Size);
        var maps = new AnomalyMap[allComponents ? Components.Count : 1];
        var scores = new float[maps.Length];
        lock (_turn)
        {
            Run(input.Pixels, 1, allComponents);
            for (int c = 0; c < maps.Length; c++)
            {
                maps[c] = new AnomalyMap(Size, Size, _scorer.Map(c, 0).ToArray());
                scores[c] = counted == ignored.Length ? _scorer.Score(c, 0) : _scorer.Score(c, 0, ignored);
            }
        }

        foreach (AnomalyMap map in maps)
        {
            for (int i = 0; i < ignored.Length; i++)
            {
                map.Values[i] = ignored[i] ? 0 : map.Values[i];
            }
        }

        return new PictureFindings(picture.Width, picture.Height, maps, scores);
    }

    private Inspection ToInspection(PictureFindings found, string? path, long start)
    {
        IReadOnlyList<Region> regions = Region.Find(found.Maps[0], Info.Thresholds.Pixel, found.Width, found.Height);
        return new Inspection(
            path, found.Width, found.Height, found.Scores[0], Info.Thresholds, found.Maps[0], regions, Stopwatch.GetElapsedTime(start));
    }
}
