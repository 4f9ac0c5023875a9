using System.Diagnostics;
using Retort.Methods;
using Retort.Networks.Weights;

namespace Retort.Training;

/// <summary>The steps of a training, whatever it is that learns: batches prepared beside the computing, checkpoints, progress, cancellation.</summary>
internal sealed class TrainerLoop
{
    /// <summary>The loss that is shown is a mean over about this many steps.</summary>
    private const int LossWindow = 50;

    private readonly TrainerCourse _course;
    private readonly TrainerReports _reports;
    private readonly CancellationToken _cancellation;
    private readonly string _checkpointPath;
    private readonly List<double> _losses = [];
    private CheckpointFingerprint? _fingerprint;
    private TrainerPace? _pace;
    private TimeSpan _earlier;

    /// <summary>Prepares the loop.</summary>
    /// <param name="course">What it goes through.</param>
    /// <param name="reports">Is told of every step.</param>
    /// <param name="cancellation">Stops it after the current step, with a checkpoint.</param>
    public TrainerLoop(TrainerCourse course, TrainerReports reports, CancellationToken cancellation)
    {
        _course = course;
        _reports = reports;
        _cancellation = cancellation;
        _checkpointPath = Checkpoint.PathFor(course.OutPath);
        Schedule = new TrainerSchedule(course.Steps);
    }

    /// <summary>The steps of all phases in one row.</summary>
    public TrainerSchedule Schedule { get; }

    /// <summary>Steps done, those of earlier sittings included.</summary>
    public long Done { get; private set; }

    /// <summary>The running mean of the loss of each phase that has begun.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>The time since the steps began, and that of earlier sittings.</summary>
    public TimeSpan Elapsed => _pace?.Elapsed ?? _earlier;

    /// <summary>Seconds of it that were spent waiting for batches.</summary>
    public double WaitedSeconds { get; private set; }

    /// <summary>The share of the time that was spent waiting for batches, in [0, 1].</summary>
    public double WaitingShare => Elapsed > TimeSpan.Zero ? Math.Min(1, WaitedSeconds / Elapsed.TotalSeconds) : 0;

    /// <summary>Looks for the checkpoint of an earlier sitting, if the course is to be resumed.</summary>
    /// <param name="fingerprint">What the run depends on.</param>
    /// <returns>The state to go on from; null to begin.</returns>
    /// <exception cref="RetortException">The checkpoint cannot be read, is damaged, or is of another run.</exception>
    public IReadOnlyList<NamedTensor>? FindState(CheckpointFingerprint fingerprint)
    {
        _fingerprint = fingerprint;
        bool exists = File.Exists(_checkpointPath);
        if (!_course.Resume || !exists)
        {
            if (exists)
            {
                _reports.Note($"{_checkpointPath}: a checkpoint of an earlier {_course.Work} is here and will be replaced (--resume would go on from it).");
            }
            else if (_course.Resume)
            {
                _reports.Note($"{_checkpointPath}: there is no checkpoint to resume from, so the {_course.Work} starts from the beginning.");
            }

            return null;
        }

        Checkpoint checkpoint = Checkpoint.Read(_checkpointPath, fingerprint, Schedule);
        _reports.Note($"{_checkpointPath}: going on after {checkpoint.Done} of {Schedule.Total} steps.");
        Done = checkpoint.Done;
        _losses.AddRange(checkpoint.Losses);
        _earlier = TimeSpan.FromSeconds(checkpoint.Seconds);
        WaitedSeconds = checkpoint.WaitedSeconds;
        return checkpoint.State;
    }

    /// <summary>Puts the state back that <see cref="FindState"/> found.</summary>
    /// <param name="import">Does it.</param>
    /// <exception cref="RetortException">It does not fit.</exception>
    public void PutBack(Action import) => WithCheckpointNamed(() =>
    {
        import();
        return true;
    });

