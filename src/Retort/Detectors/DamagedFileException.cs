namespace Retort.Detectors;

/// <summary>A file of ours is damaged. The message begins with the file, so nobody need add it.</summary>
internal sealed class DamagedFileException(string path, string what, Exception? inner = null) : RetortException($"{path}: {what}", inner);
