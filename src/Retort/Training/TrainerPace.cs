using System.Diagnostics;

namespace Retort.Training;

/// <summary>How fast a training goes, and how long what is left will take.</summary>
/// <param name="total">Steps of the whole run.</param>
/// <param name="earlier">The time of earlier sittings.</param>
internal sealed class TrainerPace(long total, TimeSpan earlier)
{
    /// <summary>How much the latest step counts: enough that the pace of a new phase shows after some ten steps.</summary>
    private const double Weight = 0.1;

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _last;
    private int _phase = -1;
    private double _secondsPerStep;

    /// <summary>The time so far, earlier sittings included.</summary>
    public TimeSpan Elapsed => earlier + Stopwatch.GetElapsedTime(_start);

    /// <summary>Steps per second; 0 before there is a pace.</summary>
    public double StepsPerSecond => _secondsPerStep > 0 ? 1 / _secondsPerStep : 0;

    /// <summary>Notes that a step is done.</summary>
    /// <param name="phase">Its phase. The first step of a phase, in which its plan is compiled, does not count.</param>
    public void Count(int phase)
    {
        long now = Stopwatch.GetTimestamp();
        if (phase == _phase)
        {
            double seconds = Stopwatch.GetElapsedTime(_last, now).TotalSeconds;
            _secondsPerStep = _secondsPerStep == 0 ? seconds : _secondsPerStep + (Weight * (seconds - _secondsPerStep));
        }
        else
        {
            _secondsPerStep = 0;
        }

        (_phase, _last) = (phase, now);
    }

    /// <summary>The time left if all other steps take as long as the last ones; null before there is a pace.</summary>
    /// <param name="done">Steps done of the whole run.</param>
    public TimeSpan? Remaining(long done) => _secondsPerStep > 0 ? TimeSpan.FromSeconds((total - done) * _secondsPerStep) : null;
}