    /// <summary>Does what comes before the first step.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the message says what is lost and how to go on.</exception>
    public T WhileReading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OperationCanceledException)
        {
            const string where = "stopped while pictures were read";
            throw _course.Resume && File.Exists(_checkpointPath) ? Stopped(where) : new OperationCanceledException(where + "; no step was done.", _cancellation);
        }
    }

    /// <summary>Starts to prepare the batches of the steps that are to be done.</summary>
    /// <param name="create">Makes the memory of a batch.</param>
    /// <param name="batch">Samples in a batch.</param>
    /// <param name="fill">Prepares a sample.</param>
    /// <param name="more">How many batches are wanted after the last step.</param>
    public BatchLoader<TBatch> StartLoading<TBatch>(Func<TBatch> create, int batch, FillSample<TBatch> fill, int more = 0) =>
        new(create, batch, Done, Schedule.Total + more, Math.Clamp(Environment.ProcessorCount / 4, 1, 4), fill);

    /// <summary>Does the steps.</summary>
    /// <param name="batches">See <see cref="StartLoading"/>.</param>
    /// <param name="doStep">Does a step, of a phase and counted from 0 within it, and returns its loss.</param>
    /// <param name="exportState">Gives all that a resumed run needs for the same bits.</param>
    /// <param name="afterStep">Is called after each step, for what is not part of its time; may be null.</param>
    /// <exception cref="RetortException">The loss is no number any more, or the state that was put back does not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the message says how to go on.</exception>
    public void Run<TBatch>(BatchLoader<TBatch> batches, Func<int, int, TBatch, double> doStep, Func<IReadOnlyList<NamedTensor>> exportState, Action? afterStep = null)
    {
        double waitedBefore = WaitedSeconds;
        _pace = new TrainerPace(_course.Steps, _course.PhaseCosts, _earlier, TimeProvider.System);
        long saved = Stopwatch.GetTimestamp();
        while (Done < Schedule.Total)
        {
            (int phase, int step) = Schedule.Locate(Done);
            double loss = WithCheckpointNamed(() => doStep(phase, step, batches.Take()));
            Count(phase, step, loss);
            Done++;
            _pace.Count(phase);
            WaitedSeconds = waitedBefore + batches.Waited.TotalSeconds;
            Report(phase, step, loss);
            bool ended = step + 1 == _course.Steps[phase];
            if (ended)
            {
                _reports.PhaseEnded(_course.PhaseNames[phase], step + 1, _losses[phase]);
            }

            if (afterStep is not null)
            {
                afterStep();
                _pace.LeaveOut();
            }

            bool cancelled = _cancellation.IsCancellationRequested;
            if (cancelled || ended || Stopwatch.GetElapsedTime(saved) >= _course.CheckpointEvery)
            {
                Save(new Checkpoint(_fingerprint!, Done, _losses, Elapsed.TotalSeconds, WaitedSeconds, exportState()), cancelled);
                saved = Stopwatch.GetTimestamp();
                _pace.LeaveOut();
            }

            StopIfAsked();
        }
    }

    /// <summary>Ends the work if it was cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was; the message says how to go on.</exception>
    public void StopIfAsked()
    {
        if (_cancellation.IsCancellationRequested)
        {
            throw Stopped($"stopped after {Done} of {Schedule.Total} steps");
        }
    }

    /// <summary>What to throw where the work was cancelled and a checkpoint is there.</summary>
    /// <param name="where">What was going on.</param>
    public OperationCanceledException Stopped(string where) =>
        new($"{where}; the same command with --resume goes on from {_checkpointPath}.", _cancellation);

    /// <summary>Writes the output, which makes the checkpoint needless.</summary>
    /// <exception cref="RetortException">It cannot be written; the message says how to go on.</exception>
    public void Finish(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is RetortException or WeightFileException && File.Exists(_checkpointPath))
        {
            throw new RetortException($"{failure.Message.TrimEnd('.')}; the same command with --resume goes on from {_checkpointPath}.", failure);
        }

        File.Delete(_checkpointPath);
    }

    private void Save(Checkpoint checkpoint, bool needed)
    {
        try
        {
            checkpoint.Write(_checkpointPath);
            _reports.CheckpointWritten(_checkpointPath, checkpoint.Done);
        }
        catch (RetortException failure) when (!needed)
        {
            // Hours of training are worth more than one of its checkpoints, and there may be room again for the next.
            _reports.Warn($"{failure.Message} The {_course.Work} goes on without this checkpoint.");
        }
    }

    private void Count(int phase, int step, double loss)
    {
        if (!double.IsFinite(loss))
        {
            string kept = File.Exists(_checkpointPath) ? $" ({_checkpointPath} is from before)" : "";
            throw new RetortException(
                $"{_course.Subject}: the loss is not a number any more at step {step + 1} of phase {_course.PhaseNames[phase]}; {_course.Remedy}{kept}.");
        }

        while (_losses.Count <= phase)
        {
            _losses.Add(0);
        }

        _losses[phase] += (loss - _losses[phase]) / Math.Min(step + 1, LossWindow);
    }

    private T WithCheckpointNamed<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (StateMisfitException misfit)
        {
            throw Checkpoint.Damaged(_checkpointPath, misfit);
        }
    }

    private void Report(int phase, int step, double loss) => _reports.Tell(new TrainingProgress(
        _course.PhaseNames[phase],
        phase,
        _course.Steps.Count,
        step + 1,
        _course.Steps[phase],
        loss,
        _losses[phase],
        _pace!.StepsPerSecond,
        _pace.Elapsed,
        _pace.Remaining(Done))
    {
        StepsDone = Done,
    });
}
