using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>What a one-dimensional transform reads: a few vectors, numbered from 0.</summary>
internal interface IWinogradLine
{
    /// <summary>Reads the vector of one position.</summary>
    T Load<T>(int position)
        where T : unmanaged, ISimd<T>;
}

/// <summary>What a one-dimensional transform writes: a few vectors, numbered from 0.</summary>
internal interface IWinogradResult
{
    /// <summary>Takes the vector of one position.</summary>
    void Store<T>(int position, T value)
        where T : unmanaged, ISimd<T>;
}

/// <summary>Vectors at equal distances in memory.</summary>
/// <param name="start">The first.</param>
/// <param name="step">Floats from one to the next.</param>
internal readonly unsafe struct StridedLine(float* start, nint step) : IWinogradLine, IWinogradResult
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(int position)
        where T : unmanaged, ISimd<T> => T.Load(start + (position * step));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(int position, T value)
        where T : unmanaged, ISimd<T> => value.Store(start + (position * step));
}

/// <summary>Vectors of the pixels of a tile's column, wherever they lie.</summary>
/// <param name="pixels">The column's first entry in the table of pixels.</param>
/// <param name="step">Table entries from one row to the next.</param>
/// <param name="channel">The first channel.</param>
internal readonly unsafe struct PixelLine(float** pixels, int step, nint channel) : IWinogradLine
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(int position)
        where T : unmanaged, ISimd<T> => T.Load(pixels[position * step] + channel);
}

/// <summary>Outputs of a tile's row: bias, residual and ReLU, and then wherever their pixels lie.</summary>
/// <param name="epilogue">What follows the convolution.</param>
/// <param name="pixels">The row's first pixel number; those below 0 lie outside the picture.</param>
/// <param name="channels">Floats of a pixel.</param>
/// <param name="channel">The first channel.</param>
internal readonly unsafe struct OutputLine(WinogradEpilogue epilogue, long* pixels, int channels, int channel) : IWinogradResult
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(int position, T value)
        where T : unmanaged, ISimd<T>
    {
        if (pixels[position] < 0)
        {
            return;
        }

        nint place = ((nint)pixels[position] * channels) + channel;
        if (epilogue.Bias != null)
        {
            value += T.Load(epilogue.Bias + channel);
        }

        if (epilogue.Residual != null)
        {
            value += T.Load(epilogue.Residual + place);
        }

        if (epilogue.Relu)
        {
            value = T.Max(value, T.Zero);
        }

        value.Store(epilogue.Y + place);
    }
}

/// <summary>Lines of channels in rows and columns, at equal distances in memory.</summary>
/// <param name="data">The first.</param>
/// <param name="width">Columns.</param>
/// <param name="step">Floats from one column to the next.</param>
internal readonly unsafe struct WinogradMatrix(float* data, int width, nint step)
{
    /// <summary>A vector from each column of a row.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="lane">The vector's first channel in each line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StridedLine Row(int row, int lane) => new(data + (row * width * step) + lane, step);

    /// <summary>A vector from each row of a column.</summary>
    /// <param name="column">Which column.</param>
    /// <param name="lane">The vector's first channel in each line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StridedLine Column(int column, int lane) => new(data + (column * step) + lane, width * step);
}
