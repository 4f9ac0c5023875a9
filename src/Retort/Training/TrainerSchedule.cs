namespace Retort.Training;

/// <summary>The steps of all phases in one row.</summary>
/// <param name="Steps">Steps of each phase.</param>
internal sealed record TrainerSchedule(IReadOnlyList<int> Steps)
{
    /// <summary>Steps of all phases.</summary>
    public long Total => Steps.Sum(s => (long)s);

    /// <summary>The phase and the step in it of a step of the whole run.</summary>
    public (int Phase, int Step) Locate(long index)
    {
        for (int phase = 0; phase < Steps.Count; phase++)
        {
            if (index < Steps[phase])
            {
                return (phase, (int)index);
            }

            index -= Steps[phase];
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }
}
