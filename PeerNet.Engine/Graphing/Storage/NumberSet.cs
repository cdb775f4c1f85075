using System.Runtime.InteropServices;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Numbers of which most have neighbours: a bit for each.</summary>
internal sealed class NumberSet
{
    private const int BitsOfWord = 64;

    private readonly Dictionary<long, ulong> _words = [];

    /// <summary>Adds one.</summary>
    /// <returns>Whether it was not there.</returns>
    public bool Add(long number)
    {
        ref ulong word = ref CollectionsMarshal.GetValueRefOrAddDefault(_words, number / BitsOfWord, out _);
        ulong before = word;
        word |= 1UL << (int)(number % BitsOfWord);
        return word != before;
    }
}
