namespace Retort.Methods;

/// <summary>
/// A saved state does not fit the training that is to go on from it. The message says which part of it; whoever knows its file makes a sentence for
/// the user of it, see <see cref="Training.TrainerLoop"/>.
/// </summary>
internal sealed class StateMisfitException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StateMisfitException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception, with what caused it.</summary>
    public StateMisfitException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Puts a part of a state back.</summary>
    /// <param name="import">Does it.</param>
    /// <exception cref="StateMisfitException">A tensor is missing or has another shape.</exception>
    public static void Guard(Action import)
    {
        try
        {
            import();
        }
        catch (ArgumentException e)
        {
            throw new StateMisfitException(e.Message, e);
        }
    }
}
