using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;

namespace Retort.Evaluation;

/// <summary>A test picture and what the detector made of it.</summary>
/// <param name="Test">Which one.</param>
/// <param name="Picture">The picture as it was read.</param>
/// <param name="Map">The deciding map; it stretches over the whole picture.</param>
/// <param name="Score">The deciding score.</param>
/// <param name="Mask">Where the picture is defective, of the map's size; null for a good one, and where there is no mask.</param>
public sealed record EvaluatedPicture(TestPicture Test, RgbImage Picture, AnomalyMap Map, float Score, bool[]? Mask);
