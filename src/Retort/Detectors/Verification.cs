namespace Retort.Detectors;

/// <summary>How a detector did in its self-test.</summary>
/// <param name="MapDifference">The largest difference between a value of its map and the recorded one.</param>
/// <param name="ScoreDifference">The difference of the scores.</param>
/// <param name="Tolerance">What either may be: processors with vectors of another width add in another order and round otherwise.</param>
public sealed record Verification(float MapDifference, float ScoreDifference, float Tolerance)
{
    /// <summary>The tolerance, as a share of the largest magnitude in the recorded map and score.</summary>
    private const float RelativeTolerance = 1e-3f;

    /// <summary>The tolerance where the recorded map is all but zero.</summary>
    private const float AbsoluteTolerance = 1e-5f;

    /// <summary>Whether both differences are within the tolerance (values that are not numbers never are).</summary>
    public bool Passed => MapDifference <= Tolerance && ScoreDifference <= Tolerance;

    internal static Verification Compare(SelfTest expected, ReadOnlySpan<float> map, float score)
    {
        float difference = 0;
        for (int i = 0; i < map.Length; i++)
        {
            // Math.Max hands NaN on, so that it cannot hide.
            difference = Math.Max(difference, Math.Abs(map[i] - expected.Map[i]));
        }

        return new Verification(difference, Math.Abs(score - expected.Score), ToleranceOf(expected));
    }

    /// <summary>What <see cref="Tolerance"/> is for a self-test.</summary>
    internal static float ToleranceOf(SelfTest expected) => (RelativeTolerance * Math.Max(Math.Abs(expected.Score), expected.Map.Max(Math.Abs))) + AbsoluteTolerance;
}
