using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>The two-dimensional transforms of one tile, a vector of channels at a time: columns first, then rows.</summary>
internal static unsafe class WinogradTileTransforms
{
    private const int LargestInputs = 8;
    private const int LargestOutputs = 6;

    // Room to move to the next 64-byte boundary.
    private const int Slack = AlignedBuffer.Alignment / sizeof(float);

    /// <summary>V = B^T d B for some channels of a tile.</summary>
    /// <param name="grid">Where the tile lies.</param>
    /// <param name="tile">Its number in the grid.</param>
    /// <param name="x">The input, <c>[N, H, W, channels]</c>.</param>
    /// <param name="channels">Floats of a pixel.</param>
    /// <param name="first">First channel to transform.</param>
    /// <param name="end">Channel after the last.</param>
    /// <param name="v">Where the results go.</param>
    /// <param name="slot">The tile's number in <paramref name="v"/>.</param>
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    public static void Input<T, TTransform>(in WinogradGrid grid, int tile, float* x, int channels, int first, int end, in WinogradBlock v, int slot)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        float** pixels = stackalloc float*[LargestInputs * LargestInputs];
        float* scratch = stackalloc float[(LargestInputs * LargestInputs * WinogradBlock.Lanes) + Slack];
        float* columns = Align(scratch);
        grid.Gather(tile, -1, inputs, x, channels, pixels);
        nint plane = v.Plane;
        for (int c = first; c < end; c += T.Count)
        {
            for (int j = 0; j < inputs; j++)
            {
                TTransform.Input<T, PixelLine>(new PixelLine(pixels + j, inputs, c), new StridedLine(columns + (j * T.Count), inputs * T.Count));
            }

            float* result = v.Address(slot, c);
            for (int i = 0; i < inputs; i++)
            {
                TTransform.Input<T, StridedLine>(new StridedLine(columns + (i * inputs * T.Count), T.Count), new StridedLine(result + (i * inputs * plane), plane));
            }
        }
    }

    /// <summary>A dY A^T for some channels of a tile: the adjoint of <see cref="Output"/>.</summary>
    /// <param name="grid">Where the tile lies.</param>
    /// <param name="tile">Its number in the grid.</param>
    /// <param name="dy">The gradient of the output, <c>[N, H, W, channels]</c>.</param>
    /// <param name="channels">Floats of a pixel.</param>
    /// <param name="first">First channel to transform.</param>
    /// <param name="end">Channel after the last.</param>
    /// <param name="m">Where the results go.</param>
    /// <param name="slot">The tile's number in <paramref name="m"/>.</param>
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    public static void OutputAdjoint<T, TTransform>(in WinogradGrid grid, int tile, float* dy, int channels, int first, int end, in WinogradBlock m, int slot)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        int outputs = TTransform.Outputs;
        float** pixels = stackalloc float*[LargestOutputs * LargestOutputs];
        float* scratch = stackalloc float[(LargestInputs * LargestOutputs * WinogradBlock.Lanes) + Slack];
        float* columns = Align(scratch);
        grid.Gather(tile, 0, outputs, dy, channels, pixels);
        nint plane = m.Plane;
        for (int c = first; c < end; c += T.Count)
        {
            for (int j = 0; j < outputs; j++)
            {
                TTransform.OutputAdjoint<T, PixelLine>(new PixelLine(pixels + j, outputs, c), new StridedLine(columns + (j * T.Count), outputs * T.Count));
            }

            float* result = m.Address(slot, c);
            for (int i = 0; i < inputs; i++)
            {
                TTransform.OutputAdjoint<T, StridedLine>(new StridedLine(columns + (i * outputs * T.Count), T.Count), new StridedLine(result + (i * inputs * plane), plane));
            }
        }
    }

    /// <summary>A^T M A for some channels of a tile, and what follows a convolution.</summary>
    /// <param name="grid">Where the tile lies.</param>
    /// <param name="tile">Its number in the grid.</param>
    /// <param name="m">The products.</param>
    /// <param name="slot">The tile's number in <paramref name="m"/>.</param>
    /// <param name="epilogue">Where the output goes, and what is added to it.</param>
    /// <param name="channels">Floats of an output pixel.</param>
    /// <param name="first">First channel to transform.</param>
    /// <param name="end">Channel after the last.</param>
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    public static void Output<T, TTransform>(in WinogradGrid grid, int tile, in WinogradBlock m, int slot, in WinogradEpilogue epilogue, int channels, int first, int end)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        int outputs = TTransform.Outputs;
        long* numbers = stackalloc long[LargestOutputs * LargestOutputs];
        float* scratch = stackalloc float[(LargestOutputs * (LargestInputs + LargestOutputs) * WinogradBlock.Lanes) + Slack];
        float* columns = Align(scratch);
        float* square = columns + (LargestOutputs * LargestInputs * WinogradBlock.Lanes);
        grid.Locate(tile, 0, outputs, numbers);
        nint plane = m.Plane;
        for (int c = first; c < end; c += T.Count)
        {
            float* products = m.Address(slot, c);
            for (int j = 0; j < inputs; j++)
            {
                TTransform.Output<T, StridedLine>(new StridedLine(products + (j * plane), inputs * plane), new StridedLine(columns + (j * T.Count), inputs * T.Count));
            }

            for (int i = 0; i < outputs; i++)
            {
                TTransform.Output<T, StridedLine>(new StridedLine(columns + (i * inputs * T.Count), T.Count), new StridedLine(square + (i * outputs * T.Count), T.Count));
            }

            T bias = epilogue.Bias == null ? T.Zero : T.Load(epilogue.Bias + c);
            for (int i = 0; i < outputs * outputs; i++)
            {
                if (numbers[i] < 0)
                {
                    continue;
                }

                nint offset = (nint)(numbers[i] * channels) + c;
                T value = T.Load(square + (i * T.Count)) + bias;
                if (epilogue.Residual != null)
                {
                    value += T.Load(epilogue.Residual + offset);
                }

                if (epilogue.Relu)
                {
                    value = T.Max(value, T.Zero);
                }

                value.Store(epilogue.Y + offset);
            }
        }
    }

    private static float* Align(float* pointer) =>
        (float*)(((nuint)pointer + AlignedBuffer.Alignment - 1) & ~(nuint)(AlignedBuffer.Alignment - 1));
}
