using System.CommandLine;
using Retort;
using Retort.Bench;
using Retort.Imaging;
using Retort.Networks.Weights;

var root = new RootCommand("Measures Retort. Measure on an idle machine; every figure stands beside the command that gave it.")
{
    PeerComparison.Verb(), LayerTimes.Verb(), ConvolutionBench.Verb(), Scaling.Verb(), Roofline.Verb(), PeakMemory.Verb(), LargePicture.Verb(), LearningCurve.Verb(), SyntheticValidation.Verb(), ConcurrentCallers.Verb(),
    ThresholdCoverage.Verb(), SyntheticCoverage.Verb(), DocumentPictures.Verb(), Measurement.Verb(), LargePicture.MeasureVerb(),
};

try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception failure) when (failure is RetortException or ImageException or WeightFileException)
{
    Console.Error.WriteLine($"Retort.Bench: {failure.Message.ReplaceLineEndings(" ")}");
    return 1;
}
