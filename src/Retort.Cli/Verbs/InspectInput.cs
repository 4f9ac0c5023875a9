using Retort.Data;

namespace Retort.Cli.Verbs;

/// <summary>A picture to inspect.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">What its outputs are called, without extension: the path within the folder that was named, or the file's name; no two are the same.</param>
internal sealed record InspectInput(string Path, string Name)
{
    /// <summary>The pictures that some files and folders come to, in the order they were named; a folder's in the order of their names.</summary>
    /// <exception cref="RetortException">A path is not there, or a folder holds no picture.</exception>
    public static IReadOnlyList<InspectInput> Find(IEnumerable<string> paths)
    {
        var inputs = new List<InspectInput>();
        var names = new PictureNames();
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                if (!File.Exists(path))
                {
                    throw new RetortException($"{path}: there is no such file or folder; check the path.");
                }

                inputs.Add(new InspectInput(path, names.Take(System.IO.Path.GetFileName(path))));
                continue;
            }

            IReadOnlyList<string> pictures = PictureFiles.In(path, recursive: true);
            if (pictures.Count == 0)
            {
                throw new RetortException($"{path}: there are no pictures in this folder; name one that holds some ({string.Join(" ", PictureFiles.Extensions)}).");
            }

            inputs.AddRange(pictures.Select(p => new InspectInput(p, names.Take(System.IO.Path.GetRelativePath(path, p)))));
        }

        return inputs;
    }
}
