using PeerNet.Engine.Core;

namespace PeerNet.Engine.Grouping;

/// <summary>How often a group's password may be tried: by one source, and by all. A right password is not counted, and
/// so does not wait for wrong ones of others until the group's own limit is reached.</summary>
internal sealed class PasswordGuard
{
    /// <summary>Wrong proofs of one source within <see cref="Window"/>.</summary>
    public const int PerSource = 5;

    /// <summary>Wrong proofs of all sources within <see cref="Window"/>.</summary>
    public const int PerGroup = 100;

    /// <summary>How long wrong proofs are remembered.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Dictionary<AddressBlock, int> _sources = [];
    private TimeSpan _start;
    private int _all;

    /// <summary>Whether one more proof is looked at.</summary>
    /// <param name="source">Whose.</param>
    /// <param name="now">The time on a scale that never goes back.</param>
    public bool MayTry(AddressBlock source, TimeSpan now)
    {
        if (now - _start >= Window)
        {
            _sources.Clear();
            (_start, _all) = (now, 0);
        }

        return _all < PerGroup && _sources.GetValueOrDefault(source) < PerSource;
    }

    /// <summary>A proof was wrong.</summary>
    public void Failed(AddressBlock source, TimeSpan now)
    {
        if (MayTry(source, now))
        {
            _all++;
            _sources[source] = _sources.GetValueOrDefault(source) + 1;
        }
    }
}
