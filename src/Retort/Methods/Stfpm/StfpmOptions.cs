using Retort.Networks.Weights;

namespace Retort.Methods.Stfpm;

/// <summary>The hyper-parameters of STFPM. "Paper" is the text of BMVC 2021, from memory.</summary>
public sealed class StfpmOptions : MethodOptions
{
    /// <summary>Makes the paper's options.</summary>
    public StfpmOptions()
    {
        // The paper trains for 100 epochs: of nine tenths of the 209 pictures of MVTec AD's bottle, some 600 steps of 32.
        Batch = 32;
        Steps = [600];
        Network("backbone", () => Backbone, v => Backbone = v);
        Number("rate", () => Rate, v => Rate = v, 0, 100);
        Number("momentum", () => Momentum, v => Momentum = v, 0, 0.9999);
        Number("weight-decay", () => WeightDecay, v => WeightDecay = v, 0, 1);
        Number("sigma", () => Sigma, v => Sigma = v, 0, 64);
        LargestValues();
        Schedule();
    }

    /// <inheritdoc/>
    public override string MethodName => "STFPM";

    /// <summary>The network of teacher and student. Paper: ResNet-18.</summary>
    public ResNetArchitecture Backbone { get; set; } = ResNetArchitecture.ResNet18;

    /// <summary>Learning rate. Paper: 0.4.</summary>
    public double Rate { get; set; } = 0.4;

    /// <summary>Momentum. Paper: 0.9.</summary>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Weight decay on everything. Paper: 1e-4.</summary>
    public double WeightDecay { get; set; } = 1e-4;

    /// <summary>Standard deviation in pixels of a Gaussian that smooths the map. Ours; paper: none, 0.</summary>
    public double Sigma { get; set; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> PhaseNames => ["student"];

    /// <inheritdoc/>
    public override ResNetArchitecture Teacher => Backbone;
}
