using Retort.Data;
using Retort.Detectors;

namespace Retort.Calibration;

/// <summary>The pictures of a dataset that a detector's thresholds can be set on.</summary>
/// <param name="Good">Good pictures.</param>
/// <param name="Defective">Defective ones of the test set.</param>
/// <param name="Source">What the good ones are, see <see cref="ThresholdBasis.Source"/>.</param>
/// <param name="Notes">How they were chosen, one sentence each.</param>
public sealed record CalibrationPictures(IReadOnlyList<string> Good, IReadOnlyList<string> Defective, string Source, IReadOnlyList<string> Notes)
{
    /// <summary>
    /// Chooses the good pictures that the detector was not trained on. Those of a test set always are. Of the pictures to learn from:
    /// <list type="bullet">
    /// <item>where one of them was held back in the detector's training, which the content of its file tells, this is what it was trained on, and those held
    /// back are chosen alone;</item>
    /// <item>where the detector does not know what was held back, but was trained on a dataset of this name, none are chosen if there are good test
    /// pictures, and all if there are not;</item>
    /// <item>else they are new, and all are chosen.</item>
    /// </list>
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="detector">The detector.</param>
    /// <exception cref="RetortException">There are no good pictures.</exception>
    public static CalibrationPictures Find(AnomalyDataset dataset, DetectorInfo detector)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(detector);
        string[] test = [.. dataset.Test.Where(t => !t.IsAnomalous).Select(t => t.Path)];
        var notes = new List<string>();
        (IReadOnlyList<string> train, string source) = FromTraining(dataset, detector, test.Length > 0, notes);
        string[] good = [.. train, .. test];
        if (good.Length == 0)
        {
            throw new RetortException($"{dataset.Root}: there are no good pictures to set thresholds on; name a folder of them, or one with train/good or test/good.");
        }

        string both = train.Count == 0 ? ThresholdBasis.TestPictures : test.Length == 0 ? source : $"{source} and {ThresholdBasis.TestPictures}";
        if (test.Length > 0)
        {
            notes.Add("The good test pictures are among those the thresholds are set on: false alarms on them are no independent check any more.");
        }

        return new CalibrationPictures(good, [.. dataset.Test.Where(t => t.IsAnomalous).Select(t => t.Path)], both, notes);
    }

    private static (IReadOnlyList<string> Pictures, string Source) FromTraining(AnomalyDataset dataset, DetectorInfo detector, bool hasTest, List<string> notes)
    {
        IReadOnlyList<string> all = dataset.TrainGood;
        HashSet<string> heldBack = [.. detector.Training.HeldBackDigests];
        string[] found = heldBack.Count == 0 ? [] : [.. all.Where(path => PictureDigest.Of(path) is { } digest && heldBack.Contains(digest))];
        if (found.Length > 0)
        {
            notes.Add($"The detector was trained on {dataset.Name}: of its {all.Count} pictures to learn from, the {found.Length} that were held back are used.");
            return (found, ThresholdBasis.HeldBack);
        }

        if (all.Count == 0 || heldBack.Count > 0 || detector.Training.Dataset != dataset.Name)
        {
            return (all, ThresholdBasis.NewPictures);
        }

        if (hasTest)
        {
            notes.Add($"The detector was trained on a dataset called {dataset.Name} too and does not say which pictures were held back: only the good test pictures are used.");
            return ([], "");
        }

        return (all, ThresholdBasis.TrainingPictures);
    }
}
