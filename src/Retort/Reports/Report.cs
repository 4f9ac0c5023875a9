using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;

namespace Retort.Reports;

/// <summary>Measures a detector and shows what it found, as one HTML file.</summary>
public static class Report
{
    /// <summary>The usual name of the file.</summary>
    public const string FileName = "report.html";

    /// <summary>Inspects all test pictures, computes the metrics and writes the page.</summary>
    /// <param name="path">The file to write; it appears when it is complete.</param>
    /// <param name="detector">The detector.</param>
    /// <param name="dataset">Its test pictures are used.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Is told how many pictures are done; may be null.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <returns>The metrics, the same as <see cref="Evaluator.Evaluate"/> gives.</returns>
    /// <exception cref="RetortException">As of <see cref="Evaluator.Evaluate"/>; or the file cannot be written.</exception>
    /// <exception cref="Imaging.ImageException">A picture or mask cannot be read (a picture: and the policy is to stop).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; there is no new file.</exception>
    public static EvaluationResult Write(
        string path,
        Detector detector,
        AnomalyDataset dataset,
        ReportSettings settings,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(settings);
        AtomicFile.CheckWritable(path);
        var levels = new MapLevels(detector.Info.Thresholds.Pixel);
        int side = settings.PictureSide ?? ReportPicture.SideFor(dataset.Test.Count);
        var pictures = new List<ReportPicture>();
        var evaluation = new EvaluationSettings
        {
            BadPictures = settings.BadPictures,
            Watch = evaluated =>
            {
                pictures.Add(ReportPicture.Create(evaluated, levels, side));
                settings.Watch?.Invoke(evaluated);
            },
        };
        EvaluationResult result = Evaluator.Evaluate(detector, dataset, evaluation, progress, cancellation);
        var content = new ReportContent(settings.Title ?? dataset.Name, detector.Info, result, pictures)
        {
            Introduction = settings.Introduction,
            Next = settings.Next,
            Made = settings.Made,
        };
        AtomicFile.Write(path, file => ReportPage.Write(file, content));
        return result;
    }
}
