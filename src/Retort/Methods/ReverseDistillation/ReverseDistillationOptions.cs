using Retort.Networks.Weights;

namespace Retort.Methods.ReverseDistillation;

/// <summary>What the cosine of the loss is taken over.</summary>
public enum CosineOver
{
    /// <summary>All pixels and channels of a picture's level as one vector: the release's.</summary>
    Picture,

    /// <summary>The channels of each pixel, and the mean of the pixels: as the paper writes it (eq. 1 and 2).</summary>
    Pixel,
}

/// <summary>
/// The hyper-parameters of reverse distillation. "Paper" is the text of CVPR 2022, "release" its authors' code; where both are named they agree.
/// </summary>
public class ReverseDistillationOptions : MethodOptions
{
    /// <summary>Makes the paper's options.</summary>
    public ReverseDistillationOptions()
    {
        // The paper trains for 200 epochs: of the 209 pictures of MVTec AD's bottle, some 2,600 steps of 16.
        Batch = 16;
        Steps = [2600];
        Network("backbone", () => Backbone, v => Backbone = v);
        Choice("loss", () => Loss, v => Loss = v);
        Number("rate", () => Rate, v => Rate = v, 0, 100);
        Number("beta1", () => Beta1, v => Beta1 = v, 0, 0.9999);
        Number("beta2", () => Beta2, v => Beta2 = v, 0, 0.999999);
        Number("sigma", () => Sigma, v => Sigma = v, 0, 64);
        LargestValues();
        Schedule();
    }

    /// <inheritdoc/>
    public override string MethodName => "Reverse distillation";

    /// <summary>The teacher's network, whose layers the student's decoder mirrors. Paper: Wide ResNet-50-2.</summary>
    public ResNetArchitecture Backbone { get; set; } = ResNetArchitecture.WideResNet50x2;

    /// <summary>What the cosine of the loss is taken over. Release: the whole picture; the paper's text has it for each pixel.</summary>
    public CosineOver Loss { get; set; } = CosineOver.Picture;

    /// <summary>Adam's learning rate. Paper: 0.005.</summary>
    public double Rate { get; set; } = 0.005;

    /// <summary>Adam's decay of the mean of gradients. Paper: 0.5.</summary>
    public double Beta1 { get; set; } = 0.5;

    /// <summary>Adam's decay of the mean of squared gradients. Paper: 0.999.</summary>
    public double Beta2 { get; set; } = 0.999;

    /// <summary>Standard deviation in pixels of the Gaussian that smooths the map; 0 for none. Paper: 4.</summary>
    public double Sigma { get; set; } = 4;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PhaseNames => ["student"];

    /// <inheritdoc/>
    public override ResNetArchitecture Teacher => Backbone;
}
