namespace Retort.Imaging;

/// <summary>How the samples of a pixel lie in memory, 8 bits each, as cameras and picture libraries deliver them.</summary>
public enum PixelFormat
{
    /// <summary>Red, green, blue.</summary>
    Rgb24,

    /// <summary>Blue, green, red: OpenCV and most Windows interfaces.</summary>
    Bgr24,

    /// <summary>Red, green, blue, alpha; alpha is dropped.</summary>
    Rgba32,

    /// <summary>Blue, green, red, alpha; alpha is dropped.</summary>
    Bgra32,

    /// <summary>One grey value, repeated for red, green and blue.</summary>
    Grey8,
}
