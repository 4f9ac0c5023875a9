using Retort.Teachers;

namespace Retort.Tests.Teachers;

public class DistillationSettingsTests
{
    private static readonly DistillationSettings Settings = new() { Data = ["photos"], Teacher = "resnet18", Steps = 4000, Rate = 3e-3 };

    [Fact]
    public void What_makes_no_sense_is_refused_by_its_option()
    {
        Settings.Validate();
        (string Expected, DistillationSettings Settings)[] cases =
        [
            ("--data is missing; name a folder of pictures to distil on.", Settings with { Data = [] }),
            ("--steps 0: give a number of at least 1.", Settings with { Steps = 0 }),
            ("--batch 0: give a number from 1 to 1024.", Settings with { Batch = 0 }),
            ("--crop 100: give a multiple of 32 from 64 to 1024, for instance --crop 160.", Settings with { Crop = 100 }),
            ("--crop 32: give a multiple of 32 from 64 to 1024, for instance --crop 160.", Settings with { Crop = 32 }),
            ("--rate 0: give a number above 0 and up to 1.", Settings with { Rate = 0 }),
            ("--validate-every 0: give a number of at least 1.", Settings with { ValidateEvery = 0 }),
        ];
        Assert.All(cases, c => Assert.Equal(c.Expected, Assert.Throws<RetortException>(c.Settings.Validate).Message));
    }

    [Fact]
    public void The_rate_rises_over_300_steps_and_falls_to_nearly_nothing()
    {
        Assert.InRange(Settings.RateScale(0), 0.003, 0.004);
        Assert.InRange(Settings.RateScale(150), 0.49, 0.51);
        Assert.InRange(Settings.RateScale(300), 0.98, 1);
        Assert.InRange(Settings.RateScale(2000), 0.499, 0.501);
        Assert.InRange(Settings.RateScale(3999), 0, 1e-6);

        // Of a short run the rise is a tenth.
        Assert.InRange((Settings with { Steps = 20 }).RateScale(2), 0.95, 1);
    }
}
