using System.Management.Automation;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Base;

/// <summary>
/// What a text of a caller stands for: whatever is called so. Only where nothing is, the text is a pattern: a name may have
/// brackets, and then it must not stand for something else.
/// </summary>
internal static class Naming
{
    /// <summary>Picks what a text stands for.</summary>
    /// <param name="all">What there is.</param>
    /// <param name="text">The text.</param>
    /// <param name="isCalled">Whether something is called so.</param>
    /// <param name="getNames">The names that a pattern is compared with.</param>
    /// <param name="missing">What is said where a text without wildcards stands for nothing.</param>
    /// <param name="options">Whether letter case counts in patterns.</param>
    /// <exception cref="PeerException">It is <paramref name="missing"/>.</exception>
    public static T[] Find<T>(
        IReadOnlyList<T> all,
        string text,
        Func<T, bool> isCalled,
        Func<T, IEnumerable<string>> getNames,
        Func<PeerException> missing,
        WildcardOptions options = WildcardOptions.IgnoreCase)
    {
        T[] called = [.. all.Where(isCalled)];
        if (called.Length > 0)
        {
            return called;
        }

        if (!WildcardPattern.ContainsWildcardCharacters(text))
        {
            throw missing();
        }

        WildcardPattern pattern = WildcardPattern.Get(text, options);
        return [.. all.Where(one => getNames(one).Any(pattern.IsMatch))];
    }
}
