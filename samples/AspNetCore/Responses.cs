namespace Samples;

/// <summary>What the service says of a picture.</summary>
internal sealed record InspectionResponse(string Verdict, float Score, float NormalizedScore, IReadOnlyList<RegionResponse> Regions, double Milliseconds);

/// <summary>A part of a picture that departs from the good ones, in its pixels.</summary>
internal sealed record RegionResponse(int X, int Y, int Width, int Height, double Area, float Peak);
