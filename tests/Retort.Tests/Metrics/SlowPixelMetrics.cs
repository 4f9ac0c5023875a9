using Retort.Metrics;

namespace Retort.Tests.Metrics;

/// <summary>The pixel metrics straight from their definitions: every threshold looks at every pixel again.</summary>
internal sealed class SlowPixelMetrics
{
    private readonly List<float> _positives = [];
    private readonly List<float> _negatives = [];
    private readonly List<List<float>> _regions = [];
    private readonly float[] _thresholds;

    public SlowPixelMetrics(List<float[]> maps, List<bool[]?> masks, int width, int height)
    {
        for (int i = 0; i < maps.Count; i++)
        {
            var labels = new int[width * height];
            int count = masks[i] is { } mask ? ConnectedComponents.Label(mask, width, height, labels) : 0;
            var regions = Enumerable.Range(0, count).Select(_ => new List<float>()).ToList();
            for (int p = 0; p < labels.Length; p++)
            {
                (labels[p] == 0 ? _negatives : _positives).Add(maps[i][p]);
                if (labels[p] > 0)
                {
                    regions[labels[p] - 1].Add(maps[i][p]);
                }
            }

            _regions.AddRange(regions);
        }

        _thresholds = [.. _positives.Concat(_negatives).Distinct().OrderDescending()];
    }

    public double Auroc() =>
        _positives.Sum(p => _negatives.Sum(n => p > n ? 1 : p == n ? 0.5 : 0)) / ((double)_positives.Count * _negatives.Count);

    public double AveragePrecision()
    {
        double sum = 0, recall = 0;
        foreach (float t in _thresholds)
        {
            double next = Share(_positives, t);
            sum += (next - recall) * Precision(t);
            recall = next;
        }

        return sum;
    }

    public double F1Max() => _thresholds.Max(t =>
    {
        double precision = Precision(t), recall = Share(_positives, t);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    });

    public double Aupro()
    {
        const double Limit = 0.3;
        double area = 0, x0 = 0, y0 = 0;
        foreach (float t in _thresholds)
        {
            double x = Share(_negatives, t), y = _regions.Average(r => Share(r, t));
            if (x > Limit)
            {
                y = y0 + ((y - y0) * (Limit - x0) / (x - x0));
                return (area + ((Limit - x0) * (y0 + y) / 2)) / Limit;
            }

            area += (x - x0) * (y0 + y) / 2;
            (x0, y0) = (x, y);
        }

        return area / Limit;
    }

    public double Iap()
    {
        float[] found = [.. _regions.Select(r => r.OrderDescending().ElementAt(r.Count / 2)).Order()];
        double best = 0;
        return found.Average(t => best = Math.Max(best, Precision(t)));
    }

    private static double Share(List<float> values, float threshold) => values.Count(v => v >= threshold) / (double)values.Count;

    private double Precision(float threshold)
    {
        double hits = _positives.Count(v => v >= threshold);
        return hits / (hits + _negatives.Count(v => v >= threshold));
    }
}
