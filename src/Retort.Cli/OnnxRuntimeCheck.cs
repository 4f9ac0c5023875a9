using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Retort.Detectors;
using Retort.Export;

namespace Retort.Cli;

/// <summary>
/// The self-test of an exported model in ONNX Runtime. Its native library is large and no part of Retort: this uses the one that
/// <see cref="Variable"/> names, or one of the system.
/// </summary>
/// <param name="Version">ONNX Runtime's.</param>
/// <param name="Result">What came of it.</param>
internal sealed record OnnxRuntimeCheck(string Version, Verification Result)
{
    /// <summary>The environment variable that may hold the path of the library.</summary>
    public const string Variable = "RETORT_ONNXRUNTIME";

    /// <summary>The oldest that serves: that of the C# API.</summary>
    public const string Oldest = "1.31";

    private const string LibraryName = "onnxruntime";

    private static readonly Lazy<bool> Library = new(Load);

    /// <summary>Runs the test.</summary>
    /// <param name="path">The model.</param>
    /// <param name="selfTest">What it must give.</param>
    /// <param name="size">The side of the picture in pixels.</param>
    /// <returns>Null if there is no ONNX Runtime here that serves.</returns>
    /// <exception cref="RetortException">The library that was named cannot be used, or ONNX Runtime refuses the model.</exception>
    public static OnnxRuntimeCheck? Run(string path, SelfTest selfTest, int size)
    {
        if (!Library.Value)
        {
            return null;
        }

        try
        {
            using var session = new InferenceSession(path);
            using var options = new RunOptions();
            using OrtValue picture = OrtValue.CreateTensorValueFromMemory(selfTest.Picture, [1, size, size, 3]);
            using IDisposableReadOnlyCollection<OrtValue> outputs =
                session.Run(options, [OnnxDetector.Pictures], [picture], [OnnxDetector.Map, OnnxDetector.Score]);
            return new OnnxRuntimeCheck(
                OrtEnv.Instance().GetVersionString(),
                selfTest.Compare(outputs[0].GetTensorDataAsSpan<float>(), outputs[1].GetTensorDataAsSpan<float>()[0]));
        }
        catch (OnnxRuntimeException failure)
        {
            throw new RetortException($"{path}: ONNX Runtime does not take the exported model ({failure.Message.TrimEnd('.')}); report this.", failure);
        }
        catch (TypeInitializationException failure)
        {
            return Environment.GetEnvironmentVariable(Variable) is { } named
                ? throw new RetortException($"{Variable}={named}: this is no ONNX Runtime, or one older than {Oldest}; give the path of another, or an empty one to go without.", failure)
                : null;
        }
    }

    private static bool Load()
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        if (named == "")
        {
            return false;
        }

        if (!NativeLibrary.TryLoad(named ?? LibraryName, typeof(OnnxRuntimeCheck).Assembly, null, out nint library))
        {
            return named == null
                ? false
                : throw new RetortException($"{Variable}={named}: this is not a library that can be loaded; give the path of ONNX Runtime's, or an empty one to go without.");
        }

        OrtEnv.DisableDllImportResolver = true;
        NativeLibrary.SetDllImportResolver(typeof(InferenceSession).Assembly, (name, _, _) => name == LibraryName ? library : 0);
        return true;
    }
}
