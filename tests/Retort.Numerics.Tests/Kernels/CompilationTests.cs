using System.Reflection;
using Retort.Numerics.Kernels;

namespace Retort.Numerics.Tests.Kernels;

public sealed class CompilationTests
{
    [Fact]
    public void Every_kernel_is_compiled_at_once_and_never_inlined()
    {
        Type[] kernels = [.. typeof(Relu).Assembly.GetTypes().Where(t => t.IsValueType && t.Namespace == typeof(Relu).Namespace && t.IsAssignableTo(typeof(IKernel)))];
        Assert.True(kernels.Length > 20);
        foreach (Type kernel in kernels)
        {
            MethodImplAttributes flags = kernel.GetMethod(nameof(IKernel.Execute))!.MethodImplementationFlags;
            Assert.True(flags.HasFlag((MethodImplAttributes)IKernel.Compilation), $"{kernel}: {flags}");
        }
    }
}
