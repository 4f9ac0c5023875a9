namespace Retort.Networks.Plans;

/// <summary>Places buffers with known lifetimes in one block of memory: largest first, each at the lowest place that is free for all of its life.</summary>
internal static class ArenaPlanner
{
    private const long Granule = 16;

    /// <summary>Chooses an offset for each buffer.</summary>
    /// <param name="buffers">The buffers; those no step touches get no place.</param>
    /// <param name="offsets">Receives the offsets in floats, as many as buffers.</param>
    /// <returns>Floats of the whole block.</returns>
    public static long Place(IReadOnlyList<PlanBuffer> buffers, Span<long> offsets)
    {
        int[] order = [.. Enumerable.Range(0, buffers.Count).Where(i => buffers[i].FirstStep >= 0).OrderByDescending(i => buffers[i].Length).ThenBy(i => buffers[i].FirstStep)];
        var placed = new List<(long Start, long End, PlanBuffer Buffer)>();
        long total = 0;
        foreach (int i in order)
        {
            PlanBuffer buffer = buffers[i];
            long size = (buffer.Length + Granule - 1) / Granule * Granule;
            long start = 0;
            foreach ((long otherStart, long otherEnd, _) in placed.Where(p => p.Buffer.FirstStep <= buffer.LastStep && buffer.FirstStep <= p.Buffer.LastStep).OrderBy(p => p.Start))
            {
                if (start + size <= otherStart)
                {
                    break;
                }

                start = Math.Max(start, otherEnd);
            }

            offsets[i] = start;
            placed.Add((start, start + size, buffer));
            total = Math.Max(total, start + size);
        }

        return total;
    }
}
