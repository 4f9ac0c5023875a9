namespace Retort.Training;

/// <summary>The steps of all phases in one row.</summary>
/// <param name="Steps">Steps of each phase.</param>
internal sealed record TrainerSchedule(IReadOnlyList<int> Steps)
{
    /// <summary>Steps of all phases.</summary>
    public long Total => Steps.Sum(s => (long)s);

    /// <summary>How many phases have begun when so many steps are done; one without steps begins with the next.</summary>
    public int Begun(long done) => done == 0 ? 0 : Locate(done - 1).Phase + 1;

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
