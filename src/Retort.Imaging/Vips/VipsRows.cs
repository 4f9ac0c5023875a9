namespace Retort.Imaging.Vips;

/// <summary>Decodes a file of PNG, JPEG or TIFF some rows at a time.</summary>
internal sealed unsafe class VipsRows : RowReader
{
    // How much of the decoded picture libvips is asked for at a time.
    private const int BlockBytes = 4 << 20;

    // Metadata of pictures whose rows can only be had when all of the file is decoded.
    private static readonly string[] OutOfOrder = ["interlaced", "jpeg-multiscan"];

    private readonly PictureFormat _format;
    private VipsHandle _image;
    private VipsHandle _region;
    private VipsSamples _samples;

    private VipsRows(string path, PictureFormat format, VipsHandle image)
        : base(path, VipsNative.GetWidth(image.DangerousGetHandle()), VipsNative.GetHeight(image.DangerousGetHandle()))
    {
        _format = format;
        (_image, _region) = (image, NewRegion(image));
    }

    /// <summary>Opens a file.</summary>
    /// <returns>Null where the rows of the picture as it is meant to be seen do not come in order.</returns>
    /// <exception cref="ImageException">The header is damaged, the picture too large or of a kind that is not read.</exception>
    public static VipsRows? TryOpen(string path, PictureFormat format, ImageLimits limits)
    {
        VipsHandle? image = null;
        VipsRows? rows = null;
        try
        {
            image = VipsSession.Run(() => Open(path, format, VipsLoader.StrictestOf(format)));
            nint handle = image.DangerousGetHandle();
            limits.CheckRows(path, VipsNative.GetWidth(handle), VipsNative.GetHeight(handle));
            if (VipsNative.GetOrientation(handle) != 1 || OutOfOrder.Any(name => VipsNative.GetTypeOf(handle, name) != 0))
            {
                return null;
            }

            VipsSamples samples = VipsSamples.Of(handle, path);
            rows = new VipsRows(path, format, image) { _samples = samples };
            return rows;
        }
        catch (VipsException failure)
        {
            throw ImageFile.Damaged(path, failure);
        }
        finally
        {
            if (rows is null)
            {
                image?.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _region.Dispose();
        _image.Dispose();
    }

    private protected override void ReadRows(int first, int count, Span<byte> rows)
    {
        int most = Math.Max(1, BlockBytes / (Width * _samples.PixelBytes));
        for (int done = 0; done < count;)
        {
            int block = Math.Min(most, count - done);
            ReadBlock(first + done, block, rows.Slice(done * Width * 3, block * Width * 3));
            done += block;
        }
    }

    private void ReadBlock(int first, int count, Span<byte> rows)
    {
        fixed (byte* start = rows)
        {
            byte* target = start;
            try
            {
                VipsSession.RunOnce(() => Fetch(first, count, target));
            }
            catch (VipsException failure) when (VipsLoader.IsOnlyPadding(_format, failure))
            {
                Reopen();
                Guard(() => VipsSession.RunOnce(() => Fetch(first, count, target)));
            }
            catch (VipsException failure)
            {
                throw ImageFile.Damaged(Name, failure);
            }
        }
    }

    private bool Fetch(int first, int count, byte* target)
    {
        nint bytes = VipsNative.FetchRegion(_region.DangerousGetHandle(), 0, first, Width, count, out nuint length);
        if (bytes == 0)
        {
            throw new VipsException(VipsSession.TakeErrors());
        }

        var samples = new Span<byte>((void*)bytes, checked((int)length));
        if (_samples.Format == VipsFormat.UShort)
        {
            VipsSamples.TakeHighBytes(samples, samples[..(samples.Length / 2)]);
            samples = samples[..(samples.Length / 2)];
        }

        DecodedPixels.ToRgb(_samples.Layout, samples, new Span<byte>(target, count * Width * 3));
        VipsNative.Free(bytes);
        return true;
    }

    // From the first row again, less strictly: libvips goes through those that were read before the next ones.
    private void Reopen()
    {
        Dispose();
        Guard(() => _image = VipsSession.Run(() => Open(Name, _format, VipsStrictness.Errors)));
        _region = NewRegion(_image);
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (VipsException failure)
        {
            throw ImageFile.Damaged(Name, failure);
        }
    }

    private static VipsHandle Open(string path, PictureFormat format, VipsStrictness strictness)
    {
        using var source = new VipsHandle(VipsNative.NewSource(path), "source");
        return VipsLoader.Open(source, format, strictness);
    }

    private static VipsHandle NewRegion(VipsHandle image) => new(VipsNative.NewRegion(image.DangerousGetHandle()), "region");
}
