namespace Retort.Data;

/// <summary>What to do about a file that has a picture's extension but cannot be decoded.</summary>
public enum BadPicturePolicy
{
    /// <summary>Stop with an error that names it.</summary>
    Stop,

    /// <summary>Report it and go on without it.</summary>
    Skip,
}
