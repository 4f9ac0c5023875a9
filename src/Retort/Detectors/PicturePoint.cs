namespace Retort.Detectors;

/// <summary>A place in a picture as it was given, in pixels from its left upper corner: the middle of the first pixel is (0.5, 0.5).</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
public readonly record struct PicturePoint(double X, double Y);
