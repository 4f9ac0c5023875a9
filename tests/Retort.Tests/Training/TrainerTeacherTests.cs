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
        }
        finally
        {
            Environment.SetEnvironmentVariable("RETORT_TEACHERS", before);
        }
    }
}
