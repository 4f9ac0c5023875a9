using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Methods;
using Retort.Networks.Weights;

namespace Retort.Training;

/// <summary>A training that can be gone on with: a stored zip of <c>checkpoint.json</c> and <c>state.safetensors</c> beside the output.</summary>
/// <param name="Fingerprint">What the run depends on.</param>
/// <param name="Done">Steps done, all phases together.</param>
/// <param name="Losses">The running mean of the loss of each phase that has begun.</param>
/// <param name="Seconds">Seconds of training so far, all sittings.</param>
/// <param name="WaitedSeconds">Seconds of it spent waiting for pictures.</param>
/// <param name="State">What <see cref="Methods.ITrainingRun.ExportState"/> gave.</param>
internal sealed record Checkpoint(
    CheckpointFingerprint Fingerprint,
    long Done,
    IReadOnlyList<double> Losses,
    double Seconds,
    double WaitedSeconds,
    IReadOnlyList<NamedTensor> State)
{
    // Three thousand years: nothing trains longer.
    private const double LongestSeconds = 1e11;
    private const string StateEntry = "state.safetensors";

    private static readonly ArchiveFormat Format = new("checkpoint", "checkpoint.json", Version: 1, "delete it and train anew without --resume");

    /// <summary>Where the checkpoint of an output lies.</summary>
    public static string PathFor(string outPath) => outPath + ".checkpoint";

    /// <summary>Reads a checkpoint of a run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">What the run depends on.</param>
    /// <param name="schedule">Its steps.</param>
    /// <exception cref="RetortException">It cannot be read, is damaged, or is of a run with other settings, pictures or teacher.</exception>
    public static Checkpoint Read(string path, CheckpointFingerprint fingerprint, TrainerSchedule schedule)
    {
        using StoredArchive archive = StoredArchive.Open(Format, path);
        JsonFields head = archive.Head;

        // Before the state: a checkpoint of other settings need not be read.
        fingerprint.RequireSame(CheckpointFingerprint.FromJson(head.Node("fingerprint")), path);
        long done = head.Long("done");
        IReadOnlyList<double> losses = head.Numbers("losses");
        if (done > schedule.Total || losses.Count != schedule.Begun(done) || !losses.All(double.IsFinite))
        {
            throw archive.Damaged("what it says of steps and losses makes no sense");
        }

        NamedTensor[] state = [.. archive.ReadTensors(StateEntry)];
        if (Array.Find(state, t => !Array.TrueForAll(t.Data, float.IsFinite)) is { } tensor)
        {
            throw archive.Damaged($"{tensor.Name} holds values that are not finite");
        }

        return new Checkpoint(fingerprint, done, losses, Seconds("seconds"), Seconds("waitedSeconds"), state);

        double Seconds(string name) =>
            head.Number(name) is >= 0 and < LongestSeconds and double seconds ? seconds : throw archive.Damaged($"\"{name}\" is not a time");
    }

    /// <summary>The error that the state does not fit the training it is to be put back into.</summary>
    /// <param name="path">The file.</param>
    /// <param name="misfit">What does not fit.</param>
    public static RetortException Damaged(string path, StateMisfitException misfit) => Format.Damaged(path, misfit.Message.TrimEnd('.'), misfit);

    /// <summary>Writes it whole or not at all.</summary>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public void Write(string path) => StoredArchive.Write(
        Format,
        path,
        new JsonObject
        {
            ["done"] = Done,
            ["losses"] = new JsonArray([.. Losses.Select(l => JsonValue.Create(l))]),
            ["seconds"] = Seconds,
            ["waitedSeconds"] = WaitedSeconds,
            ["fingerprint"] = Fingerprint.ToJson(),
        },
        new ArchivePart(StateEntry, stream => SafeTensors.Write(stream, State)));
}
