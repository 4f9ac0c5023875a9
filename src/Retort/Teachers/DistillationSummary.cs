using System.Text.Json.Nodes;
using Retort.Training;

namespace Retort.Teachers;

/// <summary>How a distillation went.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Teacher">What the big network is, for instance <c>resnet18</c>.</param>
/// <param name="TeacherSha256">The hash of the big network's file.</param>
/// <param name="Pictures">How many pictures were trained on.</param>
/// <param name="HeldBack">How many were held back.</param>
/// <param name="Errors">The finished network's errors on those.</param>
/// <param name="Seconds">Seconds it took, all sittings together.</param>
/// <param name="WaitingShare">The share of it that was spent waiting for crops, in [0, 1].</param>
/// <param name="Bytes">The size of the file that was written.</param>
public sealed record DistillationSummary(
    DistillationSettings Settings, string Teacher, string TeacherSha256, int Pictures, int HeldBack, DistillationErrors Errors, double Seconds, double WaitingShare, long Bytes)
{
    /// <summary>The summary for other programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["retort"] = TrainingSummary.CurrentVersion,
        ["teacher"] = Teacher,
        ["teacherSha256"] = TeacherSha256,
        ["pictures"] = Pictures,
        ["heldBack"] = HeldBack,
        ["steps"] = Settings.Steps,
        ["batch"] = Settings.Batch,
        ["crop"] = Settings.Crop,
        ["rate"] = Settings.Rate,
        ["seed"] = Settings.Seed,
        ["validationLoss"] = Rounded(Errors.Loss),
        ["cosine"] = new JsonArray([.. Errors.Cosine.Select(d => JsonValue.Create(Rounded(1 - d)))]),
        ["squaredError"] = new JsonArray([.. Errors.Squared.Select(e => JsonValue.Create(Rounded(e)))]),
        ["seconds"] = Math.Round(Seconds, 1),
        ["waitingShare"] = Math.Round(WaitingShare, 3),
        ["bytes"] = Bytes,
    };

    private static double Rounded(double value) => Math.Round(value, 6);
}
