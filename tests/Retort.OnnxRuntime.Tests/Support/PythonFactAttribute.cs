using System.ComponentModel;

namespace Retort.OnnxRuntime.Tests.Support;

/// <summary>A test that needs a Python with what <c>samples/onnx_consumer.py</c> imports.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public const string Python = "python3";

    public PythonFactAttribute()
    {
        if (!HasModules())
        {
            Skip = $"There is no {Python} with numpy, onnxruntime and PIL.";
        }
    }

    private static bool HasModules()
    {
        try
        {
            return Program.Run(Python, "", "-c", "import numpy, onnxruntime, PIL").Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
