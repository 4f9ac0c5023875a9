using Retort.Corruption;
using Retort.Networks.Weights;

namespace Retort.Methods.Bidirectional;

/// <summary>
/// The hyper-parameters of bidirectional distillation. The abstract gives none: numbers with a named source are those of the method's ancestors, STFPM
/// (BMVC 2021) and RD4AD (CVPR 2022); all others are ours.
/// </summary>
public sealed class BidirectionalOptions : MethodOptions
{
    /// <summary>Makes the default options: those of <c>--preset paper</c>.</summary>
    public BidirectionalOptions()
    {
        // RD4AD trains for 200 epochs of batches of 16: with 400 pictures 5,000 steps.
        Batch = 16;
        Steps = [5000];
        Network("backbone", () => Backbone, v => Backbone = v);
        Switch("forward", () => Forward, v => Forward = v);
        Switch("backward", () => Backward, v => Backward = v);
        Switch("exchange", () => Exchange, v => Exchange = v);
        Switch("diversity", () => Diversity, v => Diversity = v);
        Switch("augmentation", () => Augmentation, v => Augmentation = v);
        Switch("foreground", () => Foreground, v => Foreground = v);
        Number("exchange-weight", () => ExchangeWeight, v => ExchangeWeight = v, 0, 100);
        Number("exchange-ramp", () => ExchangeRamp, v => ExchangeRamp = v, 0, 1);
        Number("diversity-weight", () => DiversityWeight, v => DiversityWeight = v, 0, 100);
        Number("margin", () => Margin, v => Margin = v, 0, 2);
        Number("clean-share", () => CleanShare, v => CleanShare = v, 0, 1);
        Number("forward-rate", () => ForwardRate, v => ForwardRate = v, 0, 100);
        Number("backward-rate", () => BackwardRate, v => BackwardRate = v, 0, 100);
        Number("beta1", () => Beta1, v => Beta1 = v, 0, 0.9999);
        Number("beta2", () => Beta2, v => Beta2 = v, 0, 0.999999);
        Number("sigma", () => Sigma, v => Sigma = v, 0, 64);
        LargestValues();
        Schedule();
    }

    /// <inheritdoc/>
    public override string MethodName => "Bidirectional distillation";

    /// <summary>The teacher's network; the backward student's decoder mirrors it, the forward student is a ResNet-18. RD4AD: Wide ResNet-50-2.</summary>
    public ResNetArchitecture Backbone { get; set; } = ResNetArchitecture.WideResNet50x2;

    /// <summary>Whether there is a forward student, an encoder of pictures like the teacher (STFPM).</summary>
    public bool Forward { get; set; } = true;

    /// <summary>Whether there is a backward student, a decoder of the teacher's features (RD4AD).</summary>
    public bool Backward { get; set; } = true;

    /// <summary>Whether the students learn from each other on good pixels; of no effect unless both are there.</summary>
    public bool Exchange { get; set; } = true;

    /// <summary>Whether students are to differ from the teacher on anomalous pixels; of no effect without <see cref="Augmentation"/>.</summary>
    public bool Diversity { get; set; } = true;

    /// <summary>Whether the students see pictures with simulated anomalies; else the pictures as they are.</summary>
    public bool Augmentation { get; set; } = true;

    /// <summary>Whether simulated anomalies lie on the part only.</summary>
    public bool Foreground { get; set; } = true;

    /// <summary>Weight of what the students learn from each other, beside 1 for what they learn from the teacher.</summary>
    public double ExchangeWeight { get; set; } = 0.1;

    /// <summary>
    /// The share of the steps over which that weight rises from 0: students that follow each other from the start lose the differences that two are good for.
    /// </summary>
    public double ExchangeRamp { get; set; } = 0.2;

    /// <summary>Weight of what is lacking to <see cref="Margin"/>.</summary>
    public double DiversityWeight { get; set; } = 0.1;

    /// <summary>How far, from 0 to 2, one minus the cosine between a student and the teacher's view of an anomaly is to be.</summary>
    public double Margin { get; set; } = 0.5;

    /// <summary>The share of samples without anomaly.</summary>
    public double CleanShare { get; set; } = 0.5;

    /// <summary>Adam's learning rate for the forward student.</summary>
    public double ForwardRate { get; set; } = 0.001;

    /// <summary>Adam's learning rate for the backward student. RD4AD: 0.005.</summary>
    public double BackwardRate { get; set; } = 0.005;

    /// <summary>Adam's decay of the mean of gradients. RD4AD: 0.5.</summary>
    public double Beta1 { get; set; } = 0.5;

    /// <summary>Adam's decay of the mean of squared gradients. RD4AD: 0.999.</summary>
    public double Beta2 { get; set; } = 0.999;

    /// <summary>Standard deviation in pixels of the Gaussian that smooths maps; 0 for none. RD4AD: 4.</summary>
    public double Sigma { get; set; } = 4;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PhaseNames => ["students"];

    /// <inheritdoc/>
    public override ResNetArchitecture Teacher => Backbone;

    /// <inheritdoc/>
    internal override CorruptionRecipe Corruption =>
        Augmentation ? new SimulationRecipe { Foreground = Foreground, CleanShare = CleanShare } : CorruptionRecipe.None;

    /// <summary>The weight of what the students learn from each other at a step.</summary>
    /// <param name="step">Counted from 0.</param>
    internal double ExchangeWeightAt(int step)
    {
        double rise = ExchangeRamp * Steps[0];
        return step < rise ? ExchangeWeight * step / rise : ExchangeWeight;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!Forward && !Backward)
        {
            throw new RetortException("--set forward=off: with backward=off there is no student left; leave one of them on.");
        }

        base.Validate();
    }
}
