using Retort.Data;
using Retort.Demo;
using Retort.Imaging;

namespace Retort.Tests.Demo;

public sealed class DemoDataTests : IDisposable
{
    private static readonly DemoSettings Few = new(Train: 2, Good: 1, Defective: 1, Seed: 7);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Parts => [.. DemoPart.All.Select(p => p.Name)];

    public static TheoryData<string, string> Defects
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (DemoPart part in DemoPart.All)
            {
                foreach (string defect in part.Defects)
                {
                    data.Add(part.Name, defect);
                }
            }

            return data;
        }
    }

    private string Folder => Path.Combine(_folder.Path, "part");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_dataset_is_read_as_one_of_MVTecs_layout(string name)
    {
        DemoPart part = DemoPart.Get(name);
        var settings = new DemoSettings(Train: 3, Good: 2, Defective: 2);
        DemoData.Write(part, Folder, settings);
        AnomalyDataset dataset = AnomalyDataset.Open(Folder);
        Assert.Empty(dataset.Warnings);
        Assert.Equal((3, 12), (dataset.TrainGood.Count, dataset.RequireMasks().Count));
        Assert.Equal([.. part.Defects.Append("good").Order(StringComparer.Ordinal)], dataset.Test.Select(t => t.Defect).Distinct());
        Assert.Equal(settings.CountOf(part), dataset.TrainGood.Count + dataset.Test.Count);
        Assert.Equal((256, 256), ImageFile.ReadSize(dataset.Test[0].Path));
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_mask_covers_what_the_defect_changed_and_nothing_else(string name, string defect)
    {
        DemoPart part = DemoPart.Get(name);
        DemoSet set = DemoSet.FirstDefect + part.Defects.Index().Single(d => d.Item == defect).Index;
        RgbImage good = DemoData.Take(part, null, set, 3, 0).Picture;
        (RgbImage bad, GreyImage? mask) = DemoData.Take(part, defect, set, 3, 0);
        int marked = 0, changed = 0;
        for (int i = 0; i < mask!.Pixels.Length; i++)
        {
            bool same = good.Pixels.AsSpan(3 * i, 3).SequenceEqual(bad.Pixels.AsSpan(3 * i, 3));
            Assert.Contains(mask.Pixels[i], (byte[])[0, 255]);
            Assert.True(same || mask.Pixels[i] == 255, $"pixel {i % 256}, {i / 256} is changed but not marked");
            marked += mask.Pixels[i] / 255;
            changed += same ? 0 : 1;
        }

        // Pinholes and the smoothing of the outline are the rest.
        Assert.InRange(marked, 25, 4000);
        Assert.True(changed >= 0.9 * marked, $"{changed} of {marked} marked pixels are changed");
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Pictures_depend_on_seed_set_and_number_alone(string name)
    {
        DemoPart part = DemoPart.Get(name);
        DemoData.Write(part, Folder, Few);
        byte[] first = Pixels(Path.Combine(Folder, "train", "good", "001.png"));
        Assert.Equal(first, DemoData.Take(part, null, DemoSet.Train, 1, 7).Picture.Pixels);
        foreach ((DemoSet set, int number, ulong seed) in ((DemoSet, int, ulong)[])[(DemoSet.TestGood, 1, 7), (DemoSet.Train, 0, 7), (DemoSet.Train, 1, 8)])
        {
            // Other poses and light, not only other noise.
            byte[] other = DemoData.Take(part, null, set, number, seed).Picture.Pixels;
            double difference = first.Zip(other, (a, b) => Math.Abs(a - b)).Average();
            Assert.True(difference > 4, $"mean difference {difference}");
        }
    }

    [Fact]
    public void Written_again_all_files_have_the_same_bytes()
    {
        DemoPart part = DemoPart.Get("fabric");
        DemoData.Write(part, Folder, Few);
        string[] files = Directory.GetFiles(Folder, "*", SearchOption.AllDirectories);
        byte[][] before = [.. files.Select(File.ReadAllBytes)];
        var done = new List<int>();
        DemoData.Write(part, Folder, Few, new Recorder(done));
        Assert.Equal(before, files.Select(File.ReadAllBytes));
        Assert.Equal(Enumerable.Range(1, Few.CountOf(part)), done);
        Assert.Equal(files.Order(), Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public void A_picture_that_a_crash_left_half_written_is_drawn_anew()
    {
        string half = _folder.Touch("part/train/good/000.png.partial");
        DemoData.Write(DemoPart.All[0], Folder, Few);
        Assert.False(File.Exists(half));
        Assert.True(new FileInfo(Path.Combine(Folder, "train", "good", "000.png")).Length > 0);
    }

    [Fact]
    public void A_folder_of_other_files_is_refused_and_left_alone()
    {
        string other = _folder.Touch("part/train/good/mine.png");
        RetortException refused = Assert.Throws<RetortException>(() => DemoData.Write(DemoPart.All[0], Folder, Few));
        Assert.Equal($"{other}: this file is not of this demo; delete {Folder} or choose another place.", refused.Message);
        Assert.Equal([other], Directory.GetFiles(Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_one_error()
    {
        File.WriteAllText(Folder, "a file");
        Assert.StartsWith(Folder, Assert.Throws<RetortException>(() => DemoData.Write(DemoPart.All[0], Folder, Few)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_stops_the_drawing()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => DemoData.Write(DemoPart.All[0], Folder, Few, null, stop.Token));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void An_unknown_part_is_named()
    {
        RetortException unknown = Assert.Throws<RetortException>(() => DemoPart.Get("spoon"));
        Assert.Equal("--part spoon: there is no such part; choose one of fabric, board, gear.", unknown.Message);
    }

    private static byte[] Pixels(string path) => ImageFile.Decode(path).Pixels;

    private sealed class Recorder(List<int> done) : IProgress<int>
    {
        public void Report(int value) => done.Add(value);
    }
}
