namespace Retort.Training;

/// <summary>How fast a training goes, and how long what is left will take.</summary>
/// <remarks>
/// A phase that has been seen is reckoned at its own pace, one that has not at the pace of the latest one seen and the ratio of their
/// <see cref="Methods.MethodOptions.PhaseCosts"/>.
/// </remarks>
/// <param name="steps">Steps of each phase.</param>
/// <param name="costs">What a step of each phase costs; only the ratios matter.</param>
/// <param name="earlier">The time of earlier sittings.</param>
/// <param name="clock">What time it is.</param>
internal sealed class TrainerPace(IReadOnlyList<int> steps, IReadOnlyList<double> costs, TimeSpan earlier, TimeProvider clock)
{
    /// <summary>How much the latest step counts: enough that a change of pace shows after some ten steps.</summary>
    private const double Weight = 0.1;

    private readonly long _start = clock.GetTimestamp();

    // Seconds of a step of each phase; 0 where none has been measured.
    private readonly double[] _seconds = new double[steps.Count];
    private long _last;
    private int _phase = -1;
    private int _measured = -1;

    /// <summary>The time so far, earlier sittings included.</summary>
    public TimeSpan Elapsed => earlier + clock.GetElapsedTime(_start);

    /// <summary>Steps per second of the present phase; 0 before there is a pace.</summary>
    public double StepsPerSecond => _phase >= 0 && _seconds[_phase] > 0 ? 1 / _seconds[_phase] : 0;

    /// <summary>Notes that a step is done.</summary>
    /// <param name="phase">Its phase. The first step of a phase, in which its plan is compiled, does not count.</param>
    public void Count(int phase)
    {
        long now = clock.GetTimestamp();
        if (phase == _phase)
        {
            double seconds = clock.GetElapsedTime(_last, now).TotalSeconds;
            _seconds[phase] = _seconds[phase] == 0 ? seconds : _seconds[phase] + (Weight * (seconds - _seconds[phase]));
            _measured = phase;
        }

        (_phase, _last) = (phase, now);
    }

    /// <summary>Leaves out the time since the last step: it went into a checkpoint, not into the next step.</summary>
    public void LeaveOut() => _last = clock.GetTimestamp();

    /// <summary>The time that the steps left will take; null before there is a pace.</summary>
    /// <param name="done">Steps done of the whole run.</param>
    public TimeSpan? Remaining(long done)
    {
        if (_measured < 0)
        {
            return null;
        }

        double seconds = 0;
        for (int phase = 0; phase < steps.Count; phase++)
        {
            long left = Math.Clamp(steps[phase] - done, 0, steps[phase]);
            done = Math.Max(0, done - steps[phase]);
            double each = _seconds[phase] > 0 ? _seconds[phase] : _seconds[_measured] * costs[phase] / costs[_measured];
            seconds += left * each;
        }

        return TimeSpan.FromSeconds(seconds);
    }
}
