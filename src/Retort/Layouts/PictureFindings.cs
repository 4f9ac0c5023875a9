using Retort.Detectors;

namespace Retort.Layouts;

/// <summary>What a detector finds in a picture: a map and a score for each component it was asked for.</summary>
/// <param name="Width">The width of the picture in pixels.</param>
/// <param name="Height">Its height.</param>
/// <param name="Maps">The maps, that which decides first; 0 where the picture does not count.</param>
/// <param name="Scores">The scores.</param>
internal sealed record PictureFindings(int Width, int Height, IReadOnlyList<AnomalyMap> Maps, float[] Scores);
