namespace Retort.Imaging.Vips;

/// <summary>What libvips reports, in its words and without the name of the file: callers turn it into an <see cref="ImageException"/>.</summary>
internal sealed class VipsException(string message) : Exception(message);
