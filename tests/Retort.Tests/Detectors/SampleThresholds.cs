using Retort.Calibration;
using Retort.Detectors;

namespace Retort.Tests.Detectors;

/// <summary>Thresholds as a calibration on three pictures might give them.</summary>
internal static class SampleThresholds
{
    public static Thresholds Create(float image, float pixel) => new()
    {
        Image = image,
        Uncertain = 0.75f * image,
        Scale = 0.25f,
        Pixel = pixel,
        PixelScale = 0.5f,
        Basis = new ThresholdBasis
        {
            Source = ThresholdBasis.HeldBack,
            Pictures = 3,
            Goal = CalibrationGoal.FalsePositiveRate,
            Target = 0.02,
            Rule = "tail",
            FalsePositives = new RateEstimate(0.02, 0, 0.125),
            UncertainOrWorse = new RateEstimate(0.1, 0, 0.3125),
            WithRegion = new RateEstimate(0.02, 0, 0.1875),
        },
    };
}
