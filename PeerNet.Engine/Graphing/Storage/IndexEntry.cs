using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>What memory holds of a stored record.</summary>
/// <param name="Number">The row.</param>
/// <param name="Modified">When it was changed last.</param>
/// <param name="Type">Its type.</param>
/// <param name="Version">Its version.</param>
/// <param name="HasAttributes">Whether it has entries in the index of attributes.</param>
internal readonly record struct IndexEntry(long Number, PeerTime Modified, Guid Type, uint Version, bool HasAttributes);
