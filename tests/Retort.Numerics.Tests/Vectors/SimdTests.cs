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

    [Fact]
    public void Exponential_and_logarithm_are_good_to_a_few_units_in_the_last_place_512() => Transcendental<Simd512>();

    [Fact]
    public void Exponential_and_logarithm_are_good_to_a_few_units_in_the_last_place_256() => Transcendental<Simd256>();

    [Fact]
    public void Exponential_and_logarithm_are_good_to_a_few_units_in_the_last_place_128() => Transcendental<Simd128>();

    private static void Transcendental<T>()
        where T : unmanaged, ISimd<T>
    {
        const double units = 3 * 5.9604645e-8, smallest = 1.17549435e-38;
        for (double x = -110; x < 95; x += 0.00731)
        {
            double expected = Math.Exp((float)x);
            float actual = One<T>(T.Exp, (float)x);
            if (expected > float.MaxValue)
            {
                Assert.Equal(float.PositiveInfinity, actual);
            }
            else
            {
                Assert.True(Math.Abs(expected - actual) <= (units * expected) + (smallest * 1.2e-7), $"exp({x}): {expected:R}, {actual:R}.");
            }
        }

        for (double x = 1e-45; x < 3.4e38; x *= 1.00731)
        {
            AssertLog((float)x);
        }

        for (int i = -2000; i <= 2000; i++)
        {
            AssertLog(1 + (i * 1e-6f));
        }

        Assert.Equal(1f, One<T>(T.Exp, 0));
        Assert.Equal(0f, One<T>(T.Log, 1));
        Assert.Equal(0f, One<T>(T.Exp, float.NegativeInfinity));
        Assert.Equal(float.PositiveInfinity, One<T>(T.Exp, float.PositiveInfinity));
        Assert.Equal(float.PositiveInfinity, One<T>(T.Log, float.PositiveInfinity));
        Assert.Equal(float.NegativeInfinity, One<T>(T.Log, 0));
        Assert.True(float.IsNaN(One<T>(T.Exp, float.NaN)));
        Assert.True(float.IsNaN(One<T>(T.Log, float.NaN)));
        Assert.True(float.IsNaN(One<T>(T.Log, -1)));
        Assert.True(float.IsNaN(One<T>(T.Log, float.NegativeInfinity)));

        static void AssertLog(float x)
        {
            double expected = Math.Log(x);
            Assert.True(Math.Abs(expected - One<T>(T.Log, x)) <= units * Math.Abs(expected), $"log({x:R}): {expected:R}, {One<T>(T.Log, x):R}.");
        }
    }

    private static float One<T>(Func<T, T> function, float x)
        where T : unmanaged, ISimd<T>
    {
        T value = function(T.Create(x));
        return *(float*)&value;
    }

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
        Check<T>(T.MultiplySubtractFrom, (x, y, z) => z - (x * y), a, b, c, 1e-6);
        Check<T>((x, y, z) => T.MultiplySubtractFrom(x, y, z) - T.MultiplyAdd(T.Zero - x, y, z), (_, _, _) => 0, a, b, c, 0);
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
