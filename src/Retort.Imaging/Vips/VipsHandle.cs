using Microsoft.Win32.SafeHandles;

namespace Retort.Imaging.Vips;

/// <summary>A reference to a GObject: an image, a region of one, a source or a target.</summary>
internal sealed class VipsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Takes over a reference.</summary>
    /// <param name="handle">The object, or null when making it failed.</param>
    /// <param name="maker">What made it, for the message.</param>
    /// <exception cref="VipsException">The object is null.</exception>
    public VipsHandle(nint handle, string maker)
        : base(ownsHandle: true)
    {
        if (handle == 0)
        {
            throw new VipsException($"{maker}: {VipsSession.TakeErrors()}");
        }

        SetHandle(handle);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        VipsNative.Unref(handle);
        return true;
    }
}
