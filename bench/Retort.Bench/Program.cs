using Retort.Bench;

int Option(string name, int otherwise)
{
    int i = Array.IndexOf(args, name);
    return i >= 0 && i + 1 < args.Length ? int.Parse(args[i + 1]) : otherwise;
}

string Text(string name, string? otherwise = null)
{
    int i = Array.IndexOf(args, name);
    return i >= 0 && i + 1 < args.Length ? args[i + 1] : otherwise ?? throw new ArgumentException($"{name} is missing.");
}

switch (args.FirstOrDefault())
{
    case "convolution":
        ConvolutionBench.Run(Option("--threads", 1), Option("--rounds", 9));
        return 0;
    case "curve":
        LearningCurve.Run(
            Text("--data"), Text("--textures"), Text("--teacher"), Option("--student-steps", 120), Option("--segmentation-steps", 180), Option("--every", 60),
            Option("--batch", 8), [.. Text("--seeds", "0,1,2").Split(',').Select(int.Parse)], Text("--out"));
        return 0;
    case "peer":
        DeSTSegTimes.AgainstPyTorch(Text("--torch"), Option("--threads", Environment.ProcessorCount), Option("--batch", 8), Option("--rounds", 3));
        return 0;
    case "profile":
        DeSTSegTimes.Profile(Option("--threads", Environment.ProcessorCount), Option("--batch", 8));
        return 0;
    default:
        Console.Error.WriteLine("usage: Retort.Bench convolution [--threads N] [--rounds N]\n       Retort.Bench profile [--threads N] [--batch N]\n       Retort.Bench peer --torch torch_peer.py [--threads N] [--batch N] [--rounds N]\n       Retort.Bench curve --data DIR --textures DIR --teacher FILE --out FILE.csv [--seeds 0,1,2] [--student-steps N] [--segmentation-steps N] [--every N] [--batch N]");
        return 2;
}
