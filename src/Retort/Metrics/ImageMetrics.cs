namespace Retort.Metrics;

/// <summary>How well the scores of whole pictures tell defective from good ones. A metric is null when either kind is missing.</summary>
/// <param name="Auroc">Area under the ROC curve, all thresholds, ties grouped.</param>
/// <param name="AveragePrecision">Sum of the gains in recall times the precision, without interpolation.</param>
/// <param name="F1Max">The best F1 over all thresholds.</param>
public sealed record ImageMetrics(double? Auroc, double? AveragePrecision, double? F1Max)
{
    /// <summary>Computes the metrics.</summary>
    /// <param name="scores">A score a picture; higher is more anomalous.</param>
    /// <param name="labels">True for a defective picture.</param>
    /// <param name="curves">Takes the curves behind the metrics; may be null.</param>
    /// <exception cref="ArgumentException">There are not as many labels as scores.</exception>
    /// <exception cref="RetortException">A score is NaN or infinite.</exception>
    public static ImageMetrics Compute(IReadOnlyList<float> scores, IReadOnlyList<bool> labels, EvaluationCurves? curves = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        if (scores.Count != labels.Count)
        {
            throw new ArgumentException($"There are {scores.Count} scores but {labels.Count} labels.", nameof(labels));
        }

        var keys = new uint[scores.Count];
        var positive = new bool[scores.Count];
        int positives = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            if (!float.IsFinite(scores[i]))
            {
                throw new RetortException($"The score of test picture {i + 1} is {scores[i]}, not a number metrics can rank; train the detector again with a lower learning rate.");
            }

            keys[i] = ScoreKeys.ToKey(scores[i]);
            positive[i] = labels[i];
            positives += labels[i] ? 1 : 0;
        }

        Array.Sort(keys, positive);
        var curve = new RankingCurve(positives, keys.Length - positives);
        for (int i = keys.Length - 1; i >= 0;)
        {
            uint key = keys[i];
            int groupPositives = 0, groupNegatives = 0;
            for (; i >= 0 && keys[i] == key; i--)
            {
                groupPositives += positive[i] ? 1 : 0;
                groupNegatives += positive[i] ? 0 : 1;
            }

            curve.Add(groupPositives, groupNegatives);
            curve.AddTo(curves?.ImageRoc, curves?.ImagePrecisionRecall);
        }

        return new ImageMetrics(curve.Auroc, curve.AveragePrecision, curve.F1Max);
    }
}
