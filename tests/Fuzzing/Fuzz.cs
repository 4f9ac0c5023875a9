using System.Globalization;
using System.Runtime.ExceptionServices;
using Xunit;

namespace Retort.Fuzzing;

/// <summary>
/// Reads many damaged files. Each must be read or refused, with one clear sentence, within five seconds and a gigabyte. <c>./test</c> reads some
/// of each kind, <c>bench/fuzz</c> as many as it is told to. The same number always gives the same inputs.
/// </summary>
internal static class Fuzz
{
    private const long MostMemory = 1L << 30;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>How many inputs of a kind <c>bench/fuzz</c> asks for; null in an ordinary run of the tests.</summary>
    private static int? Asked => int.TryParse(Environment.GetEnvironmentVariable("RETORT_FUZZ_INPUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : null;

    /// <summary>Damages and reads.</summary>
    /// <typeparam name="TRefusal">What an input that is refused must be refused with.</typeparam>
    /// <param name="name">What is read, for messages.</param>
    /// <param name="inputs">How many inputs, unless <c>bench/fuzz</c> asks for another number.</param>
    /// <param name="originals">Whole files to make them from.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="begins">How a refusal begins: with the name of the file.</param>
    /// <param name="words">Words that mean something in such files.</param>
    /// <returns>How many were refused, and how many there were.</returns>
    public static (int Refused, int Inputs) Run<TRefusal>(
        string name, int inputs, IReadOnlyList<byte[]> originals, Action<byte[]> read, string begins, IReadOnlyList<string>? words = null)
        where TRefusal : Exception
    {
        int count = Asked ?? inputs;
        int refused = 0, current = 0;
        byte[] input = [];
        ExceptionDispatchInfo? failure = null;
        var mutator = new Mutator(originals, words ?? []);
        var worker = new Thread(() =>
        {
            try
            {
                for (int i = 0; i < count; i++)
                {
                    Volatile.Write(ref input, mutator.Create(i));
                    Volatile.Write(ref current, i + 1);
                    refused += Reads<TRefusal>(read, Volatile.Read(ref input), begins) ? 0 : 1;
                }
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        worker.IsBackground = true; // A hang must not keep the process.
        worker.Start();
        int seen = 0;
        while (!worker.Join(Longest))
        {
            int now = Volatile.Read(ref current);
            Assert.True(now != seen, $"{name}: input {now - 1} takes more than {Longest.TotalSeconds} s; it is in {Save(name, Volatile.Read(ref input))}.");
            seen = now;
        }

        if (failure is not null)
        {
            Assert.Fail($"{name}: input {current - 1}, which is in {Save(name, input)}: {failure.SourceException}");
        }

        return (refused, count);
    }

    private static bool Reads<TRefusal>(Action<byte[]> read, byte[] input, string begins)
        where TRefusal : Exception
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(input);
            return true;
        }
        catch (TRefusal e)
        {
            Assert.StartsWith(begins, e.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
            if (Asked is not null)
            {
                // What native code takes shows in the process alone, and only when nothing else runs in it.
                Assert.InRange(Environment.WorkingSet, 0, MostMemory);
            }
        }
    }

    private static string Save(string name, byte[] input)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "retort-fuzz")).FullName;
        string path = Path.Combine(folder, string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')));
        File.WriteAllBytes(path, input);
        return path;
    }
}
