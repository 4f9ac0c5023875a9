using System.CommandLine;

namespace Retort.Bench;

/// <summary>The options that name the peers.</summary>
internal sealed class PeerOptions
{
    private readonly Option<string?> _onnx = BenchOptions.Text("--onnx", "FILE.onnx", "The network as ONNX, for ONNX Runtime; torch_peer.py --onnx writes it.");
    private readonly Option<string?> _torch = BenchOptions.Text("--torch", "torch_peer.py", "The script that times PyTorch; it takes --threads, --batch and --repeat.");
    private readonly Option<string> _python = new("--python") { Description = "The Python that has PyTorch.", HelpName = "PROGRAM", DefaultValueFactory = _ => "/usr/bin/python3" };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(_onnx);
        verb.Add(_torch);
        verb.Add(_python);
    }

    /// <summary>The peers that were named.</summary>
    /// <exception cref="RetortException">One is not there.</exception>
    public IReadOnlyList<IPeer> Of(ParseResult parsed)
    {
        var peers = new List<IPeer>();
        if (parsed.GetValue(_onnx) is { } model)
        {
            peers.Add(new OnnxRuntimePeer(Existing("--onnx", model)));
        }

        if (parsed.GetValue(_torch) is { } script)
        {
            peers.Add(new PyTorchPeer(Existing("--torch", script), parsed.GetRequiredValue(_python)));
        }

        return peers;
    }

    private static string Existing(string option, string file) => File.Exists(file) ? file : throw new RetortException($"{option} {file}: there is no such file.");
}
