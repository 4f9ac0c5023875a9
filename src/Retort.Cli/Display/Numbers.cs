using System.Globalization;

namespace Retort.Cli.Display;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    /// <summary>A time: <c>4:05</c> or <c>1:02:03</c>.</summary>
    public static string Time(TimeSpan time) =>
        time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}") : time.ToString("m\\:ss", CultureInfo.InvariantCulture);

    /// <summary>Four significant digits.</summary>
    public static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A number within 0 and 1, with three decimals.</summary>
    public static string Fraction(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>A share in percent with up to three significant digits: <c>2 %</c>, <c>0.125 %</c>.</summary>
    public static string Share(double share) => (100 * share).ToString("G3", CultureInfo.InvariantCulture) + " %";

    /// <summary>A share in percent with one decimal; a dash for none.</summary>
    public static string Percent(double? share) => share is { } value ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) : "-";

    /// <summary>Bytes in megabytes of a million, with one decimal.</summary>
    public static string Megabytes(long bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>How many of something, with the right ending: <c>1 picture</c>, <c>2 pictures</c>.</summary>
    public static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
