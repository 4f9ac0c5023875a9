using Retort.Methods.DeSTSeg;
using Retort.Methods.ReverseDistillation;
using Retort.Teachers;
using Retort.Training;

namespace Retort.Tests.Training;

public sealed class TrainerTeacherTests
{
    [Fact]
    public void A_file_is_taken_as_it_is()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Touch("my teacher.pth");
        Assert.Equal(file, TrainerTeacher.FindFile(file));
    }

    [Fact]
    public void What_is_neither_file_nor_name_is_refused_with_the_names_there_are()
    {
        var failure = Assert.Throws<RetortException>(() => TrainerTeacher.FindFile("resnet17"));
        Assert.StartsWith("--teacher resnet17: there is no such file; give a weight file, or one of the names resnet18,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_name_it_is_the_built_in_one_where_the_method_wants_its_network()
    {
        TeacherSource source = TrainerTeacher.Find(new TrainingSettings { Method = "destseg" }, new DeSTSegOptions());
        Assert.Equal(TeacherSource.BuiltIn, source);
        Assert.Equal("built-in", source.Name);
        Assert.Equal(TeacherSource.BuiltIn, TrainerTeacher.Find(new TrainingSettings { Method = "destseg", Teacher = "built-in" }, new DeSTSegOptions()));
    }

    [Fact]
    public void The_built_in_one_is_not_taken_for_another_network()
    {
        var settings = new TrainingSettings { Method = "reverse-distillation" };
        var options = new ReverseDistillationOptions();
        Assert.Equal("wide_resnet50_2", options.Teacher.Name);
        RetortException missing = Assert.Throws<RetortException>(() => TrainerTeacher.Find(settings, options));
        Assert.StartsWith("--teacher wide_resnet50_2: it is not in ", missing.Message, StringComparison.Ordinal);
        RetortException wrong = Assert.Throws<RetortException>(() => TrainerTeacher.Find(settings with { Teacher = "built-in" }, options));
        Assert.Equal(
            "--teacher built-in: it is a resnet18, and reverse-distillation with these options learns from a wide_resnet50_2; leave --teacher out, or train with --set backbone=resnet18.",
            wrong.Message);
    }

    [Fact]
    public void A_name_is_looked_for_in_the_folder_of_teachers()
    {
        using var folder = new TemporaryFolder();
        string? before = Environment.GetEnvironmentVariable("RETORT_TEACHERS");
        Environment.SetEnvironmentVariable("RETORT_TEACHERS", folder.Path);
        try
        {
            Assert.Equal(
                $"--teacher resnet18: it is not in {folder.Path}; fetch it with retort teacher install resnet18, put torchvision's file resnet18-f37072fd.pth (46830571 bytes) into {folder.Path}, or give a weight file with --teacher FILE.",
                Assert.Throws<RetortException>(() => TrainerTeacher.FindFile("resnet18")).Message);
            string file = folder.Touch("resnet18-f37072fd.pth");
            Assert.Equal(file, TrainerTeacher.FindFile("resnet18"));
            Assert.Equal(folder.Touch("mine.safetensors"), TrainerTeacher.FindFile("mine"));
            TeacherSource source = TrainerTeacher.Find(new TrainingSettings { Method = "destseg", Teacher = "resnet18" }, new DeSTSegOptions());
            Assert.Equal((file, "resnet18"), (source.FilePath, source.Name));
        }
        finally
        {
            Environment.SetEnvironmentVariable("RETORT_TEACHERS", before);
        }
    }
}
