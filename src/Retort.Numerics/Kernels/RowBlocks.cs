namespace Retort.Numerics.Kernels;

/// <summary>How the rows of a matrix are cut into items: by its shape alone.</summary>
internal readonly struct RowBlocks
{
    private readonly int _rows;

    /// <summary>Cuts rows into blocks of about so many floats.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="rowLength">Floats of a row.</param>
    /// <param name="floats">What a block should hold, about.</param>
    /// <param name="highest">The most rows of a block.</param>
    public RowBlocks(int rows, int rowLength, int floats = Elementwise.ItemLength, int highest = int.MaxValue)
    {
        _rows = rows;
        Height = Math.Clamp(floats / Math.Max(1, rowLength), 1, highest);
        Count = (int)(((long)rows + Height - 1) / Height);
    }

    /// <summary>Rows of a block; the last may have fewer.</summary>
    public int Height { get; }

    /// <summary>How many blocks.</summary>
    public int Count { get; }

    /// <summary>The first row of a block.</summary>
    public int First(int block) => block * Height;

    /// <summary>The row after the last one of a block.</summary>
    public int End(int block) => (int)Math.Min(_rows, ((long)block + 1) * Height);
}
