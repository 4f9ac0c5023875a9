namespace Retort.Networks.Weights.Torch;

/// <summary>One of the two layouts of <c>torch.save</c>: the pickled object, and the storages it refers to.</summary>
internal interface ITorchArchive
{
    /// <summary>What was saved, tensors still without values.</summary>
    object? Root { get; }

    /// <summary>The bytes of a storage; exactly <see cref="TorchStorage.Bytes"/> of them.</summary>
    /// <exception cref="InvalidWeightsException">It is not there or has another size.</exception>
    byte[] ReadStorage(TorchStorage storage);
}
