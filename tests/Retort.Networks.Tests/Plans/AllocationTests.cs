using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;
using Retort.Numerics;

namespace Retort.Networks.Tests.Plans;

[Collection(Alone.Name)]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Training_allocates_nothing_after_the_first_step(int threads)
    {
        using var pool = new WorkerPool(threads);
        (_, Value loss) = TrainingPlanTests.EveryOperation();
        var plan = TrainingPlan.Compile([loss], TestNetwork.Trains, pool);
        Optimizer[] optimizers = [
            new StochasticGradientDescent(plan, [new ParameterGroup(_ => true, 1e-3)], 0.9, 1e-4),
            new Adam(plan, [new ParameterGroup(_ => true, 1e-3)])];
        AllocatesNothing(() =>
        {
            plan.Step();
            foreach (Optimizer optimizer in optimizers)
            {
                optimizer.Update(pool);
            }
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Inference_allocates_nothing_after_the_first_run(int threads)
    {
        using var pool = new WorkerPool(threads);
        (_, Value loss) = TrainingPlanTests.EveryOperation();
        var plan = InferencePlan.Compile([loss], pool);
        AllocatesNothing(plan.Run);
    }

    // The runtime and the threads of the test runner allocate now and then; what the plan itself allocated would be there every time.
    private static void AllocatesNothing(Action action)
    {
        action();
        Assert.Equal(0, Least(GC.GetAllocatedBytesForCurrentThread, action));
        Assert.Equal(0, Least(() => GC.GetTotalAllocatedBytes(precise: true), action));
    }

    private static long Least(Func<long> allocated, Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 100 && least > 0; i++)
        {
            long before = allocated();
            action();
            least = Math.Min(least, allocated() - before);
        }

        return least;
    }
}
