using Retort.Data;
using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>Textures from a folder of pictures, such as the Describable Textures Dataset that the papers use: one of them at random, resized, not altered.</summary>
internal sealed class FolderTextures : ITextureSource
{
    private readonly PictureCache _pictures;
    private readonly BadPicturePolicy _policy;
    private readonly Action<string, ImageException>? _skipped;
    private readonly int[] _bad;
    private readonly string _folder;

    private FolderTextures(string folder, PictureCache pictures, BadPicturePolicy policy, Action<string, ImageException>? skipped)
    {
        _folder = folder;
        _pictures = pictures;
        _policy = policy;
        _skipped = skipped;
        _bad = new int[pictures.Count];
    }

    /// <inheritdoc/>
    public int Size => _pictures.Size;

    /// <summary>How many pictures there are.</summary>
    public int Count => _pictures.Count;

    /// <summary>Lists the pictures of a folder and all folders in it. They are decoded when they are first drawn.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">The side of the textures in pixels.</param>
    /// <param name="policy">What to do about a picture that cannot be decoded; when skipped, the next one that can takes its place.</param>
    /// <param name="skipped">Is told each picture that is left out, once, and why, by whatever thread draws it; may be null.</param>
    /// <param name="budget">How many bytes of pictures to keep.</param>
    /// <exception cref="RetortException">The folder is missing or holds no pictures.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the budget negative.</exception>
    public static FolderTextures Open(
        string folder,
        int size,
        BadPicturePolicy policy = BadPicturePolicy.Stop,
        Action<string, ImageException>? skipped = null,
        long budget = PictureCache.DefaultBudget)
    {
        IReadOnlyList<string> paths = PictureFiles.In(folder, recursive: true);
        return paths.Count > 0
            ? new FolderTextures(folder, new PictureCache(paths, size, budget), policy, skipped)
            : throw new RetortException($"{folder}: there are no pictures in this folder; name one that holds texture pictures, or leave the option out to use the built-in textures.");
    }

    /// <inheritdoc/>
    /// <exception cref="ImageException">The picture cannot be decoded and the policy is <see cref="BadPicturePolicy.Stop"/>.</exception>
    /// <exception cref="RetortException">No picture of the folder can be decoded.</exception>
    public void Draw(ref CounterRandom random, Span<byte> rgb)
    {
        int first = random.NextInt(Count);
        for (int i = 0; i < Count; i++)
        {
            if (TryGet((first + i) % Count) is { } picture)
            {
                picture.Pixels.CopyTo(rgb);
                return;
            }
        }

        throw new RetortException($"{_folder}: none of its {Count} pictures can be decoded; name a folder of texture pictures.");
    }

    private RgbImage? TryGet(int index)
    {
        if (Volatile.Read(ref _bad[index]) != 0)
        {
            return null;
        }

        try
        {
            return _pictures[index];
        }
        catch (ImageException e) when (_policy == BadPicturePolicy.Skip)
        {
            if (Interlocked.Exchange(ref _bad[index], 1) == 0)
            {
                _skipped?.Invoke(_pictures.Paths[index], e);
            }

            return null;
        }
    }
}
