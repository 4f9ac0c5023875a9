namespace Retort.Imaging.Vips;

/// <summary>One call of a libvips operation: its arguments are set as properties, then it is built, then its outputs are read.</summary>
internal ref struct VipsOperation
{
    private readonly string _name;
    private nint _handle;

    /// <summary>Starts a call.</summary>
    /// <param name="name">The operation's nickname, <c>pngload_source</c> for example.</param>
    /// <exception cref="VipsException">This libvips was built without the operation.</exception>
    public VipsOperation(string name)
    {
        _name = name;
        _handle = VipsNative.NewOperation(name);
        if (_handle == 0)
        {
            throw new VipsException(VipsSession.TakeErrors());
        }
    }

    /// <summary>Sets an argument that is a number or an enumeration.</summary>
    public readonly void Set(string property, int value)
    {
        GValue boxed = default;
        VipsNative.InitValue(ref boxed, GValue.IntType);
        VipsNative.SetInt(ref boxed, value);
        VipsNative.SetProperty(_handle, property, boxed);
        VipsNative.UnsetValue(ref boxed);
    }

    /// <summary>Sets an argument that is an object.</summary>
    public readonly void Set(string property, VipsHandle value)
    {
        GValue boxed = default;
        VipsNative.InitValue(ref boxed, GValue.ObjectType);
        VipsNative.SetObject(ref boxed, value.DangerousGetHandle());
        VipsNative.SetProperty(_handle, property, boxed);
        VipsNative.UnsetValue(ref boxed);
    }

    /// <summary>Runs the operation.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    public void Build()
    {
        nint built = VipsNative.BuildOperation(_handle);
        if (built == 0)
        {
            throw new VipsException(VipsSession.TakeErrors());
        }

        VipsNative.Unref(_handle);
        _handle = built;
    }

    /// <summary>The image that the operation made.</summary>
    public readonly VipsHandle GetImage(string property)
    {
        GValue boxed = default;
        VipsNative.InitValue(ref boxed, GValue.ObjectType);
        VipsNative.GetProperty(_handle, property, ref boxed);
        nint image = VipsNative.DuplicateObject(boxed);
        VipsNative.UnsetValue(ref boxed);
        return new VipsHandle(image, _name);
    }

    /// <summary>Lets go of the operation and its outputs; images that were read stay.</summary>
    public void Dispose()
    {
        if (_handle != 0)
        {
            VipsNative.UnrefOutputs(_handle);
            VipsNative.Unref(_handle);
            _handle = 0;
        }
    }
}
