using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>The two-dimensional transforms of one tile: columns first, then rows.</summary>
/// <remarks>Channels are taken by cache lines (<see cref="WinogradBlock.Lanes"/>), not by vectors: the points of a tile lie far apart, and a
/// narrow vector's second half of a line would find it gone from the nearest cache.</remarks>
internal static unsafe class WinogradTileTransforms
{
    private const int LargestInputs = 6;
    private const int LargestOutputs = 4;

    // From here on the pixels of a tile fall into the same few sets of the nearest cache and come from farther away: they are asked for early.
    private const int ManyChannels = 256;

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
    /// <param name="far">Whether <paramref name="v"/> is larger than the second-level cache.</param>
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    public static void Input<T, TTransform>(in WinogradGrid grid, int tile, float* x, int channels, int first, int end, in WinogradBlock v, int slot, bool far)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        float** pixels = stackalloc float*[LargestInputs * LargestInputs];
        float* scratch = stackalloc float[(LargestInputs * LargestInputs * WinogradBlock.Lanes) + Slack];
        var columns = new WinogradMatrix(Align(scratch), inputs, WinogradBlock.Lanes);
        grid.Gather(tile, -1, inputs, x, channels, pixels);
        float* memory = stackalloc float[WinogradFactors<T>.Most];
        var factors = new WinogradFactors<T>(Copy(TTransform.InputFactors, memory));
        for (int c = first; c < end; c += WinogradBlock.Lanes)
        {
            FetchPixels(pixels, inputs * inputs, c + WinogradBlock.Lanes, channels);

            if (far)
            {
                FetchLines(v.Address(slot, c + WinogradBlock.Lanes), v.Plane, inputs * inputs);
            }

            for (int j = 0; j < inputs; j++)
            {
                for (int lane = 0; lane < WinogradBlock.Lanes; lane += T.Count)
                {
                    TTransform.Input<T, PixelLine>(new PixelLine(pixels + j, inputs, c + lane), columns.Column(j, lane), factors);
                }
            }

            var result = new WinogradMatrix(v.Address(slot, c), inputs, v.Plane);
            for (int i = 0; i < inputs; i++)
            {
                for (int lane = 0; lane < WinogradBlock.Lanes; lane += T.Count)
                {
                    TTransform.Input<T, StridedLine>(columns.Row(i, lane), result.Row(i, lane), factors);
                }
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
        var columns = new WinogradMatrix(Align(scratch), outputs, WinogradBlock.Lanes);
        grid.Gather(tile, 0, outputs, dy, channels, pixels);
        float* memory = stackalloc float[WinogradFactors<T>.Most];
        var factors = new WinogradFactors<T>(Copy(TTransform.OutputFactors, memory));
        for (int c = first; c < end; c += WinogradBlock.Lanes)
        {
            FetchPixels(pixels, outputs * outputs, c + WinogradBlock.Lanes, channels);
            FetchLines(m.Address(slot, c + WinogradBlock.Lanes), m.Plane, inputs * inputs);
            for (int j = 0; j < outputs; j++)
            {
                for (int lane = 0; lane < WinogradBlock.Lanes; lane += T.Count)
                {
                    TTransform.OutputAdjoint<T, PixelLine>(new PixelLine(pixels + j, outputs, c + lane), columns.Column(j, lane), factors);
                }
            }

            var result = new WinogradMatrix(m.Address(slot, c), inputs, m.Plane);
            for (int i = 0; i < inputs; i++)
            {
                for (int lane = 0; lane < WinogradBlock.Lanes; lane += T.Count)
                {
                    TTransform.OutputAdjoint<T, StridedLine>(columns.Row(i, lane), result.Row(i, lane), factors);
                }
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
        float* scratch = stackalloc float[(LargestOutputs * LargestInputs * WinogradBlock.Lanes) + Slack];
        var columns = new WinogradMatrix(Align(scratch), inputs, WinogradBlock.Lanes);
        grid.Locate(tile, 0, outputs, numbers);
        float* memory = stackalloc float[WinogradFactors<T>.Most];
        var factors = new WinogradFactors<T>(Copy(TTransform.OutputFactors, memory));
        for (int c = first; c < end; c += WinogradBlock.Lanes)
        {
            var products = new WinogradMatrix(m.Address(slot, c), inputs, m.Plane);
            for (int j = 0; j < inputs; j++)
            {
                for (int lane = 0; lane < WinogradBlock.Lanes; lane += T.Count)
                {
                    TTransform.Output<T, StridedLine, StridedLine>(products.Column(j, lane), columns.Column(j, lane), factors);
                }
            }

            for (int i = 0; i < outputs; i++)
            {
                for (int lane = 0; lane < WinogradBlock.Lanes; lane += T.Count)
                {
                    TTransform.Output<T, StridedLine, OutputLine>(columns.Row(i, lane), new OutputLine(epilogue, numbers + (i * outputs), channels, c + lane), factors);
                }
            }
        }
    }

    // What is read next, one line a pixel.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchPixels(float** pixels, int count, int channel, int channels)
    {
        if (channels >= ManyChannels)
        {
            for (int i = 0; i < count; i++)
            {
                Simd.Prefetch(pixels[i] + channel);
            }
        }
    }

    /// <summary>Asks for what is written next, one line a plane: otherwise every store waits for its line to come. Beyond the last it does no harm.</summary>
    /// <param name="line">The first.</param>
    /// <param name="plane">Floats from one to the next.</param>
    /// <param name="points">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchLines(float* line, nint plane, int points)
    {
        for (; points > 0; points--)
        {
            Simd.Prefetch(line);
            line += plane;
        }
    }

    /// <summary>Factors by way of memory, or the compiler would see constants again.</summary>
    public static float* Copy(ReadOnlySpan<float> factors, float* memory)
    {
        factors.CopyTo(new Span<float>(memory, factors.Length));
        return memory;
    }

    private static float* Align(float* pointer) =>
        (float*)(((nuint)pointer + AlignedBuffer.Alignment - 1) & ~(nuint)(AlignedBuffer.Alignment - 1));
}
