using Retort.Calibration;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Layouts;

namespace Retort.Training;

/// <summary>What follows the last step: thresholds from good pictures, and the self-test.</summary>
internal static class TrainerCalibration
{
    /// <summary>Completes a trained detector.</summary>
    /// <param name="draft">The detector; its thresholds and its self-test are not looked at.</param>
    /// <param name="pictures">The good pictures to set the thresholds on.</param>
    /// <param name="source">Which pictures they are, see <see cref="ThresholdBasis.Source"/>.</param>
    /// <param name="settings">What the thresholds are to achieve.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancellation">Stops it between two pictures.</param>
    /// <exception cref="RetortException">The detector gives values that are no numbers.</exception>
    /// <exception cref="ImageException">A picture cannot be read, or nothing of it counts.</exception>
    public static DetectorFile Complete(
        DetectorFile draft, PictureCache pictures, string source, CalibrationSettings settings, int threads, CancellationToken cancellation)
    {
        using var detector = new Detector(draft, threads);
        int size = detector.Size;
        var map = new float[size * size];
        var scores = new float[pictures.Count];
        var peaks = new float[pictures.Count];
        for (int i = 0; i < pictures.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            (scores[i], peaks[i]) = Measure(detector, pictures, i, map, cancellation);
            Calibrator.RequireFinite(pictures.Paths[i], scores[i], peaks[i], "train with lower learning rates (--set) or another --seed");
        }

        byte[] testPicture = SelfTest.CreatePicture(size);
        float score = detector.Score(testPicture, map);
        return draft with
        {
            Info = draft.Info with { Thresholds = Calibrator.SetThresholds(new PictureScores(scores, peaks), PictureScores.None, settings, source) },
            SelfTest = new SelfTest(testPicture, map, score),
        };
    }

    // Where all of a picture counts and it is one piece, the one that is in memory already is what the detector sees.
    private static (float Score, float Peak) Measure(Detector detector, PictureCache pictures, int index, float[] map, CancellationToken cancellation)
    {
        if (detector.Layout.IsWhole)
        {
            float score = detector.Score(pictures[index].Pixels, map);
            return (score, map.Max());
        }

        PictureFindings found = detector.Find(pictures.Paths[index], allComponents: false, cancellation);
        return (found.Scores[0], found.Maps[0].Peak());
    }
}
