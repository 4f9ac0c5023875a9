using Microsoft.Extensions.Options;

namespace Retort.Extensions.DependencyInjection;

/// <summary>Finds what is wrong with the options when the application starts, not at its first picture.</summary>
internal sealed class RetortOptionsValidation : IValidateOptions<RetortOptions>
{
    public ValidateOptionsResult Validate(string? name, RetortOptions options)
    {
        var failures = new List<string>();
        if (options.Detectors.Count == 0)
        {
            failures.Add("Retort: no detector is named; add one to Detectors, a name and its file.");
        }

        foreach ((string detector, string path) in options.Detectors)
        {
            if (!File.Exists(path))
            {
                failures.Add($"Retort: the detector {detector} has no file {path}; check the path ({Path.GetFullPath(string.IsNullOrEmpty(path) ? "." : path)}).");
            }
        }

        if (options.Threads is < 0 or > 1024)
        {
            failures.Add($"Retort: {options.Threads} threads; give a number from 0, which means one per processor, to 1024.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
