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

/// <summary>Vectors at equal distances in memory.</summary>
/// <param name="start">The first.</param>
/// <param name="step">Floats from one to the next.</param>
internal readonly unsafe struct StridedLine(float* start, nint step) : IWinogradLine
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(int position)
        where T : unmanaged, ISimd<T> => T.Load(start + (position * step));

    /// <summary>Writes the vector of one position.</summary>
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
