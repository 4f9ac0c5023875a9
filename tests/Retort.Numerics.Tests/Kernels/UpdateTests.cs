using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class UpdateTests
{
    public static TheoryData<int> Lengths => Numbers.Lengths;

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sgd_steps_agree_with_their_definition(int count)
    {
        foreach (bool nesterov in new[] { false, true })
        {
            const float lr = 0.1f, momentum = 0.9f, decay = 0.01f;
            float[] w = Noise(count, 1), g = Noise(count, 2), v = Noise(count, 3);
            float[][] results = Trial.Run((pool, memory) =>
            {
                GuardedBlock weights = memory.InOut(w), velocity = memory.InOut(v);
                SgdUpdate.Run(pool, weights, memory.In(g), velocity, count, lr, momentum, decay, nesterov);
                return [weights, velocity];
            });
            double[] direction = [.. w.Zip(g, (p, q) => q + ((double)decay * p))];
            double[] newVelocity = [.. v.Zip(direction, (p, q) => ((double)momentum * p) + q)];
            AssertClose(newVelocity, results[1]);
            AssertClose([.. w.Select((p, i) => p - (lr * (nesterov ? direction[i] + (momentum * newVelocity[i]) : newVelocity[i])))], results[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Adam_steps_agree_with_their_definition(int count)
    {
        const double lr = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0.05;
        const int step = 3;
        float[] w = Noise(count, 1), g = Noise(count, 2), m = Noise(count, 3), v = [.. Noise(count, 4).Select(Math.Abs)];
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock weights = memory.InOut(w), mean = memory.InOut(m), square = memory.InOut(v);
            AdamUpdate.Run(pool, weights, memory.In(g), mean, square, count, (float)lr, beta1, beta2, (float)epsilon, (float)decay, step);
            return [weights, mean, square];
        });
        for (int i = 0; i < count; i++)
        {
            double direction = g[i] + (decay * w[i]);
            double mean = (beta1 * m[i]) + ((1 - beta1) * direction);
            double square = (beta2 * v[i]) + ((1 - beta2) * direction * direction);
            double root = Math.Sqrt(square / (1 - Math.Pow(beta2, step))) + epsilon;
            AssertClose([w[i] - (lr * mean / (1 - Math.Pow(beta1, step)) / root), mean, square], [results[0][i], results[1][i], results[2][i]]);
        }
    }
}
