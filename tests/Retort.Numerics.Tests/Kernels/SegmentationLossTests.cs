using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class SegmentationLossTests
{
    public static TheoryData<int, float, bool> Cases
    {
        get
        {
            TheoryData<int, float, bool> data = new();
            foreach (float gamma in new[] { 0, 0.5f, 1, 2, 4 })
            {
                foreach (int count in new[] { 1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 67, 4097 })
                {
                    data.Add(count, gamma, count % 2 == 1);
                }
            }

            data.Add(64, 4, true);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_agrees_with_its_definition_and_its_gradient_with_differences(int count, float gamma, bool l1)
    {
        float[] z = Noise(count, 1, scale: 4), before = Noise(count, 3);
        foreach (float[] m in new[] { Integers(count, 2, 1), [.. Integers(count, 2, 4).Select(v => v / 4)] })
        {
            // A loss gradient as large as the count, so that the gradients of single logits are of the order of one.
            float[][] results = Run(z, m, gamma, l1, count, before);
            AssertClose(Reference.SegmentationLoss(z.ToDouble(), m.ToDouble(), gamma, l1), results[0], 1e-5, 1e-7);
            double[] F(double[] v) => Reference.SegmentationLoss(v, m.ToDouble(), gamma, l1);
            AssertGradient(F, z, [count], results[1], relative: 2e-4, absolute: 1e-6 + (1e-7 * count));
            AssertGradient(F, z, [count], results[2], before, relative: 2e-4, absolute: 1e-6 + (1e-7 * count));
        }
    }

    [Fact]
    public void Far_logits_cost_at_most_a_hundred_and_still_have_a_gradient()
    {
        float[] z = [50, -50, 120, -120, 1e30f, -1e30f], m = [0, 1, 0, 1, 0, 1];
        float[][] results = Run(z, m, 0, false, 6, new float[6]);
        AssertClose([500 / 6.0], results[0], 1e-6, 0);
        AssertClose([1, -1, 1, -1, 1, -1], results[1], 1e-6, 0);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    [InlineData(4f)]
    public void Far_logits_on_the_right_side_cost_nothing(float gamma)
    {
        float[] z = [200, -200, 1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity], m = [1, 0, 1, 0, 1, 0];
        float[][] results = Run(z[..4], m[..4], gamma, true, 4, new float[4]);
        AssertClose([0], results[0], 0, 1e-30);
        AssertClose([0, 0, 0, 0], results[1], 0, 1e-30);
    }

    [Fact]
    public void Small_probabilities_keep_their_precision()
    {
        // BCE = log(1 + e^-20) = 2.06e-9, far below the precision of 1 - p in floats.
        float[][] results = Run([20], [1], 0, false, 1, [0]);
        AssertClose([2.0611536203143246e-9], results[0], 1e-5, 0);
        AssertClose([-2.0611536181902037e-9], results[1], 1e-5, 0);
    }

    private static float[][] Run(float[] z, float[] m, float gamma, bool l1, float dLoss, float[] before) => Trial.Run((pool, memory) =>
    {
        GuardedBlock loss = memory.Out(1), dz = memory.Out(z.Length), added = memory.InOut(before);
        SegmentationLoss.Forward(pool, memory.In(z), memory.In(m), z.Length, gamma, l1, memory.Out(SegmentationLoss.ScratchLength(z.Length)), loss);
        SegmentationLoss.Backward(pool, memory.In(z), memory.In(m), z.Length, gamma, l1, memory.In([dLoss]), dz, accumulate: false);
        SegmentationLoss.Backward(pool, memory.In(z), memory.In(m), z.Length, gamma, l1, memory.In([dLoss]), added, accumulate: true);
        return [loss, dz, added];
    });
}
