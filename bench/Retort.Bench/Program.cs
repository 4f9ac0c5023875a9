using Retort.Bench;

int Option(string name, int otherwise)
{
    int i = Array.IndexOf(args, name);
    return i >= 0 && i + 1 < args.Length ? int.Parse(args[i + 1]) : otherwise;
}

switch (args.FirstOrDefault())
{
    case "convolution":
        ConvolutionBench.Run(Option("--threads", 1), Option("--rounds", 9));
        return 0;
    default:
        Console.Error.WriteLine("usage: Retort.Bench convolution [--threads N] [--rounds N]");
        return 2;
}
