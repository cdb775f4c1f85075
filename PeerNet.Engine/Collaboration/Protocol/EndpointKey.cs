namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>One machine where a person is signed in.</summary>
/// <param name="Authority">The person: the hash of the key.</param>
/// <param name="Id">The endpoint.</param>
internal readonly record struct EndpointKey(string Authority, Guid Id) : IComparable<EndpointKey>
{
    /// <summary>An order that both ends of a link see alike.</summary>
    public int CompareTo(EndpointKey other) =>
        string.CompareOrdinal(Authority, other.Authority) is not 0 and var order ? order
            : string.CompareOrdinal(Id.ToString("N"), other.Id.ToString("N"));
}
