using Retort.Numerics.Tests.Support;
using Retort.Numerics.Vectors;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Vectors;

/// <summary>All three widths, whichever of them the machine would choose.</summary>
public sealed unsafe class SimdTests
{
    [Fact]
    public void Parts_are_loaded_and_stored_without_touching_what_is_beyond_512() => Parts<Simd512>();

    [Fact]
    public void Parts_are_loaded_and_stored_without_touching_what_is_beyond_256() => Parts<Simd256>();

    [Fact]
    public void Parts_are_loaded_and_stored_without_touching_what_is_beyond_128() => Parts<Simd128>();

    [Fact]
    public void Arithmetic_is_element_wise_512() => Arithmetic<Simd512>();

    [Fact]
    public void Arithmetic_is_element_wise_256() => Arithmetic<Simd256>();

    [Fact]
    public void Arithmetic_is_element_wise_128() => Arithmetic<Simd128>();

    private static void Parts<T>()
        where T : unmanaged, ISimd<T>
    {
        for (int count = 1; count <= T.Count + 2; count++)
        {
            int lanes = Math.Min(count, T.Count);
            float[] content = Noise(lanes, count);
            foreach (bool atEnd in new[] { true, false })
            {
                using var source = new GuardedBlock(lanes, atEnd);
                using var destination = new GuardedBlock(lanes, atEnd);
                content.CopyTo(source.Span);
                T value = T.Load(source, count);
                value.Store(destination, count);
                destination.Check();
                Assert.Equal(content, destination.Span.ToArray());

                float[] all = new float[T.Count];
                fixed (float* p = all)
                {
                    value.Store(p);
                }

                Assert.Equal(content, all[..lanes]);
                Assert.All(all[lanes..], lane => Assert.Equal(0f, lane));
            }
        }
    }

    private static void Arithmetic<T>()
        where T : unmanaged, ISimd<T>
    {
        float[] a = Noise(T.Count, 1), b = Noise(T.Count, 2), c = Noise(T.Count, 3);
        Check<T>((x, y, _) => x + y, (x, y, _) => x + y, a, b, c, 1e-7);
        Check<T>((x, y, _) => x - y, (x, y, _) => x - y, a, b, c, 1e-7);
        Check<T>((x, y, _) => x * y, (x, y, _) => x * y, a, b, c, 1e-7);
        Check<T>((x, y, _) => x / y, (x, y, _) => x / y, a, b, c, 1e-6);
        Check<T>(T.MultiplyAdd, (x, y, z) => (x * y) + z, a, b, c, 1e-6);
        Check<T>((x, y, _) => T.Max(x, y), (x, y, _) => Math.Max(x, y), a, b, c, 0);
        Check<T>((x, y, _) => T.Min(x, y), (x, y, _) => Math.Min(x, y), a, b, c, 0);
        Check<T>((x, _, _) => T.Abs(x), (x, _, _) => Math.Abs(x), a, b, c, 0);
        Check<T>((x, _, _) => T.Sqrt(T.Abs(x)), (x, _, _) => Math.Sqrt(Math.Abs(x)), a, b, c, 1e-7);
        Check<T>((x, _, _) => T.Exp(x), (x, _, _) => Math.Exp(x), a, b, c, 5e-7);
        Check<T>((x, _, _) => T.Log(T.Abs(x)), (x, _, _) => Math.Log(Math.Abs(x)), a, b, c, 5e-7);
        Check<T>((x, y, z) => T.SelectGreater(x, y, z, T.Create(7)), (x, y, z) => x > y ? z : 7, a, b, c, 0);
        Check<T>((x, y, z) => T.SelectSameBits(x, T.SelectGreater(y, T.Zero, x, z), y, z), (x, y, z) => y > 0 ? y : z, a, b, c, 0);

        fixed (float* p = a)
        {
            Assert.Equal(a.ToDouble().Sum(), T.Sum(T.Load(p)), 1e-5);
        }

        Assert.Equal(5f * T.Count, T.Sum(T.Create(5)));
        Assert.Equal(0f, T.Sum(T.Zero));
    }

    private static void Check<T>(Func<T, T, T, T> actual, Func<double, double, double, double> expected, float[] a, float[] b, float[] c, double tolerance)
        where T : unmanaged, ISimd<T>
    {
        float[] result = new float[T.Count];
        fixed (float* p = a, q = b, r = c, s = result)
        {
            actual(T.Load(p), T.Load(q), T.Load(r)).Store(s);
        }

        AssertClose([.. a.Select((x, i) => expected(x, b[i], c[i]))], result, tolerance, tolerance);
    }
}
