using Retort.Calibration;
using Retort.Data;
using Retort.Detectors;
using Retort.Tests.Detectors;
using Retort.Tests.Training;

namespace Retort.Tests.Calibration;

public sealed class CalibrationPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Parts => Path.Combine(_folder.Path, "parts");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_the_dataset_that_was_trained_on_the_held_back_and_the_test_pictures_are_chosen()
    {
        SyntheticParts.Write(Parts, 6);
        CalibrationPictures found = Find(Parts, Detector("other name", Train(2), Train(4)));
        Assert.Equal([Train(2), Train(4), Test(0), Test(1)], found.Good);
        Assert.Equal("held-back and test", found.Source);
        Assert.Equal(["spot", "spot"], found.Defective.Select(p => Path.GetFileName(Path.GetDirectoryName(p)!)));
        Assert.Equal(
            ["The detector was trained on parts: of its 6 pictures to learn from, the 2 that were held back are used.",
             "The good test pictures are among those the thresholds are set on: false alarms on them are no independent check any more."],
            found.Notes);
    }

    [Fact]
    public void Held_back_pictures_are_known_by_their_content_wherever_they_lie()
    {
        SyntheticParts.Write(Parts, 6);
        DetectorInfo detector = Detector("parts", Train(2));
        string plain = Path.Combine(_folder.Path, "plain");
        Directory.CreateDirectory(plain);
        File.Copy(Train(2), Path.Combine(plain, "b.png"));
        File.Copy(Train(3), Path.Combine(plain, "a.png"));
        CalibrationPictures found = Find(plain, detector);
        Assert.Equal([Path.Combine(plain, "b.png")], found.Good);
        Assert.Equal(ThresholdBasis.HeldBack, found.Source);
    }

    [Fact]
    public void Of_other_pictures_all_are_chosen_even_under_the_same_name()
    {
        SyntheticParts.Write(Parts, 3);
        DetectorInfo detector = Detector("parts", Train(0));
        string other = Path.Combine(_folder.Path, "new", "parts");
        for (int i = 0; i < 4; i++)
        {
            SyntheticParts.Save(Path.Combine(other, $"{i}.png"), SyntheticParts.Part(50 + i, false));
        }

        CalibrationPictures found = Find(other, detector);
        Assert.Equal(4, found.Good.Count);
        Assert.Equal((ThresholdBasis.NewPictures, 0, 0), (found.Source, found.Defective.Count, found.Notes.Count));
    }

    [Fact]
    public void A_detector_that_does_not_know_what_it_held_back_gets_the_test_pictures_alone_or_all_with_a_warning()
    {
        SyntheticParts.Write(Parts, 3);
        CalibrationPictures found = Find(Parts, Detector("parts"));
        Assert.Equal([Test(0), Test(1)], found.Good);
        Assert.Equal(ThresholdBasis.TestPictures, found.Source);
        Assert.StartsWith("The detector was trained on a dataset called parts too", found.Notes[0], StringComparison.Ordinal);

        Directory.Delete(Path.Combine(Parts, "test"), recursive: true);
        found = Find(Parts, Detector("parts"));
        Assert.Equal((3, ThresholdBasis.TrainingPictures), (found.Good.Count, found.Source));
        Assert.Equal((3, ThresholdBasis.NewPictures), (Find(Parts, Detector("others")).Good.Count, Find(Parts, Detector("others")).Source));
    }

    [Fact]
    public void Without_good_pictures_the_dataset_is_named()
    {
        SyntheticParts.Save(Path.Combine(Parts, "test", "spot", "0.png"), SyntheticParts.Part(1, true));
        Assert.Equal(
            $"{Parts}: there are no good pictures to set thresholds on; name a folder of them, or one with train/good or test/good.",
            Assert.Throws<RetortException>(() => Find(Parts, Detector("parts"))).Message);
    }

    private static CalibrationPictures Find(string data, DetectorInfo detector) => CalibrationPictures.Find(AnomalyDataset.Open(data), detector);

    private static DetectorInfo Detector(string dataset, params string[] heldBack)
    {
        DetectorInfo info = SampleDetector.Create().Info;
        return info with { Training = info.Training with { Dataset = dataset, HeldBackDigests = [.. heldBack.Select(p => PictureDigest.Of(p)!)] } };
    }

    private string Train(int i) => Path.Combine(Parts, "train", "good", $"{i:000}.png");

    private string Test(int i) => Path.Combine(Parts, "test", "good", $"{i:000}.png");
}
