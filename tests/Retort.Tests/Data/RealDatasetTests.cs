using Retort.Data;
using Retort.Imaging;

namespace Retort.Tests.Data;

public class RealDatasetTests
{
    [SharedDataFact]
    public void The_bottles_of_MVTec_open_with_all_their_masks()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(Path.Combine(SharedDataFactAttribute.Folder, "bottle"));
        Assert.Equal(209, dataset.RequireTrain().Count);
        Assert.Equal(83, dataset.RequireMasks().Count);
        Assert.Equal(20, dataset.Test.Count(t => !t.IsAnomalous));
        Assert.Empty(dataset.Warnings);

        TestPicture defective = dataset.Test.First(t => t.IsAnomalous);
        RgbImage picture = ImageFile.Decode(defective.Path);
        bool[] mask = MaskFile.Load(defective.MaskPath!, picture.Width, picture.Height, 256);
        Assert.InRange(mask.Count(m => m), 100, 30_000);
    }

    [SharedDataFact]
    public void All_training_pictures_of_a_set_of_mixed_sizes_are_read()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(Path.Combine(SharedDataFactAttribute.Folder, "originals", "bottle"));
        PictureCache cache = PictureCache.Load(dataset.RequireTrain(), 256, BadPicturePolicy.Stop);
        Assert.Equal(2, cache.Count);
        Assert.Equal(256, cache[1].Width);
    }
}
