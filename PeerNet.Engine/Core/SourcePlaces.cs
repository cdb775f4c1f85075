using System.Net;

namespace PeerNet.Engine.Core;

/// <summary>
/// Places that those hold who have not proven anything yet: so many in all, and so few for one source
/// (<see cref="AddressBlock"/>) that it does not take the others'. Not for several threads at once.
/// </summary>
/// <param name="total">How many places there are.</param>
/// <param name="each">How many of them one source can hold.</param>
internal sealed class SourcePlaces(int total, int each)
{
    private readonly Dictionary<AddressBlock, int> _held = [];

    /// <summary>Places that are held now.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a place for <paramref name="source"/>, to be given back by <see cref="Leave"/>.</summary>
    /// <returns>False where none is left, or none for this source.</returns>
    public bool TryEnter(IPAddress source)
    {
        AddressBlock block = AddressBlock.Of(source);
        int held = _held.GetValueOrDefault(block);
        if (Count >= total || held >= each)
        {
            return false;
        }

        _held[block] = held + 1;
        Count++;
        return true;
    }

    /// <summary>Gives back what a successful <see cref="TryEnter"/> took; once for each.</summary>
    public void Leave(IPAddress source)
    {
        AddressBlock block = AddressBlock.Of(source);
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
