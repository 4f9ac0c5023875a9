using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class ChannelsTests
{
    public static TheoryData<int, int> Shapes => RowsAndChannels;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Channels_move_between_strides_and_leave_their_neighbours_alone(int rows, int c)
    {
        foreach ((int from, int to) in new[] { (c, c), (c + 3, c), (c, c + 5), (c + 1, c + 2) })
        {
            float[] source = Noise(((rows - 1) * from) + c, 1), destination = Noise(((rows - 1) * to) + c, 2);
            float[][] results = Trial.Run((pool, memory) =>
            {
                GuardedBlock copied = memory.InOut(destination), added = memory.InOut(destination);
                Channels.Copy(pool, memory.In(source), from, copied, to, rows, c, accumulate: false);
                Channels.Copy(pool, memory.In(source), from, added, to, rows, c, accumulate: true);
                return [copied, added];
            });
            for (int i = 0; i < destination.Length; i++)
            {
                (int row, int channel) = Math.DivRem(i, to);
                bool moved = channel < c;
                float value = moved ? source[(row * from) + channel] : 0;
                Assert.Equal(moved ? value : destination[i], results[0][i]);
                Assert.Equal(destination[i] + value, results[1][i]);
            }
        }
    }
}
