using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>How the things in an <see cref="ItemFolder{T}"/> are named, judged and written.</summary>
internal interface IItemFormat<T>
    where T : class
{
    /// <summary>Largest file, in bytes.</summary>
    int MaximumLength { get; }

    /// <summary>The name of a thing's file, without its extension: safe on every system, and its own.</summary>
    string NameOf(T item);

    /// <summary>What a thing is called in messages.</summary>
    string Describe(T item);

    /// <summary>What does not fit together; null where all does.</summary>
    string? FindFault(T item);

    /// <summary>The file's content.</summary>
    byte[] Encode(T item);

    /// <summary>Reads a file's content, of which <see cref="FindFault"/> has not been asked.</summary>
    /// <returns>Null where it describes no such thing.</returns>
    /// <exception cref="PeerException">It was written by a later version.</exception>
    /// <exception cref="Exception">What <see cref="StateJson"/> says that reading throws.</exception>
    T? Decode(byte[] content, string path);

    /// <summary>The error for a file that is not as it was left.</summary>
    PeerException Damaged(string path, string reason, Exception? cause = null);
}
