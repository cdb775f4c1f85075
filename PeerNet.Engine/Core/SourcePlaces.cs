using System.Net;

namespace PeerNet.Engine.Core;

/// <summary>
/// Places that those hold who have not proven anything yet: so many in all, and so few for one source
/// (<see cref="AddressBlock"/>) that it does not take the others'. Not for several threads at once.
/// </summary>
/// <param name="total">How many places there are.</param>
/// <param name="each">How many of them one source can hold.</param>
/// <param name="crowded">How many while half of all are taken: a few sources with many connections must not take the rest
/// from everybody else. 0 for <paramref name="each"/>.</param>
internal sealed class SourcePlaces(int total, int each, int crowded = 0)
{
    private readonly Dictionary<AddressBlock, int> _held = [];

    /// <summary>Places that are held now.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a place for <paramref name="source"/>, to be given back by <see cref="Leave(IPAddress)"/>.</summary>
    /// <returns>False where none is left, or none for this source.</returns>
    public bool TryEnter(IPAddress source) => TryEnter(AddressBlock.Of(source));

    /// <inheritdoc cref="TryEnter(IPAddress)"/>
    public bool TryEnter(AddressBlock block)
    {
        int held = _held.GetValueOrDefault(block);
        if (!IsFree(Count, held, total, each, crowded))
        {
            return false;
        }

        _held[block] = held + 1;
        Count++;
        return true;
    }

    /// <summary>Whether a source that holds <paramref name="held"/> places may have another one, where all hold
    /// <paramref name="count"/>.</summary>
    public static bool IsFree(int count, int held, int total, int each, int crowded) =>
        count < total && held < (crowded > 0 && count >= total / 2 ? crowded : each);

    /// <summary>Gives back what a successful <see cref="TryEnter(IPAddress)"/> took; once for each.</summary>
    public void Leave(IPAddress source) => Leave(AddressBlock.Of(source));

    /// <inheritdoc cref="Leave(IPAddress)"/>
    public void Leave(AddressBlock block)
    {
        int held = _held[block];
        if (held == 1)
        {
            _held.Remove(block);
        }
        else
        {
            _held[block] = held - 1;
        }

        Count--;
    }
}
