namespace Retort.Metrics;

/// <summary>
/// Area under the ROC curve, average precision and best F1, gathered while scores are walked from high to low. Equal scores must come
/// as one group: a threshold cannot separate them. The definitions are those of scikit-learn (<c>roc_auc_score</c>,
/// <c>average_precision_score</c>: steps, no interpolation).
/// </summary>
internal struct RankingCurve(long positives, long negatives)
{
    private double _rocArea;
    private double _precisionSum;
    private double _f1;

    /// <summary>How many positives score at least as high as the last group.</summary>
    public long TruePositives { get; private set; }

    /// <summary>How many negatives score at least as high as the last group.</summary>
    public long FalsePositives { get; private set; }

    /// <summary>The share of positives among all that score at least as high as the last group.</summary>
    public readonly double Precision => TruePositives / (double)(TruePositives + FalsePositives);

    /// <summary>The probability that a positive scores higher than a negative, ties counting half. Null when one of the two is missing.</summary>
    public readonly double? Auroc => Defined ? _rocArea / ((double)positives * negatives) : null;

    /// <summary>Sum over the groups of the gain in recall times the precision. Null when positives or negatives are missing.</summary>
    public readonly double? AveragePrecision => Defined ? _precisionSum / positives : null;

    /// <summary>The largest F1 over all thresholds. Null when positives or negatives are missing.</summary>
    public readonly double? F1Max => Defined ? _f1 : null;

    private readonly bool Defined => positives > 0 && negatives > 0;

    /// <summary>Adds all that have the next lower score.</summary>
    public void Add(long groupPositives, long groupNegatives)
    {
        _rocArea += groupNegatives * (TruePositives + (0.5 * groupPositives));
        TruePositives += groupPositives;
        FalsePositives += groupNegatives;
        if (groupPositives > 0)
        {
            _precisionSum += groupPositives * Precision;
            _f1 = Math.Max(_f1, 2.0 * TruePositives / (TruePositives + FalsePositives + positives));
        }
    }

    /// <summary>Adds the point after the last group to curves. Adds nothing when positives or negatives are missing.</summary>
    public readonly void AddTo(Curve? roc, Curve? precisionRecall)
    {
        if (!Defined)
        {
            return;
        }

        double recall = TruePositives / (double)positives;
        roc?.Add(FalsePositives / (double)negatives, recall);
        precisionRecall?.Add(recall, Precision);
    }
}
